using System.Globalization;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>An encoder as an architecture builds it: which parts there are, what each computes, and what its tensors are called. A part that is null does not exist.</summary>
internal sealed record EncoderBlocks
{
    /// <summary>Null: the encoder takes vectors.</summary>
    public required EmbeddingsBlock? Embeddings { get; init; }

    public required LayerBlock Layer { get; init; }

    /// <summary>What layers have of their own, one by one; empty: nothing.</summary>
    public EquatableArray<LayerKind> Kinds { get; init; }

    /// <summary>The tables of angles for queries and keys; empty: they aren't rotated.</summary>
    public EquatableArray<Rotary> Rotaries { get; init; }

    public RelativeBiasBlock? RelativeBias { get; init; }

    public DisentangledBlock? Disentangled { get; init; }

    public ConvolutionBlock? Convolution { get; init; }

    /// <summary>The norm after the last layer.</summary>
    public Norm? FinalNorm { get; init; }

    public HeadBlock? Head { get; init; }

    /// <summary>A set of layer weights is called this, its number, and then <see cref="LayerEnd"/>.</summary>
    public required string LayerStart { get; init; }

    public string LayerEnd { get; init; } = "";

    /// <summary>Name of a set of layer weights: "encoder.layer.0".</summary>
    public string LayerName(int set) => LayerStart + set.ToString(CultureInfo.InvariantCulture) + LayerEnd;

    /// <summary>A tensor that every such model has, by which the prefix is found.</summary>
    public string Anchor => $"{LayerName(0)}{Layer.Attention.Query.Name}.weight";
}
