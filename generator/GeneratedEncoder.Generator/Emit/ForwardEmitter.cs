using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The order of things: embeddings are there, layers follow, one line a sub-layer.</summary>
internal static class ForwardEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan) =>
    [
        ("this file", plan.Spec.NumHiddenLayers == 1 ? "the way through the layer" : $"the way through the {plan.Spec.NumHiddenLayers} layers; all share the same kernels, {(plan.Weights.LayersPerSet == 1 ? "each has its own weights" : $"every {plan.Weights.LayersPerSet} their weights too")}"),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("A thread's share of the layers, over the hidden states in the workspace: some of the rows, and some of the heads of all rows.");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Forward(in TeamMember member, ReadOnlySpan<int> lengths, int tokens, ref float weights, ref float scratch, Span<float> attentions" + (plan.HasFirstTokenCalls ? ", bool firstTokens)" : ")")))
        {
            w.Line("ref float zeros = ref Unsafe.Add(ref weights, Weights.Zeros);");
            w.LineIf(plan.Attention.RelativeBias is not null, "ref float relativeBias = ref Unsafe.Add(ref weights, Weights.RelativeBias);");
            w.Line($"ref float own = ref Unsafe.Add(ref scratch, {plan.Offsets.Own});");
            w.Line("(int first, int end) = member.Share(tokens);");
            w.Line($"(int firstHead, int endHead) = member.Share({plan.Spec.NumAttentionHeads});");
            w.Line($"int attentionLength = attentions.IsEmpty ? 0 : {plan.Spec.NumAttentionHeads} * tokens * tokens;");
            using (w.Block($"for (int index = 0; index < {plan.Spec.NumHiddenLayers}; index++)"))
            {
                EmitLayer(w, plan);
            }

            if (plan.Spec.IsPreNorm)
            {
                w.Line();
                w.Line($"ref float hidden = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("first")});");
                w.Line("LayerNorm(end - first, ref hidden, ref hidden, ref Unsafe.Add(ref weights, Weights.FinalNormWeight), ref Unsafe.Add(ref weights, Weights.FinalNormBias));");
            }
        }

        if (plan.HasFirstTokenCalls)
        {
            w.Line();
            EmitGather(w, plan);
        }

        w.Line();
        w.Line($$"""
            /// <summary>Rows of a block when rows are cut into as few blocks of at most this many as possible, all nearly equal.</summary>
            private static int EvenBlock(int rows, int most)
            {
                int blocks = Math.Max(1, (rows + most - 1) / most);
                return Math.Max(1, (rows + blocks - 1) / blocks);
            }
            """);
    }

    private static void EmitLayer(SourceWriter w, EncoderPlan plan)
    {
        w.Line($"ref float layer = ref Unsafe.Add(ref weights, {plan.Offsets.LayerWeights});");
        w.LineIf(plan.HasFirstTokenCalls, $"bool firstQueryOnly = firstTokens && index == {plan.Spec.NumHiddenLayers - 1};");
        w.Line("Project(first, end, tokens, ref layer, ref scratch);");
        w.Line();
        w.Comment("A query needs every key and value of its text.");
        w.Line("member.Meet();");
        w.Line($"Heads(firstHead, endHead, lengths, tokens, ref zeros, {(plan.Attention.RelativeBias is null ? "" : "ref relativeBias, ")}ref scratch, ref own, attentions.Slice(index * attentionLength, attentionLength)" + (plan.HasFirstTokenCalls ? ", firstQueryOnly);" : ");"));
        w.Line();
        w.Comment("A row needs the output of every head.");
        w.Line("member.Meet();");
        if (plan.HasFirstTokenCalls)
        {
            using (w.Block("if (firstQueryOnly)"))
            {
                w.Comment("Nobody will look at the other rows: from here on there is one for each text.");
                using (w.Block("if (member.Index == 0)"))
                {
                    w.Line("GatherFirstRows(lengths, ref scratch);");
                }

                w.Line();
                w.Line("member.Meet();");
                w.Line("(first, end) = member.Share(lengths.Length);");
            }

            w.Line();
        }

        w.Line("Combine(first, end, ref layer, ref scratch);");
        w.Line("FeedForward(first, end, ref layer, ref scratch, ref own);");
    }

    private static void EmitGather(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("Moves each text's first row of hidden states and context to the row of the text's number.");
        using (w.Block("private static void GatherFirstRows(ReadOnlySpan<int> lengths, ref float scratch)"))
        {
            w.Line($$"""
                int start = 0;
                for (int text = 0; text < lengths.Length; text++)
                {
                    MoveRow(start, text, ref Unsafe.Add(ref scratch, Scratch.Hidden));
                    MoveRow(start, text, ref Unsafe.Add(ref scratch, Scratch.Context));
                    start += lengths[text];
                }

                static void MoveRow(int from, int to, ref float rows) =>
                    MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, {{plan.Offsets.Row("from")}}), {{plan.HiddenStride}})
                        .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, {{plan.Offsets.Row("to")}}), {{plan.HiddenStride}}));
                """);
        }
    }
}
