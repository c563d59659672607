using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// The rotations of rotary position embeddings (RoFormer, arXiv 2104.09864): at position p, a head's pair k of coordinates is turned by
/// p * f(k), where f(k) = theta^(-2k / d) for heads of d coordinates. The same bits on every machine. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RotaryTable
{
    /// <summary>
    /// Fills a table with the cosines and sines of each position's angles. Angles are computed in double, and each cosine and sine is rounded once.
    /// What a row doesn't need stays as it is, zero.
    /// </summary>
    /// <param name="tokens">Rows.</param>
    /// <param name="pairs">Angles of a row: d / 2.</param>
    /// <param name="stride">Floats of a row, of which the first half is for cosines; even, and at least twice the pairs.</param>
    /// <param name="theta">The base of the frequencies.</param>
    /// <param name="linear">Positions are divided by it (linear scaling); 1 for what is usual.</param>
    /// <param name="ntk">
    /// The factor s by which frequencies are stretched for longer texts, 1 for none, as GTE does it at every length:
    /// f(k) = (s * theta)^(-2k / d) / s^(2 / d).
    /// </param>
    /// <param name="mixed">
    /// 0, or the exponent b of "mixed" stretching by that factor: f(k) = theta^(-2k / d) / exp(ln(s) / (d / 2)^b * (k + 1)^b).
    /// </param>
    /// <param name="table">[tokens][stride]: cosines from 0 on, sines from <paramref name="stride"/> / 2 on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The table or a row is too short, or an angle is beyond 1e7.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(int tokens, int pairs, int stride, double theta, double linear, double ntk, double mixed, Span<float> table)
    {
        double[] frequencies = Frequencies(pairs, theta, ntk, mixed);
        for (int position = 0; position < tokens; position++)
        {
            Span<float> row = table.Slice(position * stride, stride), cosines = row[..(stride / 2)], sines = row[(stride / 2)..];
            for (int k = 0; k < frequencies.Length; k++)
            {
                (double sin, double cos) = PortableMath.SinCos(position / linear * frequencies[k]);
                (cosines[k], sines[k]) = ((float)cos, (float)sin);
            }
        }
    }

    /// <summary>[pairs]: radians from a position to the next.</summary>
    internal static double[] Frequencies(int pairs, double theta, double ntk, double mixed)
    {
        double[] frequencies = new double[pairs];
        for (int k = 0; k < pairs; k++)
        {
            double exponent = -(double)k / pairs;
            frequencies[k] = mixed == 0
                ? PortableMath.Pow(theta * ntk, exponent) / PortableMath.Pow(ntk, 1.0 / pairs)
                : PortableMath.Pow(theta, exponent) / PortableMath.Pow(ntk, PortableMath.Pow((k + 1.0) / pairs, mixed));
        }

        return frequencies;
    }
}
