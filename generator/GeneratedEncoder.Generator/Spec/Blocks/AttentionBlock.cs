namespace GeneratedEncoder.Generator.Spec;

/// <summary>Multi-head self-attention, as all layers have it.</summary>
internal sealed record AttentionBlock
{
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; several query heads, one after another, share one.</summary>
    public required int KeyValueHeads { get; init; }

    public required int HeadSize { get; init; }

    public required Linear Query { get; init; }
    public required Linear Key { get; init; }
    public required Linear Value { get; init; }
    public required Linear Output { get; init; }

    /// <summary>What scores are divided by before softmax is the square root of this; 1: they aren't divided.</summary>
    public required double ScoreDivisor { get; init; }

    /// <summary>Norms of queries and keys; null: there are none.</summary>
    public Norm? QueryNorm { get; init; }

    public Norm? KeyNorm { get; init; }

    /// <summary>Whether those two are over a head's columns; else over all heads' together.</summary>
    public bool NormsHeads => QueryNorm?.Size == HeadSize && Heads > 1;
}

/// <summary>
/// Angles by which queries and keys are rotated (RoPE, halves of a head as pairs): position p and pair k by p theta^(-2k/d), and by other
/// frequencies where the model is stretched to longer texts.
/// </summary>
/// <param name="Theta">The base.</param>
/// <param name="Factor">GTE's NTK scaling; 1: none.</param>
/// <param name="Mixed">Its exponent b where frequencies are mixed; 0: they aren't.</param>
internal sealed record Rotary(double Theta, double Factor = 1, double Mixed = 0);

/// <summary>Biases of scores by the distance of key and query, the same in all layers.</summary>
internal sealed record RelativeBiasBlock
{
    /// <summary>The learned table, [buckets, heads]; null: biases fall linearly with the distance (ALiBi).</summary>
    public Table? Buckets { get; init; }

    /// <summary>From here on all distances share a bucket.</summary>
    public int MaxDistance { get; init; } = 128;
}

/// <summary>DeBERTa's scores between contents and relative positions.</summary>
internal sealed record DisentangledBlock
{
    /// <summary>Embeddings of relative positions, 2 * span rows.</summary>
    public required Table Embeddings { get; init; }

    public Norm? Norm { get; init; }

    /// <summary>Buckets to either side that distances fall into; 0: a bucket for each.</summary>
    public required int Buckets { get; init; }

    /// <summary>The largest distance that is told from larger ones.</summary>
    public required int MaxDistance { get; init; }

    /// <summary>Whether queries meet keys' positions.</summary>
    public required bool ContentToPosition { get; init; }

    /// <summary>Whether keys meet queries' positions.</summary>
    public required bool PositionToContent { get; init; }

    /// <summary>The layer's projections of positions; null where they are those of contents.</summary>
    public Linear? Key { get; init; }

    public Linear? Query { get; init; }

    /// <summary>Rows to either side of distance 0.</summary>
    public int Span => Embeddings.Rows / 2;
}
