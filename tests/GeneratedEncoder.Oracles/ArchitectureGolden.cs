using System.Text.Json;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// A small model's folder as its architecture's real ones are, with outputs that PyTorch computed from it in double precision; they are
/// stored to 9 digits in its expected.json.
/// </summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Texts">The texts encoded.</param>
public sealed record ArchitectureGolden(string Folder, ArchitectureGoldenText[] Texts)
{
    private static readonly JsonSerializerOptions s_names = new(JsonSerializerDefaults.Web);

    /// <summary>The folder's name, which tells what is special about the model.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>The names of all, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Root, "expected.json", SearchOption.AllDirectories).Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order(StringComparer.Ordinal)];

    private static string Root => Path.Combine(AppContext.BaseDirectory, "architectures");

    /// <summary>The one of that name.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static ArchitectureGolden Named(string name)
    {
        string folder = Path.Combine(Root, name);
        return JsonSerializer.Deserialize<ArchitectureGolden>(File.ReadAllBytes(Path.Combine(folder, "expected.json")), s_names)! with { Folder = folder };
    }
}

/// <summary>One text of n tokens, and what the model makes of it.</summary>
public sealed record ArchitectureGoldenText
{
    /// <summary>Token ids [n].</summary>
    public required int[] InputIds { get; init; }

    /// <summary>Token types [n]; null where the model has none.</summary>
    public int[]? TokenTypeIds { get; init; }

    /// <summary>The tokens whose hidden states are stored; null where all are.</summary>
    public int[]? Rows { get; init; }

    /// <summary>The last hidden state, [n, H] or [rows, H].</summary>
    public required double[] LastHiddenState { get; init; }

    /// <summary>The output of sentence-transformers' modules; null where the model has none.</summary>
    public double[]? Embedding { get; init; }

    /// <summary>Logits, [labels] of a classifier and [n, labels] of a labeller of tokens; null where there is neither.</summary>
    public double[]? Logits { get; init; }

    /// <summary>The tokens whose words are predicted by a masked language model.</summary>
    public int[] Positions { get; init; } = [];

    /// <summary>Its logits, [positions, V]; null of other models.</summary>
    public double[]? WordLogits { get; init; }

    /// <summary>Root mean square of PyTorch's errors in float32, over the last hidden state; null where they weren't measured.</summary>
    public double? Float32Error { get; init; }

    /// <summary>Attention weights [layers, heads, n, n]; null of long texts.</summary>
    public double[]? Attentions { get; init; }

    /// <summary>Those rows of a last hidden state [n, H] that are stored.</summary>
    public double[] Stored(double[] hidden)
    {
        int width = hidden.Length / InputIds.Length;
        return Rows is null ? hidden : [.. Rows.SelectMany(row => hidden.Skip(row * width).Take(width))];
    }
}
