using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Where each packed tensor lies in the one block of weights that an instance owns.</summary>
internal sealed record WeightMap
{
    /// <summary>What all layers share: embedding tables, their norm and projection, biases for relative positions, a pre-norm encoder's final norm, the head.</summary>
    public required MemoryMap Shared { get; init; }

    /// <summary>One set of layer weights, from its own start; as a rule each layer has its own.</summary>
    public required MemoryMap Layer { get; init; }

    /// <summary>Start of the first set of layer weights.</summary>
    public long Layers => Shared.Floats;

    /// <summary>From one set of layer weights to the next.</summary>
    public long LayerStride => Layer.Floats;

    public required int LayerSets { get; init; }

    /// <summary>Layers, one after another, that use the same set of weights.</summary>
    public required int LayersPerSet { get; init; }

    public long Bytes => (Layers + LayerSets * LayerStride) * sizeof(float);

    public static WeightMap For(EncoderSpec spec, EmbeddingsPlan? embeddings, AttentionPlan attention, FeedForwardPlan feedForward, HeadPlan? head)
    {
        long hidden = Panel.Pad(spec.HiddenSize);
        return new WeightMap
        {
            LayerSets = spec.LayerSets,
            LayersPerSet = spec.NumHiddenLayers / spec.LayerSets,
            Shared = AddHead(AddRelativeBias(AddEmbeddings(MemoryMap.At(0).Add("Zeros", 2 * Panel.Width, "bias of products that have none"), spec, embeddings), attention.RelativeBias)
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

    private static MemoryMap.Builder AddEmbeddings(MemoryMap.Builder map, EncoderSpec spec, EmbeddingsPlan? embeddings)
    {
        if (embeddings is null)
        {
            return map;
        }

        long width = embeddings.Columns;
        map.Add("Positions", spec.MaxPositionEmbeddings * width, $"[{spec.MaxPositionEmbeddings}][{width}]")
            .AddIf(spec.HasTokenTypes, "TokenTypes", spec.TypeVocabSize * width, $"[{spec.TypeVocabSize}][{width}]")
            .Add("EmbeddingNormWeight", width, $"[{width}]")
            .Add("EmbeddingNormBias", width, $"[{width}]");
        return embeddings.Projection is { } projection ? AddLinear(map, "Projection", projection) : map;
    }

    private static MemoryMap.Builder AddRelativeBias(MemoryMap.Builder map, RelativeBiasPlan? bias) => bias is null
        ? map
        : map.Add("RelativeBias", bias.Floats, $"[{bias.Heads}][{bias.Stride}] each head's biases by distance, times log2(e); distance 0 stands at {bias.Center}");

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
