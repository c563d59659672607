using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// The most that a core can do in eight bits with the instructions that the tiles use: their multiplications and additions on registers, in their proportions and
/// depending on each other as theirs do, and nothing else in the loop. Operations are counted as of floats, two for each weight.
/// </summary>
internal static class Int8Peak
{
    private const int Rows = 8;
    private const int Steps = 100_000;
    private static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(80);

    /// <summary>The instructions that are measured.</summary>
    public static string Instructions => AvxVnni.IsSupported ? "vpdpbusd, 256 bits" : Avx512BW.IsSupported ? "vpmaddubsw of four lines, vpmaddwd; 512 bits" : "vpmaddubsw, vpmaddwd; 256 bits";

    /// <summary>GOP/s of one thread, the best of several short runs; 0 where x64's instructions are missing.</summary>
    public static double Measure()
    {
        if (!Avx2.IsSupported)
        {
            return 0;
        }

        (Func<Vector256<int>, Vector256<int>> run, double operations) = AvxVnni.IsSupported ? (RunVnni, 32.0) : Avx512BW.IsSupported ? (Run512, 256.0) : ((Func<Vector256<int>, Vector256<int>>)Run256, 32.0);
        double best = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_window)
        {
            long begin = Stopwatch.GetTimestamp();
            run(Vector256.Create(3));
            best = Math.Max(best, 2 * operations * Rows * Steps / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9);
        }

        return best;
    }

    /// <summary>A line of eight rows: inputs times weights, added to 32 bits by the instruction that multiplies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector256<int> RunVnni(Vector256<int> seed)
    {
        Vector256<byte> x = Vector256.AsByte(seed);
        Vector256<sbyte> w = Vector256.AsSByte(seed);
        Vector256<int> a = seed, b = seed, c = seed, d = seed, e = seed, f = seed, g = seed, h = seed;
        for (int step = 0; step < Steps; step++)
        {
            a = AvxVnni.MultiplyWideningAndAdd(a, x, w);
            b = AvxVnni.MultiplyWideningAndAdd(b, x, w);
            c = AvxVnni.MultiplyWideningAndAdd(c, x, w);
            d = AvxVnni.MultiplyWideningAndAdd(d, x, w);
            e = AvxVnni.MultiplyWideningAndAdd(e, x, w);
            f = AvxVnni.MultiplyWideningAndAdd(f, x, w);
            g = AvxVnni.MultiplyWideningAndAdd(g, x, w);
            h = AvxVnni.MultiplyWideningAndAdd(h, x, w);
        }

        return a + b + c + d + e + f + g + h;
    }

    /// <summary>A line of eight rows: pairs in 16 bits, and against ones pairs of those in 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector256<int> Run256(Vector256<int> seed)
    {
        Vector256<short> one = Vector256.AsInt16(seed);
        Vector256<sbyte> w = Vector256.AsSByte(seed);
        Vector256<int> a = seed, b = seed, c = seed, d = seed, e = seed, f = seed, g = seed, h = seed;
        for (int step = 0; step < Steps; step++)
        {
            // What is multiplied differs from row to row and from step to step: nothing is computed once for several.
            a += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.AsByte(b), w), one);
            b += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.AsByte(c), w), one);
            c += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.AsByte(d), w), one);
            d += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.AsByte(e), w), one);
            e += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.AsByte(f), w), one);
            f += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.AsByte(g), w), one);
            g += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.AsByte(h), w), one);
            h += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.AsByte(seed), w), one);
        }

        return a + b + c + d + e + f + g + h;
    }

    /// <summary>Four lines of eight rows, whose pairs are added up in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector256<int> Run512(Vector256<int> seed)
    {
        Vector512<int> start = Vector512.Create(seed, seed);
        Vector512<short> ones = Vector512.AsInt16(start), offset = ones + ones;
        Vector512<sbyte> w0 = Vector512.AsSByte(start), w1 = w0 + w0, w2 = w1 + w0, w3 = w2 + w0;
        Vector512<int> a = start, b = start, c = start, d = start, e = start, f = start, g = start, h = start;
        for (int step = 0; step < Steps; step++)
        {
            // What is multiplied differs from row to row and from step to step: nothing is computed once for several.
            a = Add(a, b, c, d, e);
            b = Add(b, c, d, e, f);
            c = Add(c, d, e, f, g);
            d = Add(d, e, f, g, h);
            e = Add(e, f, g, h, a);
            f = Add(f, g, h, a, b);
            g = Add(g, h, a, b, c);
            h = Add(h, a, b, c, d);
        }

        Vector512<int> sum = a + b + c + d + e + f + g + h;
        return Vector512.GetLower(sum) + Vector512.GetUpper(sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector512<int> Add(Vector512<int> acc, Vector512<int> p, Vector512<int> q, Vector512<int> r, Vector512<int> s) => acc + Avx512BW.MultiplyAddAdjacent(
            Avx512BW.MultiplyAddAdjacent(Vector512.AsByte(p), w0) + Avx512BW.MultiplyAddAdjacent(Vector512.AsByte(q), w1) +
            (Avx512BW.MultiplyAddAdjacent(Vector512.AsByte(r), w2) + Avx512BW.MultiplyAddAdjacent(Vector512.AsByte(s), w3) - offset), ones);
    }
}
