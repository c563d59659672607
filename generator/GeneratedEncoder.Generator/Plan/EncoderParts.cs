using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The plans of an encoder's blocks, before memory is laid out for them. A part that is null does not exist.</summary>
internal sealed record EncoderParts
{
    public required EmbeddingsPlan? Embeddings { get; init; }
    public required AttentionPlan Attention { get; init; }
    public required FeedForwardPlan FeedForward { get; init; }
    public required ConvolutionPlan? Convolution { get; init; }
    public required NormPlan? FinalNorm { get; init; }
    public required PoolingPlan Pooling { get; init; }
    public required HeadPlan? Head { get; init; }

    /// <summary>Whether something goes by tokens' positions after they were embedded.</summary>
    public bool HasPlaces => Attention.Rotary is not null || Convolution is not null;

    /// <summary>Whether sub-layers' outputs have norms of their own.</summary>
    public bool HasOutputNorms => Attention.Norms.OfOutput is not null || FeedForward.Norms.OfOutput is not null;

    /// <summary>Whether a residual is needed a second time.</summary>
    public bool KeepsResidual => Attention.Norms.KeepsResidual || FeedForward.Norms.KeepsResidual;

    /// <summary>The products that are computed in eight bits.</summary>
    public IEnumerable<LinearPlan> Int8Products =>
        new[] { Embeddings?.Projection, Attention.Qkv, Attention.Output, FeedForward.Up, FeedForward.Down }.OfType<LinearPlan>().Where(product => product.Format == WeightFormat.Int8);

    public static EncoderParts For(EncoderSpec spec)
    {
        EncoderBlocks blocks = spec.Blocks;
        return new()
        {
            Embeddings = EmbeddingsPlan.For(spec, blocks),
            Attention = AttentionPlan.For(spec, blocks),
            FeedForward = FeedForwardPlan.For(spec, blocks),
            Convolution = ConvolutionPlan.For(spec, blocks),
            FinalNorm = NormPlan.For(blocks.FinalNorm, spec.HiddenSize),
            Pooling = PoolingPlan.For(spec),
            Head = HeadPlan.For(spec, blocks),
        };
    }
}
