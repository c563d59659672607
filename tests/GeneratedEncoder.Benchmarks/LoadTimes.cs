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
        EncoderCase[] encoders = options.Encoders("shapes", "minilm");
        Machine.Describe();
        foreach (EncoderCase encoder in encoders)
        {
            using TemporaryFolder folder = new();
            string ours = folder["model.safetensors"], onnx = folder["model.onnx"];
            Save(encoder, ours, onnx);

            Console.WriteLine($"{encoder.Name}: loading from a file in the page cache, medians of {Times} after the first.");
            Console.WriteLine();
            List<(string Name, Func<IDisposable> Load)> loads =
            [
                ("ours", () => encoder.Load(ours)),
                ("ORT plain", () => OnnxSession.Open(onnx)),
            ];
            MarkdownTable table = new(10, "loading", "ms");
            foreach ((string name, Func<IDisposable> load) in loads)
            {
                table.Row(name, $"{MedianOf(load):F1}");
            }

            Console.WriteLine();
            Console.WriteLine($"{encoder.Name}: fresh processes, one text of {FirstCall.Tokens} tokens, JIT included, medians of {Times}.");
            Console.WriteLine();
            MarkdownTable first = new(10, "process", "load ms", "first call ms", "tenth call ms", "start to first result ms");
            first.Row(["ours", .. FirstCall.Medians("ours", encoder, ours, Times)]);
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

    private static double MedianOf(Func<IDisposable> load)
    {
        load().Dispose();
        List<double> times = [];
        for (int i = 0; i < Times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using IDisposable loaded = load();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Rounds.Median(times);
    }
}
