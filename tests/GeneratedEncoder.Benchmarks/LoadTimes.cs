using System.Diagnostics;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Loading the same weights, and the first call of a fresh process.</summary>
internal static class LoadTimes
{
    private const int Times = 7;

    /// <summary>Prints a table for each of the two.</summary>
    public static int Run(Options options)
    {
        EncoderCase[] encoders = options.Encoders("shapes", "minilm,minilm-int8");
        Machine.Describe();
        foreach (EncoderCase encoder in encoders)
        {
            using TemporaryFolder folder = new();
            string ours = folder["model.safetensors"], onnx = folder["model.onnx"];
            Save(encoder, ours, onnx);

            Console.WriteLine($"{encoder.Name}: loading from a file in the page cache, medians of {Times} after the first.");
            Console.WriteLine();
            string cache = folder["cache"];
            List<(string Name, Func<IDisposable> Load)> loads =
            [
                ("ours", () => encoder.Load(ours)),
                ($"ours, {Environment.ProcessorCount} threads", () => encoder.Load(ours, Environment.ProcessorCount)),
                ("ours, kept", () => encoder.Open(ours, new EncoderOptions { PackedWeightsCache = cache })),
                ("ORT plain", () => OnnxSession.Open(onnx)),
            ];
            MarkdownTable table = new(16, "loading", "ms", "CPU ms", "MB of float32 packed a second of CPU time");
            foreach ((string name, Func<IDisposable> load) in loads)
            {
                (double time, double processor) = MedianOf(load);
                table.Row(name, $"{time:F1}", $"{processor:F1}", name.StartsWith("ours", StringComparison.Ordinal) ? $"{PackedBytes(encoder) / processor / 1e3:F0}" : "");
            }

            Console.WriteLine();
            Console.WriteLine($"{encoder.Name}: fresh processes, one text of {FirstCall.Tokens} tokens, JIT included, medians of {Times}.");
            Console.WriteLine();
            MarkdownTable first = new(16, ["process", .. FirstCall.Columns]);
            first.Row(["ours", .. FirstCall.Medians("ours", encoder, ours, Times)]);
            first.Row(["ours, kept", .. FirstCall.Medians("ours", encoder, ours, Times, cache)]);
            first.Row(["ORT plain", .. FirstCall.Medians("onnx", encoder, onnx, Times)]);
            Console.WriteLine();
        }

        return 0;
    }

    /// <summary>Writes the same weights in either form.</summary>
    private static void Save(EncoderCase encoder, string ours, string onnx)
    {
        RandomModel model = RandomModel.Create(encoder.Shape, EncoderCase.Seed);
        model.Save(ours);
        File.WriteAllBytes(onnx, OnnxEncoder.Export(model.Shape, model.Tensors, new OnnxEncoderOptions()));
    }

    /// <summary>Bytes of all tensors, as float32, but for the word table and what no head uses.</summary>
    private static double PackedBytes(EncoderCase encoder) => sizeof(float) * RandomModel.Create(encoder.Shape, EncoderCase.Seed).Tensors
        .Where(tensor => !tensor.Key.Contains("word_embeddings", StringComparison.Ordinal) && !tensor.Key.Contains("pooler", StringComparison.Ordinal))
        .Sum(tensor => (double)tensor.Value.Values.Length);

    /// <summary>Milliseconds that pass, and those that all threads of the process compute.</summary>
    private static (double Time, double Processor) MedianOf(Func<IDisposable> load)
    {
        load().Dispose();
        List<double> times = [], processor = [];
        for (int i = 0; i < Times; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            using IDisposable loaded = load();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            processor.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }

        return (Rounds.Median(times), Rounds.Median(processor));
    }
}
