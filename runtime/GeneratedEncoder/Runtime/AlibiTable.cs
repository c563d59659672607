using System.ComponentModel;
using System.Numerics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Attention with linear biases (ALiBi, arXiv 2108.12409), in both directions: a score loses the tokens' distance times a slope that each head
/// has of its own. The same bits on every machine. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AlibiTable
{
    /// <summary>Fills each head's row of biases by distance: from <paramref name="maxTokens"/> - 1 tokens before the query to as many after it.</summary>
    /// <param name="heads">Rows.</param>
    /// <param name="maxTokens">Tokens of the longest text.</param>
    /// <param name="stride">Floats from a head's row to the next; those past the last distance stay as they are, zero.</param>
    /// <param name="scale">Multiplies each bias: log2(e), since softmax takes powers of 2.</param>
    /// <param name="biases">[heads][stride]</param>
    /// <exception cref="ArgumentOutOfRangeException">They are too few.</exception>
    public static void Fill(int heads, int maxTokens, int stride, float scale, Span<float> biases)
    {
        for (int head = 0; head < heads; head++)
        {
            double step = -Slope(head, heads) * scale;
            Span<float> row = biases.Slice(head * stride, stride)[..(2 * maxTokens - 1)];
            for (int place = 0; place < row.Length; place++)
            {
                row[place] = (float)(step * Math.Abs(place - (maxTokens - 1)));
            }
        }
    }

    /// <summary>
    /// 2^(-8 (head + 1) / heads) if the heads are a power of two. Otherwise the heads up to the power of two below have that power's slopes, and
    /// the others every second slope of the next one.
    /// </summary>
    internal static double Slope(int head, int heads)
    {
        int power = 1 << BitOperations.Log2((uint)heads);
        return head < power
            ? PortableMath.Pow(2, -8.0 * (head + 1) / power)
            : PortableMath.Pow(2, -8.0 * (2 * (head - power) + 1) / (2 * power));
    }
}
