using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What a short text takes of the memory that an encoder for long ones reserves, beside one for short ones.</summary>
internal static class ShortTextMemory
{
    private const int Tokens = 128, FewPositions = 512, ManyPositions = 8192, Layers = 3, Words = 1000;
    private const char Separator = '\t';
    private const string Compiled = "compiled";

    /// <summary>Prints one table. Returns whether all processes came through.</summary>
    public static bool Print()
    {
        Console.WriteLine($"""
            ## A short text in an encoder for long ones

            Resident memory of a process, in MB: by how much it grows when the model is loaded (its packed weights among it) and when the first text of {Tokens} tokens is
            encoded (the JIT's work among it), and all of it then. Workspace: what loading reserves for a call. minilm-long's table of positions, which is loaded, is
            12 MB larger than minilm's. The ModernBERT has {Layers} layers of ModernBERT-base's shape, one of them global, and {Words} words.

            """);
        MarkdownTable table = new(15, "shape", "positions", "workspace", "loading", "first call", "in all");
        using TemporaryFolder folder = new();
        bool sound = true;
        foreach ((string name, int positions) in new[] { ("minilm", FewPositions), ("minilm-long", ManyPositions) })
        {
            string path = folder[name + ".safetensors"];
            RandomModel.Create(EncoderCase.Named(name).Shape, EncoderCase.Seed).Save(path);
            sound &= Row(name, positions, path);
        }

        foreach (int positions in new[] { FewPositions, ManyPositions })
        {
            string path = Directory.CreateDirectory(folder[$"modernbert-{positions}"]).FullName;
            ModernBertModel.Create(new() { NumHiddenLayers = Layers, VocabSize = Words, MaxPositionEmbeddings = positions }, EncoderCase.Seed).Save(path);
            CompiledFolder.Compile(path, $"modernbert-{positions}", AssemblyPath(path));
            sound &= Row(Compiled, positions, path);
        }

        Console.WriteLine();
        return sound;

        bool Row(string which, int positions, string path)
        {
            Progress.Report($"a short text, {which}, {positions} positions");
            string name = which == Compiled ? "modernbert" : which;
            ChildResult child = ChildProcess.Run("short-call", which, path);
            table.Row(child.Failure is null
                ? [name, $"{positions}", .. child.Output.Trim().Split(Separator).Select(bytes => $"{double.Parse(bytes, CultureInfo.InvariantCulture) / 1e6:F1}")]
                : [name, $"{positions}", "died", child.Failure, "-", "-"]);
            return child.Failure is null;
        }
    }

    /// <summary>A child: the workspace's bytes, and those that loading, the first call and the whole process have resident.</summary>
    public static int RunOne(string[] args)
    {
        if (args is not [string which, string path])
        {
            throw new UsageException($"short-call takes <shape|{Compiled}> <model file or folder>.");
        }

        float[] hidden = new float[Tokens * (which == Compiled ? new ModernBertShape().HiddenSize : EncoderCase.Named(which).Shape.HiddenSize)];
        int[] ids = [.. Enumerable.Range(0, Tokens)];
        long before = Environment.WorkingSet;
        using LoadedEncoder encoder = which == Compiled ? CompiledFolder.Load(AssemblyPath(path), path) : EncoderCase.Named(which).Load(path);
        long loaded = Environment.WorkingSet;
        encoder.Encode(ids, hidden);
        long called = Environment.WorkingSet;
        object workspace = encoder.Instance.GetType().GetField("WorkspaceBytes")!.GetRawConstantValue()!;
        Console.WriteLine(string.Join(Separator, workspace, loaded - before, called - loaded, called));
        return 0;
    }

    private static string AssemblyPath(string folder) => Path.Combine(folder, "Encoder.dll");
}
