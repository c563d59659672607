using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The memory maps of weights and workspace.</summary>
internal static class WeightsEmitter
{
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
        PackEmitter.Emit(w, plan);
        if (plan.Head is not null)
        {
            w.Line();
            HeadWeightsEmitter.Emit(w, plan);
        }
    }

    /// <summary>A digest of all that decides what packed weights are: the memory map, and the methods that fill it.</summary>
    public static string Layout(EncoderPlan plan)
    {
        SourceWriter writer = new();
        Emit(writer, plan);
        using SHA256 sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(writer.ToText())).Take(16).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static void EmitRegions(SourceWriter w, MemoryMap map)
    {
        foreach (Region region in map.Regions)
        {
            w.Line($"internal const int {region.Name} = {region.Offset}; // {region.Meaning}");
        }
    }
}
