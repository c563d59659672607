using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The memory maps, and the packing of a model file's tensors into the first of them.</summary>
internal static class WeightsEmitter
{
    /// <summary>log2(e): exponentials are taken as powers of 2.</summary>
    private const string Log2E = "1.44269504f";

    public static IEnumerable<(string, string)> About(EncoderPlan plan) =>
    [
        ("this file", "where every number lies, and how it gets there from the model file"),
        ("weights", $"{Units.Megabytes(plan.Weights.Bytes)}, packed once at load" + (plan.Spec.TakesVectors ? "" : "; the word table is not among them")),
        ("workspace", $"{Units.Megabytes(plan.Scratch.Bytes)} for each call that runs at the same time, {Units.Megabytes(plan.Scratch.ThreadBytes)} more for each further thread in it"),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("Offsets into the weights, in floats.");
        w.Line(Attributes.Generated);
        using (w.Block("private static class Weights"))
        {
            EmitRegions(w, plan.Weights.Shared);
            w.Line();
            w.Comment(plan.Weights.LayersPerSet == 1 ? "From here on one layer after another." : "From here on one set of layer weights after another.");
            w.Line($"internal const int Layers = {plan.Weights.Layers};");
            w.Line($"internal const int LayerStride = {plan.Weights.LayerStride};");
        }

        w.Line();
        w.Summary("Offsets into a layer's weights, in floats. Panels are [columns / 16][inputs][16].");
        w.Line(Attributes.Generated);
        using (w.Block("private static class Layer"))
        {
            EmitRegions(w, plan.Weights.Layer);
        }

        w.Line();
        w.Summary("Offsets into a call's workspace, in floats.");
        w.Line(Attributes.Generated);
        using (w.Block("private static class Scratch"))
        {
            EmitRegions(w, plan.Scratch.Shared);
            w.Line();
            if (plan.Scratch.Embeddings is { } embeddings)
            {
                w.Comment("Before the layers, in the memory of all but the hidden states.");
                EmitRegions(w, embeddings);
                w.Line();
            }

            w.Comment("From here on one thread's own part after another.");
            w.Line($"internal const int Threads = {plan.Scratch.SharedFloats};");
            w.Line($"internal const int ThreadStride = {plan.Scratch.ThreadFloats};");
        }

        w.Line();
        w.Summary("Offsets into a thread's own part of a workspace, in floats.");
        w.Line(Attributes.Generated);
        using (w.Block("private static class Own"))
        {
            w.Comment("While it computes heads.");
            EmitRegions(w, plan.Scratch.Attention);
            w.Line();
            w.Comment("During the feed-forward network, in the same memory.");
            EmitRegions(w, plan.Scratch.FeedForward);
            if (plan.Scratch.Head is { } head)
            {
                w.Line();
                w.Comment("After the layers, in the head, likewise.");
                EmitRegions(w, head);
            }
        }

        w.Line();
        EmitPack(w, plan);
        w.Line();
        EmitPackLayer(w, plan);
        if (plan.Head is not null)
        {
            w.Line();
            HeadWeightsEmitter.Emit(w, plan);
        }
    }

    private static void EmitRegions(SourceWriter w, MemoryMap map)
    {
        foreach (Region region in map.Regions)
        {
            w.Line($"internal const int {region.Name} = {region.Offset}; // {region.Meaning}");
        }
    }

    private static void EmitPack(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        TensorNames names = TensorNames.For(spec);
        w.Summary("Packs the model's tensors. A tensor that is missing, misshapen or of an unsupported type is an error that names it.");
        w.Line(Attributes.Generated);
        using (w.Block("private static void Pack(ModelTensors tensors, EncoderMemory memory)"))
        {
            w.Comment("A file with these holds another encoder.");
            foreach (RefusedTensor refused in TensorList.Refused(spec))
            {
                w.Line($"tensors.Refuse(\"{refused.Name}\", \"{refused.Because}\");");
            }

            w.Line();
            if (plan.Embeddings is { } embeddings)
            {
                EmitEmbeddings(w, spec, names, embeddings);
                w.Line();
            }

            if (plan.Attention.RelativeBias is { } bias)
            {
                w.Line($"tensors.CopyRelativeBias(\"{names.RelativeBias}\", {bias.Buckets}, 128, {bias.Heads}, {bias.MaxTokens}, {bias.Stride}, {Log2E}, memory.WeightSlice(Weights.RelativeBias, {bias.Floats}));");
                w.Line();
            }

            if (spec.IsPreNorm)
            {
                EmitNorm(w, $"\"{names.FinalNorm}\"", "Weights.FinalNorm", plan.Norm);
                w.Line();
            }

            using (w.Block($"for (int index = 0; index < {spec.LayerSets}; index++)"))
            {
                w.Line($"PackLayer(tensors, memory, $\"{names.LayerStart}{{index}}{names.LayerEnd}\", {plan.Offsets.PackedLayer.Int});");
            }

            if (plan.Head is not null)
            {
                w.Line();
                w.Line("PackHead(tensors, memory);");
            }
        }
    }

