using System.Collections.Immutable;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Every decision about an encoder's code and memory. A pure function of the spec; emitters only write it down.</summary>
internal sealed record EncoderPlan
{
    /// <summary>FMA statements that one method may hold: far below where the JIT stops optimising (about 2,000).</summary>
    public const int FmaBudget = 512;

    public required EncoderSpec Spec { get; init; }

    /// <summary>What the encoder consists of, with its tensors' names.</summary>
    public required EncoderBlocks Blocks { get; init; }

    /// <summary>Whether something goes by tokens' positions after they were embedded.</summary>
    public required bool HasPlaces { get; init; }

    /// <summary>Null where the encoder takes vectors.</summary>
    public required EmbeddingsPlan? Embeddings { get; init; }

    public required AttentionPlan Attention { get; init; }
    public required FeedForwardPlan FeedForward { get; init; }

    /// <summary>The convolution beside the first layer; null: there is none.</summary>
    public required ConvolutionPlan? Convolution { get; init; }

    /// <summary>The norm after the last layer; null: there is none.</summary>
    public required NormPlan? FinalNorm { get; init; }

    public required PoolingPlan Pooling { get; init; }

    /// <summary>What stands on top of the layers; null for nothing.</summary>
    public required HeadPlan? Head { get; init; }

    public required WeightMap Weights { get; init; }
    public required ScratchMap Scratch { get; init; }

    public OffsetPlan Offsets => new(this);

    public PackPlan Pack => PackPlan.For(FlopsPerToken);

    /// <summary>The ways through the encoder, widest first; the first that the machine has is taken.</summary>
    public required ImmutableArray<SimdPath> Paths { get; init; }

    /// <summary>Floating-point operations of all layers' products for a token: two for each weight, none for biases, norms and activations.</summary>
    public long FlopsPerToken => 2L * Spec.NumHiddenLayers * Blocks.Layer.Weights;

    /// <summary>Those of all layers' heads for a token and another that it attends to: a score and its share of the weighted sum.</summary>
    public long FlopsPerPair => 4L * Spec.NumHiddenLayers * Attention.Heads * Attention.HeadSize;

    /// <summary>Whether pooling looks at the first token only.</summary>
    public bool PoolsFirstToken => Pooling.TakesFirstToken;

    /// <summary>The distinct norms that code is emitted for.</summary>
    public ImmutableArray<NormPlan> Norms =>
    [
        .. Attention.Norms.All.Concat(FeedForward.Norms.All).Select(norm => norm.Norm)
            .Concat(new[] { Embeddings?.Norm, FinalNorm, Attention.QueryKeyNorms is { IsByHead: true } norms ? norms.Norm : null, Convolution?.Norm, Head?.Norm }
                .Concat(Pooling.Modules.Select(module => module.Norm)).OfType<NormPlan>())
            .Distinct(),
    ];

    /// <summary>Whether rows are added to others, beside products that do so themselves.</summary>
    public bool AddsRows => Convolution is not null || new[] { Attention.Norms, FeedForward.Norms }.Any(norms => norms.OfOutput is not null || norms.KeepsResidual);

    /// <summary>Whether the end of attention's sub-layer needs memory of the thread's own.</summary>
    public bool CombineNeedsOwn => Attention.Output.Format == WeightFormat.Int8 || Attention.Norms.OfOutput is not null || Attention.Norms.KeepsResidual;

    /// <summary>Whether the first layer's attention takes the residual stream without a norm.</summary>
    public bool FirstLayerLacksNorm => Blocks.Kinds.FirstOrDefault() is { LacksAttentionNorm: true };

    /// <summary>Whether there are calls that look at the first token only, so that the last layer need not finish the others.</summary>
    public bool HasFirstTokenCalls => PoolsFirstToken || Head is { TakesFirstToken: true };

    /// <summary>The head's products that aren't the same kernels as the layers'.</summary>
    public IEnumerable<LinearPlan> HeadKernels => Head is null ? [] : Head.Products.Where(product => !LayerProducts.Any(other => other.Name == product.Name));

    /// <summary>The modules' products that aren't the same kernels as others.</summary>
    public IEnumerable<LinearPlan> ModuleKernels => Pooling.Modules.Select(module => module.Dense).OfType<LinearPlan>()
        .Where(product => !LayerProducts.Concat(Head?.Products ?? []).Any(other => other.Name == product.Name)).GroupBy(product => product.Name).Select(group => group.First());

    private LinearPlan[] LayerProducts => [Attention.Qkv, Attention.Output, FeedForward.Up, FeedForward.Down];

    /// <summary>The activations that code is needed for.</summary>
    public IEnumerable<Activation> ActivationsUsed =>
        new[] { FeedForward.Up, Convolution?.Product }.OfType<LinearPlan>().Concat(Head?.Products ?? []).Concat(Pooling.Modules.Select(module => module.Dense).OfType<LinearPlan>()).Select(product => product.Activation).OfType<Activation>().Distinct();

    /// <summary>The functions on vectors that the encoder's code calls.</summary>
    public MathFunctions Functions => ActivationsUsed.Aggregate(
        MathFunctions.OfAll | (Spec.ScoreIsSigmoid ? MathFunctions.Exp : MathFunctions.None), (all, activation) => all | activation.Functions());

    /// <summary>Floats between rows of hidden states.</summary>
    public int HiddenStride => Panel.RowStride(Spec.HiddenSize);

    /// <summary>Columns of a row of hidden states that vectors pass over; those past HiddenSize are zero.</summary>
    public int HiddenColumns => Panel.Pad(Spec.HiddenSize);

    public static EncoderPlan For(EncoderSpec spec)
    {
        EncoderParts parts = EncoderParts.For(spec);
        return new EncoderPlan
        {
            Spec = spec,
            Blocks = spec.Blocks,
            HasPlaces = parts.HasPlaces,
            Embeddings = parts.Embeddings,
            Attention = parts.Attention,
            FeedForward = parts.FeedForward,
            Convolution = parts.Convolution,
            FinalNorm = parts.FinalNorm,
            Pooling = parts.Pooling,
            Head = parts.Head,
            Weights = WeightMap.For(spec, parts),
            Scratch = ScratchMap.For(spec, parts),
            Paths = SimdPath.All,
        };
    }
}
