using System.Diagnostics;
using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// Native code (NativeAOT) beside the JIT's: the executable's size, the time from the start of a process to the first embedding,
/// the speed that it keeps. Publishes samples/NativeAot and the probe, each both ways.
/// </summary>
internal sealed class Aot : IDisposable
{
    private const int Starts = 21;
    private const string Sentence = "the cat sat on the mat because it was tired";
    private const string Prefix = "bert.";
    private const string Avx512 = "DOTNET_EnableAVX512";

    /// <summary>The quickstart's config.json.</summary>
    private static readonly EncoderShape s_sampleShape = new()
    {
        HiddenSize = 128,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        IntermediateSize = 256,
        MaxPositionEmbeddings = 32,
        VocabSize = 940,
        HiddenAct = "relu",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly string _root = Repository.RootOf(AppContext.BaseDirectory);
    private readonly string _set;
    private readonly string _sample, _probe, _sampleJit, _probeJit;

    private Aot(string set)
    {
        _set = set;
        _sample = Publish("samples/NativeAot", "NativeAot", aot: true);
        _sampleJit = Publish("samples/NativeAot", "NativeAot", aot: false);
        _probe = Publish("tests/GeneratedEncoder.AotProbe", "GeneratedEncoder.AotProbe", aot: true);
        _probeJit = Publish("tests/GeneratedEncoder.AotProbe", "GeneratedEncoder.AotProbe", aot: false);
    }

    /// <summary>Prints a table for start and speed each.</summary>
    public static int Run(Options options)
    {
        string set = options.Word("instruction-set", "native", "native", "x86-64-v2", "x86-64-v3", "x86-64-v4");
        double seconds = options.Number("seconds", 4);
        Machine.Describe();
        using Aot aot = new(set);
        Console.WriteLine($"samples/NativeAot for {set}: {new FileInfo(aot._sample).Length:N0} bytes, without the model.");
        Console.WriteLine();
        aot.PrintStarts();
        aot.PrintSpeeds("reader", aot.SampleModel, [4, 12, 32], seconds);
        aot.PrintSpeeds("minilm", aot.SaveMiniLm(), [8, 16, 32, 128, 512], seconds);
        return 0;
    }

    public void Dispose() => _folder.Dispose();

    private string SampleModel => Path.Combine(_root, "samples/Quickstart/Model/model.safetensors");

    private string Publish(string project, string name, bool aot)
    {
        string output = _folder[$"{name} {(aot ? "native" : "jit")}"];
        Progress.Report($"publishing {project}, {(aot ? $"native code for {_set}" : "JIT")}");

        // The probe's own property: given on the command line, PublishAot would go to the projects that it references, too.
        string[] how = aot ? ["-p:ProbeAot=true", $"-p:EncoderInstructionSet={_set}"] : ["-p:PublishAot=false"];
        using Process publish = ServedProbe.Start(
            "dotnet", new Dictionary<string, string?>(), ["publish", "-c", "Release", Path.Combine(_root, project), "-o", output, "-nodeReuse:false", .. how]);
        string log = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0 ? Path.Combine(output, name) : throw new InvalidOperationException(log);
    }

    private void PrintStarts()
    {
        string onnx = _folder["model.onnx"];
        Dictionary<string, Tensor> tensors = SafetensorsReader.Read(SampleModel)
            .ToDictionary(tensor => tensor.Key.StartsWith(Prefix, StringComparison.Ordinal) ? tensor.Key[Prefix.Length..] : tensor.Key, tensor => tensor.Value);
        File.WriteAllBytes(onnx, OnnxEncoder.Export(s_sampleShape, tensors, new OnnxEncoderOptions()));
        string[] words = File.ReadAllLines(Path.Combine(_root, "samples/Quickstart/Model/vocab.txt"));
        string[] ids = [.. $"[CLS] {Sentence} [SEP]".Split(' ').Select(word => Array.IndexOf(words, word).ToString(CultureInfo.InvariantCulture))];
        Contender[] contenders =
        [
            new("ours, native code", _sample, [Sentence]),
            new("ours, JIT", _sampleJit, [Sentence]),
            new("ONNX Runtime, its caller native code", _probe, ["once", "onnx", onnx, .. ids]),
            new("ONNX Runtime, its caller under the JIT", _probeJit, ["once", "onnx", onnx, .. ids]),
        ];
        CheckSame(ServedProbe.FirstLine(_probe, ["once", "reader", SampleModel, .. ids]).Line, ServedProbe.FirstLine(_probe, contenders[2].Args).Line);

        List<double>[] times = Array.ConvertAll(contenders, _ => new List<double>());
        for (int i = 0; i < Starts; i++)
        {
            for (int j = 0; j < times.Length; j++)
            {
                times[j].Add(ServedProbe.FirstLine(contenders[j].Program, contenders[j].Args).Milliseconds);
            }
        }

        Console.WriteLine($"From the start of a process to the shipped model's first embedding, {ids.Length} tokens, medians of {Starts} taken in turn.");
        Console.WriteLine();
        MarkdownTable table = new(40, "process", "ms", "over ours, native");
        foreach ((Contender contender, List<double> list) in contenders.Zip(times))
        {
            table.Row(contender.Name, $"{Rounds.Median(list):F1}", $"{Rounds.Median(list) / Rounds.Median(times[0]):F1} x");
        }

        Console.WriteLine();
    }

    private void PrintSpeeds(string shape, string model, int[] lengths, double seconds)
    {
        Progress.Report($"speed: {shape}");

        // The JIT takes what the machine has: it is held to the same instructions.
        Dictionary<string, string?> environment = new() { [Avx512] = _set == "x86-64-v3" ? "0" : null };
        using ServedProbe native = new(_probe, shape, model, environment), jit = new(_probeJit, shape, model, environment);
        Console.WriteLine($"{shape}: one text a call, one thread, processes in turn, medians. Native code: {native.Bits} bits, JIT: {jit.Bits} bits.");
        Console.WriteLine();
        MarkdownTable table = new(6, "tokens", "native ms", "JIT ms", "native over JIT");
        foreach (int tokens in lengths)
        {
            double[] medians = ServedProbe.MeasureInTurn([native, jit], tokens, seconds);
            table.Row($"{tokens}", $"{medians[0]:F4}", $"{medians[1]:F4}", $"{medians[0] / medians[1]:F3}");
        }

        Console.WriteLine();
    }

    private string SaveMiniLm()
    {
        RandomModel.Create(EncoderShape.MiniLm, EncoderCase.Seed).Save(_folder["minilm.safetensors"]);
        return _folder["minilm.safetensors"];
    }

    private static void CheckSame(string ours, string onnx)
    {
        if (Math.Abs(double.Parse(ours, CultureInfo.InvariantCulture) - double.Parse(onnx, CultureInfo.InvariantCulture)) > 1e-4)
        {
            throw new InvalidOperationException($"The embeddings differ: ours starts with {ours}, ONNX Runtime's with {onnx}.");
        }
    }

    private sealed record Contender(string Name, string Program, string[] Args);
}
