using GeneratedEncoder.Generator.Spec.Architectures;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>What the user asked for: the attribute's values and the class that carries it. No symbols, no syntax.</summary>
internal sealed record EncoderSpec
{
    public required TypeSpec Type { get; init; }

    /// <summary>Names of the properties that the attribute sets.</summary>
    public required EquatableArray<string> Given { get; init; }

    /// <summary>The model folder that the attribute names; null where it gives all dimensions itself.</summary>
    public string? ModelName { get; init; }

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
    public ModelType ModelType { get; init; }
    public int EmbeddingSize { get; init; }
    public int NumHiddenGroups { get; init; }
    public int RelativeAttentionNumBuckets { get; init; }
    public int MaxSeqLength { get; init; }
    public Head Head { get; init; }
    public int NumLabels { get; init; }
    public bool TieWordEmbeddings { get; init; } = true;
    public WeightFormat Weights { get; init; }

    /// <summary>What a model folder says of its architecture and no property of the attribute does.</summary>
    public Details Details { get; init; } = new([]);

    /// <summary>The pipeline's steps after pooling, but for a last Normalize, which is <see cref="Normalize"/>.</summary>
    public EquatableArray<ModuleBlock> Modules { get; init; } = new([]);

    /// <summary>What only a model folder says; null without one, and until it was read.</summary>
    public ModelFolderSpec? Model { get; init; }

    /// <summary>Width of the word table.</summary>
    public int WordSize => EmbeddingSize > 0 ? EmbeddingSize : HiddenSize;

    /// <summary>Sets of layer weights: as many as layers, unless layers share them.</summary>
    public int LayerSets => NumHiddenGroups > 0 ? NumHiddenGroups : NumHiddenLayers;

    /// <summary>Whether a text's one logit is its score, as a cross-encoder's is.</summary>
    public bool HasScore => Head == Head.SequenceClassification && NumLabels == 1;

    /// <summary>Whether the score is the logit's sigmoid.</summary>
    public bool ScoreIsSigmoid => HasScore && Model is { SigmoidScore: true };

    /// <summary>Whether logits belong to labels.</summary>
    public bool HasLabels => Head is Head.SequenceClassification or Head.TokenClassification;

    /// <summary>Width of one attention head.</summary>
    public int HeadSize => Architecture.HeadSize(this);

    public Architecture Architecture => Architectures.Architectures.Of(ModelType);

    /// <summary>The parts that the encoder consists of.</summary>
    public EncoderBlocks Blocks => Architecture.Blocks(this);

    /// <summary>How tokens' vectors become the text's; several are vectors side by side, which only a folder says.</summary>
    public IEnumerable<Pooling> Poolings => Details.Has("poolings") ? Details.Word("poolings").Split('+').Select(name => (Pooling)Enum.Parse(typeof(Pooling), name)) : [Pooling];

    /// <summary>Whether a prompt's tokens are left out of the pooling.</summary>
    public bool LeavesOutPrompts => Details.Has("include_prompt") && !Details.Flag("include_prompt");

    /// <summary>Width of the vector that pooling gives.</summary>
    public int PooledSize => HiddenSize * Poolings.Count();

    /// <summary>Width of an embedding.</summary>
    public int EmbeddingDimension => Modules.OfType<DenseModule>().LastOrDefault()?.Layer.Out ?? PooledSize;

    /// <summary>The longest text, in tokens.</summary>
    public int MaxTokens => MaxSeqLength > 0 ? Math.Min(MaxSeqLength, TableTokens) : TableTokens;

    /// <summary>Tokens that the position table has rows for.</summary>
    public int TableTokens => MaxPositionEmbeddings - PositionOffset;

    /// <summary>Whether the encoder takes vectors in place of token ids.</summary>
    public bool TakesVectors => VocabSize == 0;

    /// <summary>Whether tokens have a type (segment).</summary>
    public bool HasTokenTypes => !TakesVectors && TypeVocabSize > 0;

    public bool IsPreNorm => NormPlacement == NormPlacement.Pre;
}