    private static void EmitEmbeddings(SourceWriter w, EncoderSpec spec, TensorNames names, EmbeddingsPlan embeddings)
    {
        EmitTable(w, names.Positions, "Positions", spec.MaxPositionEmbeddings, embeddings);
        if (spec.HasTokenTypes && names.TokenTypes is { } types)
        {
            EmitTable(w, types, "TokenTypes", spec.TypeVocabSize, embeddings);
        }

        EmitNorm(w, $"\"{names.EmbeddingNorm}\"", "Weights.EmbeddingNorm", embeddings.Norm);
        if (embeddings.Projection is { } projection)
        {
            EmitWhole(w, $"\"{names.Projection}\"", "Weights.Projection", projection, spec.HiddenSize);
        }
    }

    private static void EmitTable(SourceWriter w, string tensor, string region, int rows, EmbeddingsPlan embeddings) => w.Line(
        $"tensors.CopyTable(\"{tensor}\", {rows}, {embeddings.Size}, {embeddings.Columns}, memory.WeightSlice(Weights.{region}, {rows * embeddings.Columns}));");

    private static void EmitNorm(SourceWriter w, string name, string region, NormPlan norm) => w.Line(
        $"tensors.CopyLayerNorm({name}, {norm.Size}, memory.WeightSlice({region}Weight, {norm.Columns}), memory.WeightSlice({region}Bias, {norm.Columns}));");

    private static void EmitPackLayer(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        TensorNames names = TensorNames.For(plan.Spec);
        w.Summary("Packs one layer's tensors.");
        w.Line(Attributes.Generated);
        using (w.Block("private static void PackLayer(ModelTensors tensors, EncoderMemory memory, string name, int start)"))
        {
            int part = attention.Heads * attention.HeadColumns;
            w.Comment($"Queries, keys and values side by side; log2(e) / sqrt({attention.HeadSize}) goes into the queries.");
            w.Line($"float scale = {Log2E} / MathF.Sqrt({attention.HeadSize});");
            foreach ((string tensor, int index) in new[] { (names.Query, 0), (names.Key, 1), (names.Value, 2) })
            {
                EmitLinear(w, $"name + \"{tensor}\"", "start + Layer.Qkv", attention.Qkv, plan.Spec.HiddenSize,
                    attention.HeadSize, attention.HeadColumns, index * part, part, index == 0 ? "scale" : "1f");
            }

            EmitWhole(w, $"name + \"{names.AttentionOutput}\"", "start + Layer.Output", attention.Output, plan.Spec.HiddenSize);
            EmitNorm(w, $"name + \"{names.AttentionNorm}\"", "start + Layer.AttentionNorm", plan.Norm);
            w.Line();
            EmitWhole(w, $"name + \"{names.Up}\"", "start + Layer.Up", plan.FeedForward.Up, plan.Spec.IntermediateSize);
            EmitWhole(w, $"name + \"{names.Down}\"", "start + Layer.Down", plan.FeedForward.Down, plan.Spec.HiddenSize);
            EmitNorm(w, $"name + \"{names.FeedForwardNorm}\"", "start + Layer.FeedForwardNorm", plan.Norm);
        }
    }

    private static void EmitWhole(SourceWriter w, string name, string region, LinearPlan linear, int outFeatures) =>
        EmitLinear(w, name, region, linear, outFeatures, outFeatures, linear.Columns, 0, linear.Columns, "1f");

    private static void EmitLinear(
        SourceWriter w, string name, string region, LinearPlan linear, int outFeatures, int groupSize, int groupColumns, int firstColumn, int columns, string scale)
    {
        string panels = $"memory.WeightSlice({region}Panels{Plus((long)firstColumn * linear.K)}, {columns * linear.K})";
        string bias = $"memory.WeightSlice({region}Bias{Plus(firstColumn)}, {columns})";
        w.Line($"tensors.PackLinear({name}, {outFeatures}, {linear.K}, {groupSize}, {groupColumns}, {scale}, {panels}, {bias});");
    }

    private static string Plus(long offset) => offset == 0 ? "" : $" + {offset}";
}
