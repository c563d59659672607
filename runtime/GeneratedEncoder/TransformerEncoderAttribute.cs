namespace GeneratedEncoder;

/// <summary>
/// Compiles a transformer encoder of these dimensions into the partial class that carries it.
/// Property names are those of a Hugging Face config.json, in PascalCase.
/// </summary>
/// <example>
/// <code>
/// [TransformerEncoder(
///     HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
///     MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu)]
/// public sealed partial class MiniLm;
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TransformerEncoderAttribute : Attribute
{
    /// <summary>Width of a token's vector. A multiple of <see cref="NumAttentionHeads"/>.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of encoder layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Attention heads of a layer; each is <see cref="HiddenSize"/> / <see cref="NumAttentionHeads"/> wide.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Width of the feed-forward network's inner layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>
    /// Rows of the position table. A text has at most this many tokens, less <see cref="PositionOffset"/>.
    /// Without a vocabulary there is no table, and this is simply the largest number of vectors in a sequence.
    /// </summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>The feed-forward network's activation.</summary>
    public required HiddenAct HiddenAct { get; init; }

    /// <summary>Rows of the word table. 0: no embedding tables, the encoder takes vectors instead of token ids.</summary>
    public int VocabSize { get; init; }

    /// <summary>Rows of the token type (segment) table. 0: there is none.</summary>
    public int TypeVocabSize { get; init; }

    /// <summary>The position table's row for the first token: 0 for BERT, 2 for RoBERTa.</summary>
    public int PositionOffset { get; init; }

    /// <summary>Added to the variance in every LayerNorm.</summary>
    public double LayerNormEps { get; init; } = 1e-12;

    /// <summary>Where a layer's LayerNorms stand.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Post;

    /// <summary>How <c>Embed</c> turns the tokens' vectors into one.</summary>
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>Whether <c>Embed</c> scales the embedding to Euclidean length 1.</summary>
    public bool Normalize { get; init; }
}
