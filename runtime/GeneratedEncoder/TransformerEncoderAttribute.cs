using System.Diagnostics.CodeAnalysis;

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
    /// <summary>
    /// All dimensions are given as properties. Those that are required are missed by GE0015 in one message, which names the other form
    /// too, and not by the compiler in one each.
    /// </summary>
    [SetsRequiredMembers]
    public TransformerEncoderAttribute()
    {
    }

    /// <summary>
    /// Everything is read from a Hugging Face model folder that the project file names:
    /// <c>&lt;EncoderModel Include="Models/all-MiniLM-L6-v2" /&gt;</c>. Properties that are set as well may refine what the
    /// folder leaves open, but not contradict it.
    /// </summary>
    /// <param name="model">The folder's own name: "all-MiniLM-L6-v2".</param>
    [SetsRequiredMembers]
    public TransformerEncoderAttribute(string model) => Model = model;

    /// <summary>Name of the model folder that the dimensions come from; null if they are given as properties.</summary>
    public string? Model { get; }

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

    /// <summary>
    /// The architecture, by <c>model_type</c>: it decides the tensors' names and what differs from BERT.
    /// </summary>
    public ModelType ModelType { get; init; } = ModelType.Bert;

    /// <summary>
    /// Width of the embedding tables where it isn't <see cref="HiddenSize"/> (ELECTRA, ALBERT): a projection follows them.
    /// 0: the hidden size.
    /// </summary>
    public int EmbeddingSize { get; init; }

    /// <summary>Sets of layer weights that layers share (ALBERT). 0: every layer has its own.</summary>
    public int NumHiddenGroups { get; init; }

    /// <summary>Buckets of relative positions whose bias is added to attention scores (MPNet: 32). 0: there are none.</summary>
    public int RelativeAttentionNumBuckets { get; init; }

    /// <summary>Tokens of the longest text, where that is less than the position table allows. 0: as many as it allows.</summary>
    public int MaxSeqLength { get; init; }

    /// <summary>What stands on top of the encoder.</summary>
    public Head Head { get; init; } = Head.None;

    /// <summary>Logits of a classification head.</summary>
    public int NumLabels { get; init; }

    /// <summary>How the layers' weights are held in memory, whatever type the model file has.</summary>
    public WeightFormat Weights { get; init; } = WeightFormat.Float32;

    /// <summary>Whether a masked language model's decoder is the word table, as it nearly always is.</summary>
    public bool TieWordEmbeddings { get; init; } = true;
}
