namespace GeneratedEncoder.Oracles;

/// <summary>
/// The dimensions and variants of one encoder, under the names of Hugging Face's config.json.
/// </summary>
/// <remarks>
/// <para>Embeddings: <c>x[p] = LN(word[id] + type[t] + pos[PositionOffset + p])</c>.</para>
/// <para>Post-norm layer (BERT): <c>x = LN(x + Wo MHA(x)); x = LN(x + W2 act(W1 x))</c>.</para>
/// <para>Pre-norm layer (RoBERTa-PreLayerNorm): <c>x = x + Wo MHA(LN(x)); x = x + W2 act(W1 LN(x))</c>, and one LN after
/// the last layer.</para>
/// <para>Every product has a bias, and attention is <c>softmax(Q K^T / sqrt(head) + bias) V</c>, where the bias is MPNet's
/// table of relative positions.</para>
/// <para>Heads: <see cref="HeadParts"/>.</para>
/// </remarks>
public sealed record EncoderShape
{
    /// <summary>Width of a token's vector, H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of layers, L.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Number of attention heads, A; divides H.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Width of the feed-forward network, I.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Rows of the position table, those before <see cref="PositionOffset"/> included.</summary>
    public int MaxPositionEmbeddings { get; init; } = 512;

    /// <summary>Rows of the word table, V; 0 where the encoder takes vectors and has no embedding tables or norm.</summary>
    public int VocabSize { get; init; }

    /// <summary>Rows of the segment table; 0 where there is none.</summary>
    public int TypeVocabSize { get; init; }

    /// <summary>Row of the position table that the first token takes; 2 for RoBERTa.</summary>
    public int PositionOffset { get; init; }

    /// <summary>The activation by its name in config.json: relu, gelu (erf), gelu_new (tanh) or silu.</summary>
    public string HiddenAct { get; init; } = "gelu";

    /// <summary>What every LayerNorm adds to the variance.</summary>
    public double LayerNormEps { get; init; } = 1e-12;

    /// <summary>Whether a sub-layer normalises its input (true) or the sum it is added to (false, as BERT does).</summary>
    public bool PreNorm { get; init; }

    /// <summary>
    /// The architecture by its name in config.json: bert, roberta, camembert, xlm-roberta, distilbert, mpnet, electra or albert.
    /// It decides the tensors' names.
    /// </summary>
    public string ModelType { get; init; } = "bert";

    /// <summary>Width of the embedding tables and their norm, E; 0 where it is H.</summary>
    public int EmbeddingSize { get; init; }

    /// <summary>Sets of weights that the layers of ALBERT share, consecutive ones the same set; 0 where each has its own.</summary>
    public int NumHiddenGroups { get; init; }

    /// <summary>Rows of MPNet's table of relative positions; 0 where there is none.</summary>
    public int RelativeAttentionNumBuckets { get; init; }

    /// <summary>What stands on the encoder: None, Pooler, SequenceClassification, TokenClassification or MaskedLM.</summary>
    public string Head { get; init; } = "None";

    /// <summary>Logits of a classification head.</summary>
    public int NumLabels { get; init; }

    /// <summary>Whether the decoder of a masked language model is the word table.</summary>
    public bool TieWordEmbeddings { get; init; } = true;

    /// <summary>Width of one attention head, H / A.</summary>
    public int HeadSize => HiddenSize / NumAttentionHeads;

    /// <summary>The most tokens a text may have.</summary>
    public int MaxTokens => MaxPositionEmbeddings - PositionOffset;

    /// <summary>Width of the embedding tables, E.</summary>
    public int EmbeddingWidth => EmbeddingSize > 0 ? EmbeddingSize : HiddenSize;

    /// <summary>The shape of all-MiniLM-L6-v2.</summary>
    public static EncoderShape MiniLm { get; } = new()
    {
        HiddenSize = 384,
        NumHiddenLayers = 6,
        NumAttentionHeads = 12,
        IntermediateSize = 1536,
        MaxPositionEmbeddings = 512,
        VocabSize = 30522,
        TypeVocabSize = 2,
    };
}
