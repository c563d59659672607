using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The feed-forward network: two products and the rows that go through both before the next rows start.</summary>
internal sealed record FeedForwardPlan
{
    private const int CacheBytes = 1024 * 1024;
    private const int MostRows = 240;

    public required LinearPlan Up { get; init; }
    public required LinearPlan Down { get; init; }

    public required SubLayerPlan Norms { get; init; }

    /// <summary>Floats between rows of inner activations.</summary>
    public required int InnerStride { get; init; }

    /// <summary>Rows of a block. Their inner activations stay in the L2 cache between the two products.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Whether the activated half is multiplied by another.</summary>
    public bool IsGated => Up.Epilogue == Epilogue.Gated;

    public string BlockReason => $"{BlockRows} rows of inner activations are {Units.Kibibytes((long)BlockRows * InnerStride * sizeof(float))}, which stay in the L2 cache";

    public static FeedForwardPlan For(EncoderSpec spec, EncoderBlocks blocks)
    {
        FeedForwardBlock network = blocks.Layer.FeedForward;
        int hidden = Panel.RowStride(spec.HiddenSize), inner = Panel.RowStride(network.Up.Out);
        string activation = network.Activation.ToString();
        LinearPlan up = network.Gate is null
            ? LinearPlan.Of(network.Up, "feed-forward up-projection", activation, hidden, inner, Epilogue.Activation, network.Activation)
            : LinearPlan.Of(network.Up with { Out = 2 * Panel.Pad(network.Up.Out) }, "feed-forward up-projection and its gate", "Gated" + activation, hidden, inner, Epilogue.Gated, network.Activation);
        SubLayerPlan norms = SubLayerPlan.For(blocks.Layer.FeedForwardNorms, spec.HiddenSize);
        return new FeedForwardPlan
        {
            Up = up.In(spec.Weights),
            Down = (norms.OfOutput is null
                ? LinearPlan.Of(network.Down, "feed-forward down-projection", "Residual", inner, hidden, Epilogue.Residual)
                : LinearPlan.Of(network.Down, "feed-forward down-projection", "Bias", inner, hidden, Epilogue.Bias)).In(spec.Weights),
            Norms = norms,
            InnerStride = inner,
            BlockRows = Math.Min(PackPlan.TokensOf(spec), RowsInCache(inner)),
        };
    }

    /// <summary>Rows of this stride that fit the L2 cache of today's servers, 1 MiB or more, in whole tiles of 6 and 12. Fewer would read the weights more often.</summary>
    public static int RowsInCache(int stride) =>
        Math.Min(MostRows, Math.Max(24, CacheBytes / (stride * sizeof(float)) / 12 * 12));
}
