using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// The most that cores can do: independent chains of fused multiply-adds in registers, enough of them to hide the latency,
/// and nothing else in the loop; on all threads of a crew at once.
/// </summary>
/// <param name="Crew">The threads.</param>
/// <param name="Wide256">Their GFLOP/s with Vector256 in all, 0 where that isn't hardware.</param>
/// <param name="Wide512">Their GFLOP/s with Vector512 in all, 0 where that isn't hardware.</param>
internal sealed record FmaPeak(Crew Crew, double Wide256, double Wide512)
{
    private const int Chains = 12;
    private const int Steps = 500_000;
    private static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(80);

    /// <summary>GFLOP/s of the faster width.</summary>
    public double Best => Math.Max(Wide256, Wide512);

    /// <summary>GFLOP/s of the widest vectors.</summary>
    public double Widest => Wide512 > 0 ? Wide512 : Wide256;

    /// <summary>What <see cref="Burst"/> computes.</summary>
    public double BurstFlops => Crew.Count * Operations(Wide512 > Wide256 ? Vector512<float>.Count : Vector256<float>.Count);

    /// <summary>The widths measured.</summary>
    public override string ToString() => $"{Wide256:F0} (Vector256), {Wide512:F0} (Vector512) GFLOP/s";

    /// <summary>Measures both widths where they are hardware: the best of several short runs of each thread, added up.</summary>
    public static FmaPeak Measure(Crew crew) => new(
        crew,
        Vector256.IsHardwareAccelerated ? Fastest(crew, Vector256<float>.Count, Run256) : 0,
        Vector512.IsHardwareAccelerated ? Fastest(crew, Vector512<float>.Count, Run512) : 0);

    /// <summary>
    /// The faster width's chains for about a millisecond, to be timed in turn with other things: what the cores give at
    /// that time. It touches no memory, so it doesn't show who else uses the caches.
    /// </summary>
    public void Burst() => Crew.Run(Wide512 > Wide256 ? _ => Run512() : _ => Run256());

    private static double Operations(int lanes) => 2.0 * Chains * lanes * Steps;

    private static double Fastest(Crew crew, int lanes, Func<float> run)
    {
        double[] best = new double[crew.Count];
        crew.Run(member =>
        {
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < s_window)
            {
                long begin = Stopwatch.GetTimestamp();
                run();
                double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                best[member] = Math.Max(best[member], Operations(lanes) / seconds / 1e9);
            }
        });
        return best.Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Run256()
    {
        Vector256<float> x = Vector256.Create(0.5f), y = Vector256.Create(1f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int step = 0; step < Steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Run512()
    {
        Vector512<float> x = Vector512.Create(0.5f), y = Vector512.Create(1f);
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int step = 0; step < Steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
