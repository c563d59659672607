using System.Diagnostics;
using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Long texts, ours and ONNX Runtime's graphs: time on one thread in turn, and the peak memory of a process that computes one text.</summary>
internal static class LongTexts
{
    private const int Longest = 8192;

    private static readonly string[] s_contenders = ["ours", "plain", "fused"];

    /// <summary>Prints one table. Returns 1 where outputs differ.</summary>
    public static int Run(Options options)
    {
        EncoderCase[] encoders = options.Encoders("shapes", "minilm-long");
        int[] lengths = options.Lengths("lengths", "512,1024,2048,4096,8192", Longest);
        double seconds = options.Number("seconds", 8);
        Machine.Describe();
        Console.WriteLine("""
            Medians of calls taken in turn, float32, random weights, one thread; FLOPs as in the table of `peers`. Memory: the most that a
            process had resident that loads the model and computes one text.

            """);
        MarkdownTable table = new(
            6, "shape", "n", "ours ms", "ORT plain ms", "ORT fused ms", "best ORT / ours", "GFLOP/s", "of those at the first n",
            "ours MB", "ORT plain MB", "ORT fused MB", "ours / least ORT", "difference");
        bool agree = true;
        foreach (EncoderCase encoder in encoders)
        {
            using TemporaryFolder folder = new();
            RandomModel model = RandomModel.Create(encoder.Shape, EncoderCase.Seed);
            model.Save(folder["model.safetensors"]);
            using Contenders contenders = new(encoder, model, folder["model.safetensors"], threads: 1);
            double first = 0;
            foreach (int tokens in lengths)
            {
                Progress.Report($"{encoder.Name}, n = {tokens}");
                int[] ids = encoder.Ids(tokens);
                float[] hidden = new float[tokens * encoder.Shape.HiddenSize];
                double difference = contenders.LargestDifference(ids);
                Timing[] timings = Rounds.Measure(
                    [
                        new(() => contenders.Ours.Encode(ids, hidden)), new(() => contenders.Onnx.Plain.Encode(ids, hidden)),
                        new(() => contenders.Onnx.Fused.Encode(ids, hidden)),
                    ], seconds);
                double[] ms = Array.ConvertAll(timings, timing => timing.Median);
                double[] megabytes = Array.ConvertAll(s_contenders, who => PeakMegabytes(who, encoder.Name, folder["model.safetensors"], tokens));
                double speed = Flops.Call(encoder.Shape, tokens) / ms[0] / 1e6;
                first = first == 0 ? speed : first;
                agree &= difference <= Peers.LargestDifference;
                table.Row(
                    encoder.Name, $"{tokens}", $"{ms[0]:F1}", $"{ms[1]:F1}", $"{ms[2]:F1}", $"{Math.Min(ms[1], ms[2]) / ms[0]:F2} x", $"{speed:F1}", $"{speed / first:P0}",
                    $"{megabytes[0]:F0}", $"{megabytes[1]:F0}", $"{megabytes[2]:F0}", $"{megabytes[0] / Math.Min(megabytes[1], megabytes[2]):F2}", $"{difference:E1}");
            }
        }

        return agree ? 0 : 1;
    }

    /// <summary>Arguments: who, shape, model file, tokens. Loads, computes one text, and writes the most bytes that were resident.</summary>
    public static int RunOne(string[] args)
    {
        if (args is not ["ours" or "plain" or "fused", string name, string path, string tokens])
        {
            throw new UsageException("long-call takes <ours|plain|fused> <shape> <model file> <tokens>.");
        }

        EncoderCase encoder = EncoderCase.Named(name);
        int[] ids = encoder.Ids(int.Parse(tokens, CultureInfo.InvariantCulture));
        float[] hidden = new float[ids.Length * encoder.Shape.HiddenSize];
        if (args[0] == "ours")
        {
            using LoadedEncoder ours = encoder.Load(path);
            ours.Encode(ids, hidden);
        }
        else
        {
            // The graph goes through a file, so that what builds it isn't counted.
            using OnnxSession session = OnnxSession.Open(path + $".{args[0]}.onnx");
            session.Encode(ids, hidden);
        }

        using Process process = Process.GetCurrentProcess();
        process.Refresh();
        Console.WriteLine(process.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static double PeakMegabytes(string who, string shape, string path, int tokens)
    {
        if (who != "ours" && !File.Exists(path + $".{who}.onnx"))
        {
            EncoderCase encoder = EncoderCase.Named(shape);
            RandomModel model = RandomModel.Create(encoder.Shape, EncoderCase.Seed);
            File.WriteAllBytes(path + $".{who}.onnx", LoadTimes.BuildGraph(null, model.Shape, model.Tensors, new OnnxEncoderOptions { Fused = who == "fused" }));
        }

        using Process process = ChildProcess.Start(new Dictionary<string, string?>(), "long-call", who, shape, path, $"{tokens}");
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(text, CultureInfo.InvariantCulture) / 1e6 : double.NaN;
    }
}
