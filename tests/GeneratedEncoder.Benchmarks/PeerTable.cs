using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>One text a call: each shape, number of threads and length.</summary>
internal sealed class PeerTable
{
    private readonly int[] _lengths;
    private readonly double _seconds;
    private readonly MarkdownTable _table = new(
        6, "shape", "threads", "n", "ours ms", "ORT plain ms", "ORT fused ms", "best ORT / ours", "GFLOP/s", "% of peak",
        "% of roofline", "over 1 thread", "peak now", "difference");

    private PeerTable(int[] lengths, double seconds) => (_lengths, _seconds) = (lengths, seconds);

    /// <summary>Prints one table for all of them, and a summary for each shape and number of threads. Returns whether all outputs agree.</summary>
    public static bool Print(EncoderCase[] encoders, int[] lengths, int[] threads, double seconds)
    {
        Console.WriteLine("""
            ## One text a call

            Medians of calls taken in turn, float32, random weights; ours and ONNX Runtime with the same number of threads within
            a call. ONNX Runtime runs each graph with all its optimizations: plain, as exporters write it; fused, with attention
            and bias + GELU as one operator each. FLOPs: L (2 n (4 H H + 2 H I) + 4 n n H), two for each multiply-add.
            - % of peak: of FMA chains in registers on as many threads at once, each thread's best of short runs, added up.
            - % of roofline: the larger of FLOPs / peak and weight bytes / read bandwidth, over our time. Weight bytes: the layers'
              packed weights, embedding tables left out. Read bandwidth: a buffer of as many bytes read again and again, each
              thread its own share of it, the best of several rounds; so weights that stay in a cache are read at its speed.
            - over 1 thread: how many times as fast ours is as ours on one thread, in turn with the row's calls.
            - peak now: the FMA chains' median, in GFLOP/s, in turn with the row's calls, lower where the clock is or others run.
              Others who share caches or memory need not show in it: for steady numbers keep all cores idle. With several threads
              it is also low where the system's scheduler woke them on the same core.

            """);
        PeerTable table = new(lengths, seconds);
        List<string> summaries = [];
        bool agree = true;
        foreach (EncoderCase encoder in encoders)
        {
            Progress.Report($"{encoder.Name}: random weights");
            using TemporaryFolder folder = new();
            RandomModel model = RandomModel.Create(encoder.Shape, EncoderCase.Seed);
            model.Save(folder["model.safetensors"]);
            foreach (int count in threads)
            {
                agree &= table.Rows(encoder, model, folder["model.safetensors"], count, summaries);
            }
        }

        Console.WriteLine();
        summaries.ForEach(Console.WriteLine);
        Console.WriteLine();
        return agree;
    }

    /// <summary>Rows of one shape and number of threads, and their summary. Returns whether all outputs agree.</summary>
    private bool Rows(EncoderCase encoder, RandomModel model, string path, int threads, List<string> summaries)
    {
        Progress.Report($"{encoder.Name}, threads: {threads}");
        using Crew crew = new(threads);
        Roofline roofline = Roofline.Measure(crew, encoder.Shape);
        using Contenders contenders = new(encoder, model, path, threads);
        List<Result> results = [];
        foreach (int tokens in _lengths)
        {
            Progress.Report($"{encoder.Name}, threads: {threads}, n = {tokens}");
            if (Row(encoder, contenders, tokens, threads, roofline) is Result result)
            {
                results.Add(result);
            }
        }

        summaries.Add($"- {encoder.Name}, threads: {threads}: {Summary(results)}");
        summaries.Add($"  - FMA peak {roofline.Peak}; {roofline.WeightBytes / 1e6:F1} MB of weights, read at {roofline.Bandwidth:F1} GB/s");
        if (threads > 1)
        {
            IEnumerable<string> gains = results.Select(result => $"{result.OverOneThread:F2} x at {result.Tokens}");
            summaries.Add($"  - ours over ours on one thread: {string.Join(", ", gains)}");
        }

        return results.Count == _lengths.Length;
    }

    /// <summary>Measures one length. Gives nothing where outputs differ.</summary>
    private Result? Row(EncoderCase encoder, Contenders contenders, int tokens, int threads, Roofline roofline)
    {
        int[] ids = encoder.Ids(tokens);
        float[] hidden = new float[tokens * encoder.Shape.HiddenSize];
        double difference = contenders.LargestDifference(ids);
        if (!(difference <= Peers.LargestDifference))
        {
            _table.Row([encoder.Name, $"{threads}", $"{tokens}", "differs", .. Enumerable.Repeat("-", 8), $"{difference:E1}"]);
            return null;
        }

        Action? settle = Peers.Settle(threads);
        List<Contestant> contestants =
        [
            new(() => contenders.Ours.Encode(ids, hidden), settle),
            new(() => contenders.Onnx.Plain.Encode(ids, hidden), settle),
            new(() => contenders.Onnx.Fused.Encode(ids, hidden), settle),
            new(roofline.Peak.Burst, settle),
        ];
        if (threads > 1)
        {
            contestants.Add(new(() => contenders.OursAlone.Encode(ids, hidden), settle));
        }

        Timing[] timings = Rounds.Measure(contestants, _seconds);
        double[] ms = Array.ConvertAll(timings, timing => timing.Median);
        double flops = Flops.Call(encoder.Shape, tokens), speed = flops / ms[0] / 1e6;
        Result result = new(tokens, Math.Min(ms[1], ms[2]) / ms[0], threads > 1 ? ms[4] / ms[0] : 1, timings[0].Spread);
        _table.Row(
            encoder.Name, $"{threads}", $"{tokens}", $"{ms[0]:F3}", $"{ms[1]:F3}", $"{ms[2]:F3}", $"{result.Ratio:F2} x",
            $"{speed:F1}", $"{speed / roofline.Peak.Best:P0}", $"{roofline.Milliseconds(flops) / ms[0]:P0}",
            threads > 1 ? $"{result.OverOneThread:F2} x" : "-", $"{roofline.Peak.BurstFlops / ms[3] / 1e6:F0}", $"{difference:E1}");
        return result;
    }

    private static string Summary(List<Result> results) => results.Count == 0
        ? "no length without differences"
        : $"geometric mean {Math.Exp(results.Average(result => Math.Log(result.Ratio))):F2} x over {results.Count} lengths; " +
            $"interquartile range of our times at most {results.Max(result => result.Spread):P0} of the median";

    /// <summary>What one row showed.</summary>
    /// <param name="Tokens">Its length.</param>
    /// <param name="Ratio">How many times as fast as the better peer ours is.</param>
    /// <param name="OverOneThread">How many times as fast as ours on one thread.</param>
    /// <param name="Spread">The spread of our times.</param>
    private sealed record Result(int Tokens, double Ratio, double OverOneThread, double Spread);
}
