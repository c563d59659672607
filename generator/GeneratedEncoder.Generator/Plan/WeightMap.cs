using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Where each packed tensor lies in the one block of weights that an instance owns.</summary>
internal sealed record WeightMap
{
    /// <summary>What all layers share: embedding tables, their norm, a pre-norm encoder's final norm, the head.</summary>
    public required MemoryMap Shared { get; init; }

    /// <summary>One layer's tensors, from the layer's own start.</summary>
    public required MemoryMap Layer { get; init; }

    /// <summary>Start of the first layer.</summary>
    public long Layers => Shared.Floats;

    /// <summary>From one layer to the next.</summary>
    public long LayerStride => Layer.Floats;

    public required int LayerCount { get; init; }

    public long Bytes => (Layers + LayerCount * LayerStride) * sizeof(float);

    public static WeightMap For(EncoderSpec spec, AttentionPlan attention, FeedForwardPlan feedForward, HeadPlan? head)
    {
        long hidden = Panel.Pad(spec.HiddenSize);
        return new WeightMap
        {
            LayerCount = spec.NumHiddenLayers,
            Shared = AddHead(MemoryMap.At(0)
                .Add("Zeros", 2 * Panel.Width, "bias of products that have none")
                .AddIf(!spec.TakesVectors, "Positions", spec.MaxPositionEmbeddings * hidden, $"[{spec.MaxPositionEmbeddings}][{hidden}]")
                .AddIf(spec.HasTokenTypes, "TokenTypes", spec.TypeVocabSize * hidden, $"[{spec.TypeVocabSize}][{hidden}]")
                .AddIf(!spec.TakesVectors, "EmbeddingNormWeight", hidden, $"[{hidden}]")
                .AddIf(!spec.TakesVectors, "EmbeddingNormBias", hidden, $"[{hidden}]")
                .AddIf(spec.IsPreNorm, "FinalNormWeight", hidden, $"[{hidden}]")
                .AddIf(spec.IsPreNorm, "FinalNormBias", hidden, $"[{hidden}]"), head)
                .Build(),
            Layer = AddLinear(AddLinear(AddLinear(AddLinear(MemoryMap.At(0), "Qkv", attention.Qkv), "Output", attention.Output)
                    .Add("AttentionNormWeight", hidden, $"[{hidden}]")
                    .Add("AttentionNormBias", hidden, $"[{hidden}]"), "Up", feedForward.Up), "Down", feedForward.Down)
                .Add("FeedForwardNormWeight", hidden, $"[{hidden}]")
                .Add("FeedForwardNormBias", hidden, $"[{hidden}]")
                .Build(),
        };
    }

    private static MemoryMap.Builder AddHead(MemoryMap.Builder map, HeadPlan? head)
    {
        if (head?.Dense is { } dense)
        {
            AddLinear(map, "HeadDense", dense);
        }

        if (head?.Layers.Norm is not null)
        {
            map.Add("HeadNormWeight", Panel.Pad(head.DenseSize), $"[{Panel.Pad(head.DenseSize)}]")
                .Add("HeadNormBias", Panel.Pad(head.DenseSize), $"[{Panel.Pad(head.DenseSize)}]");
        }

        if (head?.Classifier is { } classifier)
        {
            AddLinear(map, "Classifier", classifier);
        }

        return head?.Decoder is { } decoder ? map.Add("DecoderBias", decoder.Words, $"[{decoder.Words}]") : map;
    }

    private static MemoryMap.Builder AddLinear(MemoryMap.Builder map, string name, LinearPlan linear) => map
        .Add(name + "Panels", (long)linear.Columns * linear.K, $"[{linear.Columns / Panel.Width}][{linear.K}][{Panel.Width}]")
        .Add(name + "Bias", linear.Columns, $"[{linear.Columns}]");
}
