using System.Collections.Immutable;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Every decision about an encoder's code and memory. A pure function of the spec; emitters only write it down.</summary>
internal sealed record EncoderPlan
{
    /// <summary>FMA statements that one method may hold: far below where the JIT stops optimising (about 2,000).</summary>
    public const int FmaBudget = 512;

    public required EncoderSpec Spec { get; init; }

    /// <summary>Null where the encoder takes vectors.</summary>
    public required EmbeddingsPlan? Embeddings { get; init; }

    public required AttentionPlan Attention { get; init; }
    public required FeedForwardPlan FeedForward { get; init; }

    /// <summary>What stands on top of the layers; null for nothing.</summary>
    public required HeadPlan? Head { get; init; }

    public required WeightMap Weights { get; init; }
    public required ScratchMap Scratch { get; init; }

    public OffsetPlan Offsets => new(this);

    public PackPlan Pack => PackPlan.For(FlopsPerToken);

    /// <summary>The ways through the encoder, widest first; the first that the machine has is taken.</summary>
    public required ImmutableArray<SimdPath> Paths { get; init; }

    /// <summary>Floating-point operations of all layers' products for a token: two for each weight, none for biases, norms and activations.</summary>
    public long FlopsPerToken => 2L * Spec.NumHiddenLayers * Spec.HiddenSize * (4L * Spec.HiddenSize + 2L * Spec.IntermediateSize);

    /// <summary>Those of all layers' heads for a token and another that it attends to: a score and its share of the weighted sum.</summary>
    public long FlopsPerPair => 4L * Spec.NumHiddenLayers * Spec.HiddenSize;

    /// <summary>Whether pooling looks at the first token only.</summary>
    public bool PoolsFirstToken => Spec.Pooling == Pooling.Cls;

    /// <summary>The norm of hidden states.</summary>
    public NormPlan Norm => NormPlan.Of(Spec.HiddenSize, Spec.HiddenSize);

    /// <summary>The distinct norms that code is emitted for.</summary>
    public ImmutableArray<NormPlan> Norms => [.. new[] { Norm, Embeddings?.Norm }.OfType<NormPlan>().Distinct()];

    /// <summary>Whether there are calls that look at the first token only, so that the last layer need not finish the others.</summary>
    public bool HasFirstTokenCalls => PoolsFirstToken || Head is { TakesFirstToken: true };

    /// <summary>The head's products that aren't the same kernels as the layers'.</summary>
    public IEnumerable<LinearPlan> HeadKernels => Head is null
        ? []
        : Head.Products.Where(product => !new[] { Attention.Qkv, Attention.Output, FeedForward.Up, FeedForward.Down }.Any(other => other.Name == product.Name));

    /// <summary>The activations that code is needed for.</summary>
    public IEnumerable<Activation> ActivationsUsed =>
        new[] { FeedForward.Up }.Concat(Head?.Products ?? []).Select(product => product.Activation).OfType<Activation>().Distinct();

    /// <summary>The functions on vectors that the encoder's code calls.</summary>
    public MathFunctions Functions => ActivationsUsed.Aggregate(
        MathFunctions.OfAll | (Spec.ScoreIsSigmoid ? MathFunctions.Exp : MathFunctions.None), (all, activation) => all | activation.Functions());

    /// <summary>The emitted LayerNorm of the head's width, which is the embeddings'.</summary>
    public string HeadNorm => (Embeddings?.Norm ?? Norm).Name;

    /// <summary>Floats between rows of hidden states.</summary>
    public int HiddenStride => Norm.Stride;

    /// <summary>Columns of a row of hidden states that vectors pass over; those past HiddenSize are zero.</summary>
    public int HiddenColumns => Norm.Columns;

    public static EncoderPlan For(EncoderSpec spec)
    {
        EmbeddingsPlan? embeddings = EmbeddingsPlan.For(spec);
        AttentionPlan attention = AttentionPlan.For(spec);
        FeedForwardPlan feedForward = FeedForwardPlan.For(spec);
        HeadPlan? head = HeadPlan.For(spec);
        return new EncoderPlan
        {
            Spec = spec,
            Embeddings = embeddings,
            Attention = attention,
            FeedForward = feedForward,
            Head = head,
            Weights = WeightMap.For(spec, embeddings, attention, feedForward, head),
            Scratch = ScratchMap.For(spec, embeddings, attention, feedForward, head),
            Paths = SimdPath.All,
        };
    }
}
