using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// How much of a core this thread has. The chains of <see cref="FmaPeak"/> issue two operations a cycle, which half of a
/// core's dispatch still feeds; a product's tile issues four and more, loads, broadcasts and counting beside the multiply-adds.
/// With integer additions between them the chains need what a tile needs: where they fall behind, something else takes
/// dispatch slots, such as a second hardware thread on the same core.
/// </summary>
internal static class DispatchShare
{
    private const int Chains = 12;
    private const int Steps = 20_000;

    private static readonly (int Additions, Action Run)[] s_mixtures = [(0, Run0), (12, Run12), (18, Run18)];

    private static long s_sink;

    /// <summary>Prints how fast the chains ran with 0, 12 and 18 additions a turn, in turn, in the slowest, middle and fastest tenth of the time.</summary>
    public static int Run(Options options)
    {
        double seconds = options.Number("seconds", 6);
        Machine.Describe();
        Console.WriteLine($"""
            ## What a thread gets of its core

            {Chains} chains of Vector256 multiply-adds, with so many independent integer additions a turn; GFLOP/s in windows of
            {2.0 * Chains * Vector256<float>.Count * Steps / 1e6:F0} MFLOP, the mixtures in turn.

            """);
        List<double>[] speeds = [.. s_mixtures.Select(_ => new List<double>())];
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            for (int mixture = 0; mixture < s_mixtures.Length; mixture++)
            {
                long begin = Stopwatch.GetTimestamp();
                s_mixtures[mixture].Run();
                speeds[mixture].Add(2.0 * Chains * Vector256<float>.Count * Steps / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9);
            }
        }

        MarkdownTable table = new(24, "operations a turn", "slowest tenth", "median", "fastest tenth");
        for (int mixture = 0; mixture < s_mixtures.Length; mixture++)
        {
            List<double> sorted = speeds[mixture];
            sorted.Sort();
            table.Row([$"{Chains} FMA + {s_mixtures[mixture].Additions}", .. new[] { 0.1, 0.5, 0.9 }.Select(part => $"{sorted[(int)(part * sorted.Count)]:F0}")]);
        }

        Console.WriteLine();
        return 0;
    }

    private static void Run0() => Turns<None>();

    private static void Run12() => Turns<Twelve>();

    private static void Run18() => Turns<Eighteen>();

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Turns<TMixture>()
        where TMixture : struct, IMixture
    {
        Vector256<float> x = Vector256.Create(0.5f), y = Vector256.Create(1f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        nint p = 0, q = 1, r = 2, s = 3, t = 4, u = 5;
        for (nint step = 0; step < Steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            if (TMixture.Additions >= 12)
            {
                p += step; q += step; r += step; s += step; t += step; u += step;
            }

            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            if (TMixture.Additions >= 12)
            {
                p ^= step; q ^= step; r ^= step; s ^= step; t ^= step; u ^= step;
            }

            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
            if (TMixture.Additions >= 18)
            {
                p += step; q += step; r += step; s += step; t += step; u += step;
            }
        }

        s_sink += p + q + r + s + t + u + (long)Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    /// <summary>How many additions, known to the JIT.</summary>
    private interface IMixture
    {
        static abstract int Additions { get; }
    }

    private readonly struct None : IMixture
    {
        public static int Additions => 0;
    }

    private readonly struct Twelve : IMixture
    {
        public static int Additions => 12;
    }

    private readonly struct Eighteen : IMixture
    {
        public static int Additions => 18;
    }
}
