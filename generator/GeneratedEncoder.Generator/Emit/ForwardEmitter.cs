using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The order of things: embeddings are there, layers follow, one line a sub-layer.</summary>
internal static class ForwardEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan) =>
    [
        ("this file", $"the way through the {(plan.Spec.NumHiddenLayers == 1 ? "layer" : $"{plan.Spec.NumHiddenLayers} layers")}; all share the same kernels, each has its own weights"),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("Runs the layers over the hidden states in the workspace. Attention weights are written out where there is room for them.");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Forward(int tokens, ref float weights, ref float scratch, Span<float> attentions)"))
        {
            w.Line($"int attentionLength = attentions.IsEmpty ? 0 : {plan.Spec.NumAttentionHeads} * tokens * tokens;");
            using (w.Block($"for (int index = 0; index < {plan.Spec.NumHiddenLayers}; index++)"))
            {
                w.Line("ref float layer = ref Unsafe.Add(ref weights, Weights.Layers + index * Weights.LayerStride);");
                w.Line("SelfAttention(tokens, ref layer, ref Unsafe.Add(ref weights, Weights.Zeros), ref scratch, attentions.Slice(index * attentionLength, attentionLength));");
                w.Line("FeedForward(tokens, ref layer, ref scratch);");
            }

            if (plan.Spec.IsPreNorm)
            {
                w.Line();
                w.Line("ref float hidden = ref Unsafe.Add(ref scratch, Scratch.Hidden);");
                w.Line("LayerNorm(tokens, ref hidden, ref hidden, ref Unsafe.Add(ref weights, Weights.FinalNormWeight), ref Unsafe.Add(ref weights, Weights.FinalNormBias));");
            }
        }

        w.Line();
        w.Line($$"""
            /// <summary>Rows of a block when rows are cut into as few blocks of at most this many as possible, all nearly equal.</summary>
            private static int EvenBlock(int rows, int most)
            {
                int blocks = (rows + most - 1) / most;
                return (rows + blocks - 1) / blocks;
            }
            """);
    }
}
