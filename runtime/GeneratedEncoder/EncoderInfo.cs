using System.Collections.ObjectModel;
using System.Globalization;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder;

/// <summary>What a generated encoder was compiled for, for libraries that work with any of them.</summary>
public sealed record EncoderInfo
{
    /// <summary>The model folder's name, or the class's where there is no folder.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Where the model's files are copied to, relative to the application's base directory: "Models/all-MiniLM-L6-v2".
    /// Null where the encoder was not made from a model folder.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>The architecture.</summary>
    public ModelType ModelType { get; init; }

    /// <summary>Width of a token's vector.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of an embedding: <see cref="HiddenSize"/>, unless several poolings or dense modules make it another.</summary>
    public int EmbeddingDimension
    {
        get => field > 0 ? field : HiddenSize;
        init;
    }

    /// <summary>Width of the word table's rows: <see cref="HiddenSize"/>, unless embeddings are projected to it.</summary>
    public int EmbeddingSize
    {
        get => field > 0 ? field : HiddenSize;
        init;
    }

    /// <summary>Tokens of the longest text, special tokens among them.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>How the layers' weights are held in memory.</summary>
    public WeightFormat Weights { get; init; }

    /// <summary>Memory of the packed weights, in bytes, without the word table (<see cref="WordTableBytes"/>).</summary>
    public long WeightBytes { get; init; }

    /// <summary>Scratch memory of one call, in bytes; calls that run at the same time have one each.</summary>
    public long WorkspaceBytes { get; init; }

    /// <summary>What each further thread that a call may use adds to <see cref="WorkspaceBytes"/>.</summary>
    public long ThreadBytes { get; init; }

    /// <summary>Rows of the word table.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Rows of the token type table; 0: there is none.</summary>
    public int TypeVocabSize { get; init; }

    /// <summary>How an embedding is made of the tokens' vectors.</summary>
    public Pooling Pooling { get; init; }

    /// <summary>Whether embeddings have Euclidean length 1.</summary>
    public bool Normalize { get; init; }

    /// <summary>Whether a prompt's tokens are pooled with the text's; if not, libraries say how many they are (<see cref="ITransformerEncoder.EmbedPromptedBatch"/>).</summary>
    public bool IncludePrompt { get; init; } = true;

    /// <summary>What stands on top of the encoder.</summary>
    public Head Head { get; init; }

    /// <summary>Logits of a classification head; 0 without one.</summary>
    public int NumLabels { get; init; }

    /// <summary>Names of the labels, by <c>id2label</c>; empty where the model has none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Texts to put before an input, by their names ("query", "passage").</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Name of the prompt that is used where none is asked for; null for none.</summary>
    public string? DefaultPromptName { get; init; }

    /// <summary>
    /// Whether a classifier's scores are its logits' sigmoids: as for a cross-encoder that says nothing else, and for labels of which
    /// several may hold.
    /// </summary>
    public bool SigmoidScore { get; init; }

    /// <summary>Memory of the word table, in bytes, beside <see cref="WeightBytes"/>.</summary>
    /// <param name="format">What <see cref="EncoderOptions.WordTable"/> says.</param>
    /// <returns>With <see cref="WordTableFormat.FromFile"/> that of a model in a file: 0 for a table that stays there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public long WordTableBytes(WordTableFormat format)
    {
        long wide = (long)VocabSize * EmbeddingSize * sizeof(float);
        return format != WordTableFormat.FromFile ? (long)VocabSize * NarrowRow.Bytes(format, EmbeddingSize)
            : wide <= EmbeddingTable.MostBytesInMemory ? wide
            : 0;
    }

    /// <summary>The encoder in one line: "all-MiniLM-L6-v2 (Bert): 384 wide, at most 256 tokens, vocabulary of 30522, Mean pooling, normalised".</summary>
    public override string ToString()
    {
        string name = Name == ModelType.ToString() ? Name : $"{Name} ({ModelType})";
        string types = TypeVocabSize > 0 ? $", {TypeVocabSize} token types" : "";
        string head = Head == Head.None ? "" : $", {Head}{(NumLabels > 0 ? $" of {NumLabels} {(NumLabels == 1 ? "label" : "labels")}" : "")}";
        string labels = Labels.Count is > 0 and <= 8 ? $" ({string.Join(", ", Labels)})" : "";
        string prompts = Prompts.Count > 0 ? $", prompts {string.Join(", ", Prompts.Keys.Order(StringComparer.Ordinal))}{(DefaultPromptName is null ? "" : $" (default {DefaultPromptName})")}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{name}: {HiddenSize} wide, at most {MaxTokens} tokens, vocabulary of {VocabSize}{types}, {Pooling} pooling{(Normalize ? ", normalised" : "")}{(Weights == WeightFormat.Float32 ? "" : $", {Weights} weights")}{head}{labels}{prompts}");
    }
}
