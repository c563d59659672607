using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What a local and a global layer of ModernBERT-base's shape take for each token.</summary>
internal static class ModernBertLayers
{
    private const int Layers = 4;

    // Whatever else of the shape counts in a layer; the word table doesn't.
    private const int Words = 1000;

    private static readonly string[] s_kinds = [ModernBertShape.Sliding, ModernBertShape.Full];

    /// <summary>Prints one table for all lengths.</summary>
    public static void Print(int[] lengths, double seconds)
    {
        Console.WriteLine($"""
            ## Layers of ModernBERT-base's shape

            Ours, one thread, microseconds a token: encoders of 1 and of {1 + Layers} layers are compiled, all of one kind, and timed in turn; a layer is the difference
            of their medians over {Layers}, so that embeddings and the last norm are in neither. "calls": of each encoder, as many as fit into {seconds.ToString(CultureInfo.InvariantCulture)} s, at least 2.

            """);
        using TemporaryFolder folder = new();
        LoadedEncoder[] encoders = [.. s_kinds.SelectMany(kind => new[] { Load(kind, 1), Load(kind, 1 + Layers) })];
        MarkdownTable table = new(6, "n", "local us", "global us", "global / local", "calls");
        int hiddenSize = new ModernBertShape().HiddenSize;
        foreach (int tokens in lengths)
        {
            Progress.Report($"layers, n = {tokens}");
            int[] ids = RandomModel.Ids(new ModernBertShape { VocabSize = Words }.Calls, EncoderCase.Seed, tokens);
            float[] hidden = new float[tokens * hiddenSize];
            Timing[] timings = Rounds.Measure([.. encoders.Select(encoder => new Contestant(() => encoder.Encode(ids, hidden)))], seconds);
            double local = LayerOf(0), full = LayerOf(1);
            table.Row($"{tokens}", $"{local:F2}", $"{full:F2}", $"{full / local:F2} x", $"{timings[0].Calls}");

            double LayerOf(int kind) => (timings[2 * kind + 1].Median - timings[2 * kind].Median) * 1e3 / Layers / tokens;
        }

        Console.WriteLine();
        Array.ForEach(encoders, encoder => encoder.Dispose());

        LoadedEncoder Load(string kind, int layers)
        {
            string name = $"{kind}-{layers}", path = Directory.CreateDirectory(folder[name]).FullName;
            Progress.Report($"layers: compiling {name}");
            ModernBertShape shape = new() { NumHiddenLayers = layers, VocabSize = Words, LayerTypes = [.. Enumerable.Repeat(kind, layers)] };
            ModernBertModel.Create(shape, EncoderCase.Seed).Save(path);
            CompiledFolder.Compile(path, name, Path.Combine(path, "Encoder.dll"));
            return CompiledFolder.Load(Path.Combine(path, "Encoder.dll"), path);
        }
    }
}
