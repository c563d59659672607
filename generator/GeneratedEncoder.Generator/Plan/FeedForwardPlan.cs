using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The feed-forward network: two products and the rows that go through both before the next rows start.</summary>
internal sealed record FeedForwardPlan
{
    private const int CacheBytes = 1024 * 1024;
    private const int MostRows = 240;

    public required LinearPlan Up { get; init; }
    public required LinearPlan Down { get; init; }

    public required SubLayerPlan Norms { get; init; }

    /// <summary>Rows of a block. Their inner activations stay in the L2 cache between the two products.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Whether the activated half is multiplied by another.</summary>
    public bool IsGated => Up.Epilogue == Epilogue.Gated;

    /// <summary>Whether rows of eight bits lie between the two products.</summary>
    public bool IsInt8 => Down.TakesInt8;

    public string BlockReason => $"{BlockRows} rows of inner activations{(IsInt8 ? " in eight bits" : "")} are {Units.Kibibytes(BlockRows * RowBytes(Down))}, which stay in the L2 cache";

    public static FeedForwardPlan For(EncoderSpec spec, EncoderBlocks blocks)
    {
        FeedForwardBlock network = blocks.Layer.FeedForward;
        bool isInt8 = spec.Weights == WeightFormat.Int8;
        int hidden = Panel.RowStride(spec.HiddenSize), inner = isInt8 ? Int8Layout.BlockInputs : Panel.RowStride(network.Up.Out);
        string activation = network.Activation.ToString();
        LinearPlan up = network.Gate is null
            ? LinearPlan.Of(network.Up, "feed-forward up-projection", activation, hidden, inner, Epilogue.Activation, network.Activation)
            : LinearPlan.Of(network.Up with { Out = 2 * Panel.Pad(network.Up.Out) }, "feed-forward up-projection and its gate", "Gated" + activation, hidden, inner, Epilogue.Gated, network.Activation);
        SubLayerPlan norms = SubLayerPlan.For(blocks.Layer.FeedForwardNorms, spec.HiddenSize);
        LinearPlan down = (norms.OfOutput is null
            ? LinearPlan.Of(network.Down, "feed-forward down-projection", "Residual", inner, hidden, Epilogue.Residual)
            : LinearPlan.Of(network.Down, "feed-forward down-projection", "Bias", inner, hidden, Epilogue.Bias)).In(spec.Weights);
        down = isInt8 ? down with { TakesInt8 = true, Name = $"{down.Name}Rows" } : down;
        return new FeedForwardPlan
        {
            Up = up.In(spec.Weights),
            Down = down,
            Norms = norms,
            BlockRows = Math.Min(PackPlan.TokensOf(spec), RowsInCache(RowBytes(down))),
        };
    }

    /// <summary>Bytes of a row between the two products: floats, or eight bits with a scale for each block of them.</summary>
    private static long RowBytes(LinearPlan down) => down.TakesInt8 ? down.QuantisedStride + (long)down.Blocks * sizeof(float) : (long)down.XStride * sizeof(float);

    /// <summary>Rows of so many bytes that fit the L2 cache of today's servers, 1 MiB or more, in whole tiles of 6 and 12. Fewer would read the weights more often.</summary>
    public static int RowsInCache(long bytes) =>
        (int)Math.Min(MostRows, Math.Max(24, CacheBytes / bytes / 12 * 12));
}
