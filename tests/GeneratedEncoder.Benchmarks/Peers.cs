using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Ours against ONNX Runtime: the same weights, one thread each, in turn within one process.</summary>
internal static class Peers
{
    private const double LargestDifference = 1e-3;

    /// <summary>Prints one table for all shapes and lengths. Returns 1 where outputs differ.</summary>
    public static int Run(Options options)
    {
        EncoderCase[] encoders = options.Encoders("shapes", "minilm,tiny,base");
        int[] lengths = options.Lengths("lengths", "8,16,32,64,128,256,512");
        double seconds = options.Number("seconds", 3);

        Machine.Describe();
        Console.WriteLine("Medians of calls taken in turn, one thread, float32, random weights. ONNX Runtime runs each graph with all its");
        Console.WriteLine("optimizations: plain, as exporters write it; fused, with attention and bias + GELU as one operator each.");
        Console.WriteLine("FLOPs: L (2 n (4 H H + 2 H I) + 4 n n H), two for each multiply-add. Peak: FMA chains in registers, the best of");
        Console.WriteLine("short runs; peak now: their median, in GFLOP/s, in turn with the row's calls, lower where the clock is or others run.");
        Console.WriteLine("A busy sibling core that shares caches need not show in it: for steady numbers keep all cores idle.");
        Console.WriteLine();

        MarkdownTable table = new(
            6, "shape", "n", "ours ms", "ORT plain ms", "ORT fused ms", "best ORT / ours", "GFLOP/s", "% of peak", "peak now", "difference");
        List<string> summaries = [];
        bool differs = false;
        foreach (EncoderCase encoder in encoders)
        {
            FmaPeak peak = FmaPeak.Measure();
            using TemporaryFolder folder = new();
            using Trio trio = new(encoder, folder["model.safetensors"]);
            List<(double Ratio, double Spread)> results = [];
            foreach (int tokens in lengths)
            {
                if (Row(table, encoder, trio, tokens, seconds, peak) is (double, double) result)
                {
                    results.Add(result);
                }
            }

            differs |= results.Count < lengths.Length;
            summaries.Add($"- {encoder.Name}: {Summary(results)}; FMA peak {peak}");
        }

        Console.WriteLine();
        summaries.ForEach(Console.WriteLine);
        return differs ? 1 : 0;
    }

    private static string Summary(List<(double Ratio, double Spread)> results) => results.Count == 0
        ? "no length without differences"
        : $"geometric mean {Math.Exp(results.Average(result => Math.Log(result.Ratio))):F2} x over {results.Count} lengths; " +
            $"interquartile range of our times at most {results.Max(result => result.Spread):P0} of the median";

    /// <summary>Measures one length.</summary>
    /// <returns>How many times as fast as the better peer ours is, and our spread; nothing where outputs differ.</returns>
    private static (double Ratio, double Spread)? Row(
        MarkdownTable table, EncoderCase encoder, Trio trio, int tokens, double seconds, FmaPeak peak)
    {
        int[] ids = encoder.Ids(tokens);
        float[] hidden = new float[tokens * encoder.Shape.HiddenSize];
        double difference = trio.LargestDifference(ids);
        if (!(difference <= LargestDifference))
        {
            table.Row(encoder.Name, $"{tokens}", "differs", "-", "-", "-", "-", "-", "-", $"{difference:E1}");
            return null;
        }

        Timing[] timings = Rounds.Measure(
            [
                new(() => trio.Ours.Encode(ids, hidden)),
                new(() => trio.Plain.Encode(ids, hidden)),
                new(() => trio.Fused.Encode(ids, hidden)),
                new(peak.Burst),
            ],
            seconds);
        double[] ms = Array.ConvertAll(timings, timing => timing.Median);
        double ratio = Math.Min(ms[1], ms[2]) / ms[0], speed = Flops.Call(encoder.Shape, tokens) / ms[0] / 1e6;
        table.Row(
            encoder.Name, $"{tokens}", $"{ms[0]:F3}", $"{ms[1]:F3}", $"{ms[2]:F3}",
            $"{ratio:F2} x", $"{speed:F1}", $"{speed / peak.Best:P0}", $"{peak.BurstFlops / ms[3] / 1e6:F0}", $"{difference:E1}");
        return (ratio, timings[0].Spread);
    }

    /// <summary>The contestants, all with the same weights.</summary>
    private sealed class Trio : IDisposable
    {
        public Trio(EncoderCase encoder, string path)
        {
            RandomModel model = RandomModel.Create(encoder.Shape, EncoderCase.Seed);
            model.Save(path);
            Ours = encoder.Load(path);
            Plain = OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = 1 });
            Fused = OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = 1, Fused = true });
        }

        public LoadedEncoder Ours { get; }

        public OnnxEncoder Plain { get; }

        public OnnxEncoder Fused { get; }

        /// <summary>How far our output is from either peer's.</summary>
        public double LargestDifference(int[] ids)
        {
            double[] plain = Array.ConvertAll(Plain.Encode(ids), value => (double)value);
            double[] fused = Array.ConvertAll(Fused.Encode(ids), value => (double)value);
            float[] ours = new float[plain.Length];
            Ours.Encode(ids, ours);
            return Math.Max(Difference.Max(ours, plain), Difference.Max(ours, fused));
        }

        public void Dispose()
        {
            Ours.Dispose();
            Plain.Dispose();
            Fused.Dispose();
        }
    }
}
