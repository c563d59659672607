using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What is resident with the same weights in each format, each contender in a process of its own.</summary>
internal static class Memory
{
    private const char Separator = '\t';

    /// <summary>Lengths of the texts that are encoded, one after the other.</summary>
    private static readonly int[] s_texts = [16, 128, 512];

    private static readonly Contender[] s_contenders =
    [
        Contender.OursFloat32, Contender.OursBFloat16, Contender.OursInt8, Contender.OnnxFloat32, Contender.OnnxPerChannel, Contender.LlamaFloat32, Contender.LlamaQ8,
    ];

    /// <summary>Prints a table for each shape. Returns 1 where a process failed.</summary>
    public static int Run(Options options)
    {
        EncoderCase[] encoders = options.Encoders("shapes", "multilingual");
        Machine.Describe();
        bool complete = true;
        foreach (EncoderCase encoder in encoders)
        {
            WeightCases cases = WeightCases.Named(encoder.Name);
            EncoderShape shape = encoder.Shape;
            Console.WriteLine($"""
                ## Resident memory, {encoder.Name}

                {shape.VocabSize} words of {shape.HiddenSize}, {shape.NumHiddenLayers} layers, random weights, one thread; a process each, which loads the model and encodes texts of {string.Join(", ", s_texts)}
                tokens. MB more than before loading: after it, after each text, and at most; of the last, what is the process's own (anonymous) and what are pages of
                files, which the system may take back and processes share. ORT: the plain graph. No tokenizer is loaded. llama.cpp: {LlamaEncoder.Description}.

                """);
            complete &= PrintShape(cases);
            Console.WriteLine();
        }

        return complete ? 0 : 1;
    }

    /// <summary>The child: prints by how many bytes memory grew.</summary>
    public static int RunOne(string[] args)
    {
        if (args is not [string name, string which, string path] || !Enum.TryParse(which, out Contender contender))
        {
            throw new UsageException($"memory-of takes <shape> <{string.Join('|', s_contenders)}> <model file>.");
        }

        WeightCases cases = WeightCases.Named(name);
        int[][] texts = [.. s_texts.Select(tokens => cases.Float32.Ids(Math.Min(tokens, cases.Float32.Shape.MaxTokens)))];
        float[] hidden = new float[texts.Max(text => text.Length) * cases.Float32.Shape.HiddenSize];
        ResidentMemory before = ResidentMemory.Now();
        using LoadedEncoder encoder = Load(cases, contender, path);
        ResidentMemory now = ResidentMemory.Now();
        List<long> columns = [now.Total - before.Total];
        foreach (int[] text in texts)
        {
            encoder.Encode(text, hidden.AsSpan(0, text.Length * cases.Float32.Shape.HiddenSize));
            now = ResidentMemory.Now();
            columns.Add(now.Total - before.Total);
        }

        columns.AddRange([now.Peak - before.Total, now.Anonymous - before.Anonymous, now.Files - before.Files]);
        Console.WriteLine(string.Join(Separator, columns.Select(bytes => bytes.ToString(CultureInfo.InvariantCulture))));
        return 0;
    }

    private static bool PrintShape(WeightCases cases)
    {
        using TemporaryFolder folder = new();
        Progress.Report($"{cases.Float32.Name}: random weights");
        RandomModel model = RandomModel.Create(cases.Float32.Shape, EncoderCase.Seed);
        string safetensors = folder["model.safetensors"];
        model.Save(safetensors);
        MarkdownTable table = new(16, ["weights", "file", "loaded", .. s_texts.Select(tokens => $"{tokens} tokens"), "peak", "anonymous", "files"]);
        bool complete = true;
        foreach (Contender contender in s_contenders)
        {
            string title = NarrowContender.Title(contender);
            if (contender is Contender.LlamaFloat32 or Contender.LlamaQ8 && LlamaEncoder.WhyNot is not null)
            {
                table.Row([title, .. Enumerable.Repeat("-", s_texts.Length + 5)]);
                continue;
            }

            Progress.Report($"{cases.Float32.Name}: {title}");
            string path = Write(model, contender, safetensors, folder);
            ChildResult child = ChildProcess.Run("memory-of", cases.Float32.Name, $"{contender}", path);
            complete &= child.Failure is null;
            table.Row(child.Failure is null
                ? [title, Megabytes(new FileInfo(path).Length), .. child.Output.Trim().Split(Separator).Select(bytes => Megabytes(long.Parse(bytes, CultureInfo.InvariantCulture)))]
                : [title, child.Failure, .. Enumerable.Repeat("-", s_texts.Length + 4)]);
            if (path != safetensors)
            {
                File.Delete(path);
            }
        }

        return complete;
    }

    /// <summary>Writes the file that a contender reads. Returns its path.</summary>
    private static string Write(RandomModel model, Contender contender, string safetensors, TemporaryFolder folder)
    {
        string onnx = folder["model.onnx"], gguf = folder["model.gguf"];
        switch (contender)
        {
            case Contender.OnnxFloat32 or Contender.OnnxPerChannel:
                OnnxQuantization quantization = contender == Contender.OnnxFloat32 ? OnnxQuantization.None : OnnxQuantization.PerChannel;
                File.WriteAllBytes(onnx, OnnxEncoder.Export(model.Shape, model.Tensors, new OnnxEncoderOptions { Quantization = quantization }));
                return onnx;
            case Contender.LlamaFloat32 or Contender.LlamaQ8:
                GgufEncoder.Write(gguf, model.Shape, model.Tensors, contender == Contender.LlamaFloat32 ? GgufType.F32 : GgufType.Q8_0);
                return gguf;
            default:
                return safetensors;
        }
    }

    private static LoadedEncoder Load(WeightCases cases, Contender contender, string path)
    {
        switch (contender)
        {
            case Contender.OursFloat32: return cases.Float32.Load(path);
            case Contender.OursBFloat16: return cases.BFloat16.Load(path);
            case Contender.OursInt8: return cases.Int8.Load(path);
            case Contender.LlamaFloat32 or Contender.LlamaQ8:
                LlamaEncoder llama = LlamaEncoder.Open(path, threads: 1);
                return new(llama, llama.Encode);
            default:
                OnnxSession session = OnnxSession.Open(path);
                return new(session, session.Encode);
        }
    }

    private static string Megabytes(long bytes) => $"{bytes / 1e6:F1}";
}
