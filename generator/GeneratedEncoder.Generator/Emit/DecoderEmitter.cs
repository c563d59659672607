using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>A language model's prediction head: its transform, and the product with the vocabulary, which is read block by block.</summary>
internal static class DecoderEmitter
{
    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        EmitPredict(w, plan);
        w.Line();
        EmitDecode(w, plan);
        foreach (int positions in new[] { DecoderPlan.Together, 1 })
        {
            w.Line();
            EmitDots(w, plan, path, positions);
        }
    }

    private static void EmitPredict(SourceWriter w, EncoderPlan plan)
    {
        HeadPlan head = plan.Head!;
        DecoderPlan decoder = head.Decoder!;
        w.Summary("The head over the hidden states at some positions, block by block; gives [positions * VocabSize].");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Predict(ReadOnlySpan<int> positions, int tokens, EmbeddingTable decoder, ref float weights, ref float scratch, Span<float> logits)"))
        {
            w.Line("""
                ref float own = ref Unsafe.Add(ref scratch, Scratch.Threads);
                ref float input = ref Unsafe.Add(ref own, Own.HeadInput);
                ref float dense = ref Unsafe.Add(ref own, Own.HeadDense);
                """);
            using (w.Block("for (int first = 0; first < positions.Length; first += HeadBlockRows)"))
            {
                w.Line("int rows = Math.Min(HeadBlockRows, positions.Length - first);");
                using (w.Block("for (int r = 0; r < rows; r++)"))
                {
                    w.Comment("Checked where it is used: another thread may have changed the span since the call began.");
                    w.Line("int position = CallGuard.Row(positions[first + r], tokens);");
                    w.Line($"MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("position")}), {plan.HiddenStride})");
                    w.Line($"    .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref input, {plan.Offsets.HeadInput}), {plan.HiddenStride}));");
                }

                w.Line();
                HeadEmitter.EmitProduct(w, head.Dense, "rows", "input", "HeadDense", "dense");
                HeadEmitter.EmitNorm(w, head, "rows");
                w.Line($"Decode(rows, decoder, ref dense, {(decoder.HasBias ? "ref Unsafe.Add(ref weights, Weights.DecoderBias), " : "")}ref Unsafe.Add(ref own, Own.Words), logits.Slice(first * VocabSize, rows * VocabSize));");
            }
        }
    }

    private static void EmitDecode(SourceWriter w, EncoderPlan plan)
    {
        DecoderPlan decoder = plan.Head!.Decoder!;
        w.Summary("Each word's logit at each of some positions. The words pass once, block by block, each meeting all positions.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void Decode(int rows, EmbeddingTable decoder, ref float x, {(decoder.HasBias ? "ref float bias, " : "")}ref float words, Span<float> logits)"))
        {
            w.Line("ref float logit = ref MemoryMarshal.GetReference(logits);");
            using (w.Block($"for (int id = 0, end; id < VocabSize; id = end)"))
            {
                w.Line($"end = id + Math.Min({decoder.BlockWords}, VocabSize - id);");
                w.Line($"decoder.CopyRows(id, end - id, {decoder.Columns}, MemoryMarshal.CreateSpan(ref words, (end - id) * {decoder.Columns}));");
                w.Line("ref float word = ref words;");
                using (w.Block("for (; id < end; id++)"))
                {
                    EmitWord(w, plan, decoder);
                }
            }
        }
    }

    private static void EmitWord(SourceWriter w, EncoderPlan plan, DecoderPlan decoder)
    {
        w.LineIf(decoder.HasBias, "float b = Unsafe.Add(ref bias, id);");
        w.Line("int row = 0;");
        using (w.Block($"for (; row <= rows - {DecoderPlan.Together}; row += {DecoderPlan.Together})"))
        {
            EmitCall(w, plan, decoder, DecoderPlan.Together);
        }

        w.Line();
        using (w.Block("for (; row < rows; row++)"))
        {
            EmitCall(w, plan, decoder, 1);
        }

        w.Line();
        w.Line($"word = ref Unsafe.Add(ref word, {decoder.Columns});");
    }

    private static void EmitCall(SourceWriter w, EncoderPlan plan, DecoderPlan decoder, int positions) => w.Line(
        $"Dots{positions}(ref word, ref Unsafe.Add(ref x, {plan.Offsets.DecoderRow(decoder)}), {(decoder.HasBias ? "b, " : "")}ref Unsafe.Add(ref logit, {plan.Offsets.Logit}));");

    /// <summary>dot{position}{part}: a position's sums in 16 lanes.</summary>
    private static void EmitDots(SourceWriter w, EncoderPlan plan, SimdPath path, int positions)
    {
        DecoderPlan decoder = plan.Head!.Decoder!;
        string v = path.Vector;
        w.Summary($"A word's row times {(positions == 1 ? "a position's vector" : $"{positions} positions' vectors")}{(decoder.HasBias ? ", and the word's bias" : "")}.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void Dots{positions}(ref float word, ref float x{(decoder.HasBias ? ", float bias" : "")}, ref float logit)"))
        {
            for (int p = 0; p < positions; p++)
            {
                w.Line(path.Declare($"dot{p}", $"{v}<float>.Zero"));
            }

            using (w.Block($"for (nuint i = 0; i < {decoder.Columns}; i += {Panel.Width})"))
            {
                foreach ((string part, int column) in path.Vectors())
                {
                    w.Line($"{v}<float> w{part} = {path.Load("word", "i", column)};");
                    for (int p = 0; p < positions; p++)
                    {
                        string x = p == 0 ? path.Load("x", "i", column) : path.Load("x", "i", p * decoder.XStride + column);
                        w.Line($"dot{p}{part} = {VectorText.Fused(v)}({x}, w{part}, dot{p}{part});");
                    }
                }
            }

            w.Line();
            for (int p = 0; p < positions; p++)
            {
                w.Line($"{(p == 0 ? "logit" : $"Unsafe.Add(ref logit, {plan.Offsets.LogitOf(p)})")} = {path.Functions}.SumLanes({path.Arguments($"dot{p}")}){(decoder.HasBias ? " + bias" : "")};");
            }
        }
    }
}
