using System.Text;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// Random numbers addressed by (seed, name, index), so that any tensor, and any part of it, is made alone and in parallel,
/// and so that a few lines of numpy make the same bits (goldens/random_model.py).
/// </summary>
/// <remarks>
/// The mixer is SplitMix64's output function (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014); names are hashed by 64-bit FNV-1a. Only integer arithmetic and single double operations are used, which IEEE 754
/// defines to the bit.
/// </remarks>
internal static class RandomNumbers
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    // Large enough to make a task worthwhile, small enough to share out a word table.
    private const int ChunkLength = 1 << 18;

    /// <summary>A tensor filled as it is specified, in parallel.</summary>
    public static Tensor Tensor(TensorSpec spec, ulong seed)
    {
        float[] values = new float[spec.Shape.Aggregate(1, (product, dimension) => product * dimension)];
        int chunks = (values.Length + ChunkLength - 1) / ChunkLength;
        Parallel.For(0, chunks, chunk =>
        {
            int start = chunk * ChunkLength;
            Span<float> part = values.AsSpan(start, Math.Min(ChunkLength, values.Length - start));
            Fill(part, seed, spec.Name, spec.Center, spec.Spread, start);
        });
        return new Tensor(spec.Shape, values);
    }

    /// <summary>Fills with values uniform in [center - spread, center + spread).</summary>
    public static void Fill(Span<float> values, ulong seed, string name, double center, double spread, int firstIndex = 0)
    {
        ulong key = Mix(seed ^ Hash(name));
        for (int i = 0; i < values.Length; i++)
        {
            ulong bits = Mix(key + ((ulong)(firstIndex + i) + 1) * GoldenGamma);
            double unit = (bits >> 11) * (1.0 / (1L << 52)) - 1;
            values[i] = (float)(center + spread * unit);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Hash(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return hash;
    }
}
