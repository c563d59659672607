using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GeneratedEncoder.Benchmarks.Parts;

namespace GeneratedEncoder.Benchmarks;

/// <summary>How fast a buffer is read from wherever in the memory hierarchy it stays when it is read again and again.</summary>
internal static unsafe class ReadBandwidth
{
    private const int Rounds = 12;
    private const long BytesPerRound = 400_000_000;
    private const int Streams = 4;
    private const int Step = Streams * 16;

    /// <summary>The best of several rounds, in GB/s. Each thread of the crew reads its own share of the buffer.</summary>
    public static double Measure(Crew crew, long bytes)
    {
        int share = (int)(bytes / sizeof(float) / crew.Count / Step * Step);
        using NativeFloats buffer = new(share * crew.Count);
        int passes = (int)Math.Max(1, BytesPerRound / bytes);
        double best = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            crew.Run(member =>
            {
                for (int pass = 0; pass < passes; pass++)
                {
                    Read((float*)buffer.Address + (long)member * share, share);
                }
            });
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, (double)passes * share * crew.Count * sizeof(float) / seconds / 1e9);
        }

        return best;
    }

    /// <summary>Reads in four streams, since one alone is fetched more slowly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Read(float* start, int length)
    {
        int stream = length / Streams;
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (float* p = start, end = start + stream; p < end; p += 16)
        {
            a += Vector256.Load(p);
            b += Vector256.Load(p + 8);
            c += Vector256.Load(p + stream);
            d += Vector256.Load(p + stream + 8);
            e += Vector256.Load(p + 2 * stream);
            f += Vector256.Load(p + 2 * stream + 8);
            g += Vector256.Load(p + 3 * stream);
            h += Vector256.Load(p + 3 * stream + 8);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }
}
