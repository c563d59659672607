namespace GeneratedEncoder.Oracles;

/// <summary>Which graph <see cref="OnnxEncoder"/> builds, and how ONNX Runtime runs it.</summary>
public sealed record OnnxEncoderOptions
{
    /// <summary>
    /// Whether attention, and bias with activation, are one of ONNX Runtime's own operators each: the fastest float32 form of
    /// the graph on a CPU. Otherwise the graph is what an exporter writes, in standard operators.
    /// </summary>
    /// <remarks>
    /// What its transformer optimizer fuses besides was measured and left out, because it gained nothing
    /// (EmbedLayerNormalization, the query, key and value products as one) or cost time (SkipLayerNormalization).
    /// </remarks>
    public bool Fused { get; init; }

    /// <summary>
    /// Whether to compute in double precision, in standard operators run exactly as written. Not with <see cref="Fused"/>,
    /// which is for speed alone.
    /// </summary>
    /// <remarks>
    /// The erf of "gelu" is a quadrature, for want of a kernel: it takes 24 doubles for each value of the feed-forward network
    /// (150 MB for 512 tokens of 1536), and most of the time.
    /// </remarks>
    public bool Float64 { get; init; }

    /// <summary>Whether products with weights are int8. Not with <see cref="Float64"/>.</summary>
    public OnnxQuantization Quantization { get; init; }

    /// <summary>Whether the graph also gives the attention probabilities. Not with <see cref="Fused"/>.</summary>
    public bool Attentions { get; init; }

    /// <summary>
    /// Whether the graph takes an attention mask, which a batch of texts of unequal length needs. Without one, attention has
    /// less to do.
    /// </summary>
    public bool Masked { get; init; }

    /// <summary>How many threads work within one call.</summary>
    public int Threads { get; init; } = 1;
}
