using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Where each packed tensor lies in the one block of weights that an instance owns.</summary>
internal sealed record WeightMap
{
    /// <summary>What all layers share: embedding tables, their norm, a pre-norm encoder's final norm.</summary>
    public required MemoryMap Shared { get; init; }

    /// <summary>One layer's tensors, from the layer's own start.</summary>
    public required MemoryMap Layer { get; init; }

    /// <summary>Start of the first layer.</summary>
    public long Layers => Shared.Floats;

    /// <summary>From one layer to the next.</summary>
    public long LayerStride => Layer.Floats;

    public required int LayerCount { get; init; }

    public long Bytes => (Layers + LayerCount * LayerStride) * sizeof(float);

    public static WeightMap For(EncoderSpec spec, AttentionPlan attention, FeedForwardPlan feedForward)
    {
        long hidden = Panel.Pad(spec.HiddenSize);
        return new WeightMap
        {
            LayerCount = spec.NumHiddenLayers,
            Shared = MemoryMap.At(0)
                .Add("Zeros", 2 * Panel.Width, "bias of products that have none")
                .AddIf(!spec.TakesVectors, "Positions", spec.MaxPositionEmbeddings * hidden, $"[{spec.MaxPositionEmbeddings}][{hidden}]")
                .AddIf(spec.HasTokenTypes, "TokenTypes", spec.TypeVocabSize * hidden, $"[{spec.TypeVocabSize}][{hidden}]")
                .AddIf(!spec.TakesVectors, "EmbeddingNormWeight", hidden, $"[{hidden}]")
                .AddIf(!spec.TakesVectors, "EmbeddingNormBias", hidden, $"[{hidden}]")
                .AddIf(spec.IsPreNorm, "FinalNormWeight", hidden, $"[{hidden}]")
                .AddIf(spec.IsPreNorm, "FinalNormBias", hidden, $"[{hidden}]")
                .Build(),
            Layer = AddLinear(AddLinear(AddLinear(AddLinear(MemoryMap.At(0), "Qkv", attention.Qkv), "Output", attention.Output)
                    .Add("AttentionNormWeight", hidden, $"[{hidden}]")
                    .Add("AttentionNormBias", hidden, $"[{hidden}]"), "Up", feedForward.Up), "Down", feedForward.Down)
                .Add("FeedForwardNormWeight", hidden, $"[{hidden}]")
                .Add("FeedForwardNormBias", hidden, $"[{hidden}]")
                .Build(),
        };
    }

    private static MemoryMap.Builder AddLinear(MemoryMap.Builder map, string name, LinearPlan linear) => map
        .Add(name + "Panels", (long)linear.Columns * linear.K, $"[{linear.Columns / Panel.Width}][{linear.K}][{Panel.Width}]")
        .Add(name + "Bias", linear.Columns, $"[{linear.Columns}]");
}
