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
        string layers = $"{plan.Spec.NumHiddenLayers}";
        string firstOnly = plan.HasFirstTokenCalls ? $", firstTokens && index == {plan.Spec.NumHiddenLayers - 1}" : "";
        w.Summary("All layers on one thread, over the hidden states in the workspace.");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Forward(ReadOnlySpan<int> lengths, int tokens, ref float weights, ref float scratch, Span<float> attentions" + (plan.HasFirstTokenCalls ? ", bool firstTokens)" : ")")))
        {
            w.Line($"int attentionLength = attentions.IsEmpty ? 0 : {plan.Spec.NumAttentionHeads} * tokens * tokens;");
            using (w.Block($"for (int index = 0; index < {layers}; index++)"))
            {
                w.Line("Rows(index, 0, tokens, tokens, ref weights, ref scratch, 0);");
                w.Line($"Heads(0, {plan.Spec.NumAttentionHeads}, lengths, tokens, ref weights, ref scratch, 0, attentions.Slice(index * attentionLength, attentionLength){firstOnly}{HeadsEmitter.LayerArgument(plan.Attention)});");
            }

            w.Line();
            if (plan.HasFirstTokenCalls)
            {
                w.Line($$"""
                    if (firstTokens)
                    {
                        GatherFirstRows(lengths, ref scratch);
                    }

                    Rows({{layers}}, 0, firstTokens ? lengths.Length : tokens, tokens, ref weights, ref scratch, 0);
                    """);
            }
            else
            {
                w.Line($"Rows({layers}, 0, tokens, tokens, ref weights, ref scratch, 0);");
            }
        }

        w.Line();
        EmitRows(w, plan);
        if (plan.HasFirstTokenCalls)
        {
            w.Line();
            EmitGather(w, plan);
        }

        if (HasSeveralTables(plan))
        {
            w.Line();
            w.Summary("Which table of cosines and sines each layer takes.");
            w.Line($"private static ReadOnlySpan<byte> RotaryTables => new byte[] {{ {string.Join(", ", plan.Blocks.Kinds.Select(kind => $"{kind.Rotary}"))} }};");
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

    private static void EmitRows(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("A range of rows from one layer's heads to the next one's. Rows need nothing of each other here: any thread may take any of them.");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Rows(int index, int first, int end, int tokens, ref float weights, ref float scratch, int thread)"))
        {
            bool isInt8 = plan.Attention.Qkv.Format == WeightFormat.Int8;
            string own = $"ref float own = ref Unsafe.Add(ref scratch, {plan.Offsets.Own});";
            w.LineIf(isInt8, own);
            using (w.Block("if (index > 0)"))
            {
                w.Line($"ref float before = ref Unsafe.Add(ref weights, {plan.Offsets.LayerWeights("(index - 1)")});");
                w.LineIf(!isInt8, own);
                w.Line($"Combine(first, end, ref before, ref scratch{(plan.CombineNeedsOwn ? ", ref own" : "")});");
                w.Line("FeedForward(first, end, ref before, ref scratch, ref own);");
                if (plan.Convolution is not null)
                {
                    using (w.Block("if (index == 1)"))
                    {
                        w.Line("Convolve(first, end, tokens, ref weights, ref scratch, ref own);");
                    }
                }
            }

            w.Line();
            using (w.Block($"if (index < {plan.Spec.NumHiddenLayers})"))
            {
                w.Line($"ref float layer = ref Unsafe.Add(ref weights, {plan.Offsets.LayerWeights("index")});");
                EmitRotary(w, plan);
                w.Line($"Project(first, end, tokens, ref layer{(plan.Attention.Rotary is null ? "" : ", ref rotary")}, ref scratch{SubLayerEmitter.Own(plan.Attention.Qkv)}{(plan.FirstLayerLacksNorm ? ", index == 0" : "")});");
            }

            if (plan.FinalNorm is { } finalNorm)
            {
                using (w.Block("else"))
                {
                    w.Line($"ref float hidden = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("first")});");
                    w.Line($"{finalNorm.Name}(end - first, ref hidden, ref hidden, {NormEmitter.Weights(finalNorm, "weights", "Weights.FinalNorm")});");
                }
            }
        }
    }

    /// <summary>The cosines and sines of a layer.</summary>
    private static void EmitRotary(SourceWriter w, EncoderPlan plan)
    {
        if (plan.Attention.Rotary is not { } rotary)
        {
            return;
        }

        if (HasSeveralTables(plan))
        {
            w.Line("int table = RotaryTables[index];");
            w.Line($"ref float rotary = ref Unsafe.Add(ref weights, {plan.Offsets.RotaryTable(rotary)});");
        }
        else
        {
            w.Line("ref float rotary = ref Unsafe.Add(ref weights, Weights.Rotary);");
        }
    }

    private static bool HasSeveralTables(EncoderPlan plan) => plan.Blocks.Kinds.Any(kind => kind.Rotary > 0);

    private static void EmitGather(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("Moves each text's first row of hidden states and context to the row of the text's number: nobody will look at the others.");
        using (w.Block("internal static void GatherFirstRows(ReadOnlySpan<int> lengths, ref float scratch)"))
        {
            w.Line($$"""
                int start = 0;
                for (int text = 0; text < lengths.Length; text++)
                {
                    MoveRow(start, text, ref Unsafe.Add(ref scratch, Scratch.Hidden));
                    {{(plan.Attention.ContextStride == plan.HiddenStride ? "MoveRow" : "MoveContext")}}(start, text, ref Unsafe.Add(ref scratch, Scratch.Context));
                    start += lengths[text];
                }

                static void MoveRow(int from, int to, ref float rows) =>
                    MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, {{plan.Offsets.Row("from")}}), {{plan.HiddenStride}})
                        .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, {{plan.Offsets.Row("to")}}), {{plan.HiddenStride}}));
                """);
            if (plan.Attention.ContextStride != plan.HiddenStride)
            {
                w.Line();
                w.Line($$"""
                    static void MoveContext(int from, int to, ref float rows) =>
                        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, {{plan.Offsets.ContextRow("from")}}), {{plan.Attention.ContextStride}})
                            .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, {{plan.Offsets.ContextRow("to")}}), {{plan.Attention.ContextStride}}));
                    """);
            }
        }
    }
}
