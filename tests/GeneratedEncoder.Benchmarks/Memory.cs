using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What is resident with the same weights in each format, each contender in a process of its own.</summary>
internal static class Memory
{
    private const char Separator = '\t';

    /// <summary>Lengths of the texts that are encoded, one after the other.</summary>
    private static readonly int[] s_texts = [16, 128, 512];

    private static readonly Case[] s_cases =
    [
        new(Contender.OursFloat32), new(Contender.OursFloat32, WordTableFormat.BFloat16), new(Contender.OursFloat32, WordTableFormat.Int8),
        new(Contender.OursBFloat16), new(Contender.OursBFloat16, WordTableFormat.BFloat16), new(Contender.OursInt8), new(Contender.OursInt8, WordTableFormat.Int8),
        new(Contender.OnnxFloat32), new(Contender.OnnxPerChannel), new(Contender.LlamaFloat32), new(Contender.LlamaQ8),
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
                files, which the system may take back and processes share. Ours: the word table stays in the file, whose pages the system keeps for all processes and no process is
                charged with, or is in memory, narrow, where the row says so; "table" are its bytes. ORT: the plain graph. No tokenizer is loaded. llama.cpp: {LlamaEncoder.Description}.

                """);
            complete &= PrintShape(cases);
            Console.WriteLine();
        }

        return complete ? 0 : 1;
    }

    /// <summary>The child: prints by how many bytes memory grew.</summary>
    public static int RunOne(string[] args)
    {
        if (args is not [string name, string which, string format, string path] || !Enum.TryParse(which, out Contender contender) || !Enum.TryParse(format, out WordTableFormat words))
        {
            throw new UsageException($"memory-of takes <shape> <{string.Join('|', s_cases.Select(each => each.Contender).Distinct())}> <{string.Join('|', Enum.GetNames<WordTableFormat>())}> <model file>.");
        }

        WeightCases cases = WeightCases.Named(name);
        int[][] texts = [.. s_texts.Select(tokens => cases.Float32.Ids(Math.Min(tokens, cases.Float32.Shape.MaxTokens)))];
        float[] hidden = new float[texts.Max(text => text.Length) * cases.Float32.Shape.HiddenSize];
        ResidentMemory before = ResidentMemory.Now();
        using LoadedEncoder encoder = Load(cases, new(contender, words), path);
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
        MarkdownTable table = new(16, ["weights", "file", "table", "loaded", .. s_texts.Select(tokens => $"{tokens} tokens"), "peak", "anonymous", "files"]);
        bool complete = true;
        foreach (Case each in s_cases)
        {
            if (each.Contender is Contender.LlamaFloat32 or Contender.LlamaQ8 && LlamaEncoder.WhyNot is not null)
            {
                table.Row([each.Title, .. Enumerable.Repeat("-", s_texts.Length + 6)]);
                continue;
            }

            Progress.Report($"{cases.Float32.Name}: {each.Title}");
            string path = Write(model, each.Contender, safetensors, folder);
            ChildResult child = ChildProcess.Run("memory-of", cases.Float32.Name, $"{each.Contender}", $"{each.Words}", path);
            complete &= child.Failure is null;
            table.Row(child.Failure is null
                ? [each.Title, Megabytes(new FileInfo(path).Length), TableOf(each, model.Shape), .. child.Output.Trim().Split(Separator).Select(bytes => Megabytes(long.Parse(bytes, CultureInfo.InvariantCulture)))]
                : [each.Title, child.Failure, .. Enumerable.Repeat("-", s_texts.Length + 5)]);
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

    private static LoadedEncoder Load(WeightCases cases, Case each, string path)
    {
        EncoderOptions options = new() { WordTable = each.Words };
        switch (each.Contender)
        {
            case Contender.OursFloat32: return cases.Float32.Open(path, options);
            case Contender.OursBFloat16: return cases.BFloat16.Open(path, options);
            case Contender.OursInt8: return cases.Int8.Open(path, options);
            case Contender.LlamaFloat32 or Contender.LlamaQ8:
                LlamaEncoder llama = LlamaEncoder.Open(path, threads: 1);
                return new(llama, llama.Encode);
            default:
                OnnxSession session = OnnxSession.Open(path);
                return new(session, session.Encode);
        }
    }

    /// <summary>What EncoderInfo says of the word table of one of ours.</summary>
    private static string TableOf(Case each, EncoderShape shape) => each.Contender is Contender.OursFloat32 or Contender.OursBFloat16 or Contender.OursInt8
        ? Megabytes(new EncoderInfo { Name = "", HiddenSize = shape.HiddenSize, MaxTokens = shape.MaxTokens, VocabSize = shape.VocabSize }.WordTableBytes(each.Words))
        : "-";

    private static string Megabytes(long bytes) => $"{bytes / 1e6:F1}";

    /// <summary>A row of the table.</summary>
    /// <param name="Contender">Who.</param>
    /// <param name="Words">How one of ours holds its word table.</param>
    private sealed record Case(Contender Contender, WordTableFormat Words = WordTableFormat.FromFile)
    {
        public string Title => NarrowContender.Title(Contender) + Words switch
        {
            WordTableFormat.BFloat16 => ", words bf16",
            WordTableFormat.Int8 => ", words int8",
            _ => "",
        };
    }
}
