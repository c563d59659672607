namespace GeneratedEncoder.Oracles.Reference;

/// <summary>
/// Rotary position embeddings in their half-split form: at position p, numbers k and k + d/2 of a head are turned by p times the k-th
/// frequency. See Su et al., RoFormer, arXiv 2104.09864.
/// </summary>
/// <param name="frequencies">[d/2], in radians a position; where a head is longer than d, what is behind stays as it is.</param>
internal sealed class Rotary(double[] frequencies)
{
    /// <summary>theta^(-2k/d).</summary>
    public static Rotary Plain(double theta, int size) => new(Frequencies(theta, size));

    /// <summary>NTK-aware scaling as Alibaba-NLP/new-impl has it: (theta f)^(-2k/d) / f^(2/d), at every length.</summary>
    public static Rotary Ntk(double theta, int size, double factor) =>
        new([.. Frequencies(theta * factor, size).Select(frequency => frequency / Math.Pow(factor, 2.0 / size))]);

    /// <summary>That model's mixed form: theta^(-2k/d) / exp(ln f / (d/2)^b (k+1)^b).</summary>
    public static Rotary NtkMixed(double theta, int size, double factor, double b) => new([.. Frequencies(theta, size).Select((frequency, k) =>
        frequency / Math.Exp(Math.Log(factor) / Math.Pow(size / 2.0, b) * Math.Pow(k + 1, b)))]);

    /// <summary>
    /// Dynamic NTK scaling as in nomic-bert-2048: a text of n tokens, where n is more than the model was trained with, has the base
    /// theta (f n / trained - (f - 1))^(d / (d - 2)).
    /// </summary>
    public static Rotary DynamicNtk(double theta, int size, double factor, int tokens, int trained) => Plain(
        tokens > trained ? theta * Math.Pow(factor * tokens / trained - (factor - 1), size / (size - 2.0)) : theta, size);

    /// <summary>Turns every head of every row by the row's number: [n, heads * head size].</summary>
    public Matrix Of(Matrix x, int headSize)
    {
        Matrix y = x.Map(value => value);
        int half = frequencies.Length;
        for (int position = 0; position < x.Rows; position++)
        {
            for (int start = 0; start < x.Width; start += headSize)
            {
                for (int k = 0; k < half; k++)
                {
                    double angle = position * frequencies[k], first = x[position, start + k], second = x[position, start + half + k];
                    y[position, start + k] = first * Math.Cos(angle) - second * Math.Sin(angle);
                    y[position, start + half + k] = second * Math.Cos(angle) + first * Math.Sin(angle);
                }
            }
        }

        return y;
    }

    private static double[] Frequencies(double theta, int size) =>
        [.. Enumerable.Range(0, size / 2).Select(k => Math.Pow(theta, -2.0 * k / size))];
}
