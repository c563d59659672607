namespace GeneratedEncoder.Generator.Spec;

/// <summary>What the user asked for: the attribute's values and the class that carries it. No symbols, no syntax.</summary>
internal sealed record EncoderSpec
{
    public required TypeSpec Type { get; init; }

    /// <summary>Names of the properties that the attribute sets.</summary>
    public required EquatableArray<string> Given { get; init; }

    public int HiddenSize { get; init; }
    public int NumHiddenLayers { get; init; }
    public int NumAttentionHeads { get; init; }
    public int IntermediateSize { get; init; }
    public int MaxPositionEmbeddings { get; init; }
    public int VocabSize { get; init; }
    public int TypeVocabSize { get; init; }
    public int PositionOffset { get; init; }
    public HiddenAct HiddenAct { get; init; }
    public double LayerNormEps { get; init; } = 1e-12;
    public NormPlacement NormPlacement { get; init; }
    public Pooling Pooling { get; init; }
    public bool Normalize { get; init; }

    /// <summary>Width of one attention head.</summary>
    public int HeadSize => HiddenSize / NumAttentionHeads;

    /// <summary>The longest text, in tokens.</summary>
    public int MaxTokens => MaxPositionEmbeddings - PositionOffset;

    /// <summary>Whether the encoder takes vectors in place of token ids.</summary>
    public bool TakesVectors => VocabSize == 0;

    /// <summary>Whether tokens have a type (segment).</summary>
    public bool HasTokenTypes => !TakesVectors && TypeVocabSize > 0;

    public bool IsPreNorm => NormPlacement == NormPlacement.Pre;
}
