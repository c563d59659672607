using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>A head of a text of any length: keys in blocks, and over them a running maximum and sum for each query.</summary>
internal static class KeyBlockEmitter
{
    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        int keys = attention.KeyBlocks!.Keys;
        w.Summary($"One head of a text, {keys} keys at a time: they and their values stay in the L2 cache while all queries pass. What a query has summed is\n" +
            "scaled to each block's maximum where that is larger, always in the order of the blocks.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void AttendToAll({HeadsEmitter.HeadParameters(plan)})"))
        {
            w.Line("""
                ref float keys = ref Unsafe.Add(ref own, Own.Keys);
                ref float scores = ref Unsafe.Add(ref own, Own.Scores);
                ref float factors = ref Unsafe.Add(ref own, Own.Inverses);
                ref float mixed = ref Unsafe.Add(ref own, Own.Mixed);
                ref float maxima = ref Unsafe.Add(ref own, Own.Maxima);
                ref float sums = ref Unsafe.Add(ref own, Own.Sums);
                """);
            using (w.Block($"for (int from = 0; from < tokens; from += {keys})"))
            {
                w.Line($"int count = Math.Min({keys}, tokens - from);");
                w.Line($"Transposition.ToPanels(count, {attention.HeadSize}, {attention.HeadColumns}, ref Unsafe.Add(ref k, {plan.Offsets.KeyRow("from")}), ref keys);");
                w.Line($"ref float values = ref Unsafe.Add(ref v, {plan.Offsets.KeyRow("from")});");
                using (w.Block($"for (int row = 0; row < queryCount; row += {attention.ScoreRows})"))
                {
                    EmitBlock(w, plan, path);
                }
            }

            w.Line();
            w.Comment("What the exponentials sum to is divided by last.");
            using (w.Block("for (int row = 0; row < queryCount; row++)"))
            {
                w.Line("float inverse = 1f / Unsafe.Add(ref sums, row);");
                w.Line($"ref float mean = ref Unsafe.Add(ref context, {plan.Offsets.ContextRow("row")});");
                w.Line("ScaleHead(inverse, ref mean, ref mean);");
                using (w.Block("if (!attentions.IsEmpty)"))
                {
                    w.Line("ToWeights(attentions.Slice((head * tokens + row) * tokens, tokens), Unsafe.Add(ref maxima, row), inverse);");
                }
            }
        }

        w.Line();
        EmitAddHead(w, attention, path);
        w.Line();
        EmitToWeights(w, path);
    }

    private static void EmitBlock(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        string scores = $"ref Unsafe.Add(ref scores, {plan.Offsets.Scores("r")})";
        string biases = attention.RelativeBias is { } bias ? $", ref Unsafe.Add(ref relativeBias, {plan.Offsets.BiasesFrom(bias, "from")})" : "";
        w.Line($"int rows = Math.Min({attention.ScoreRows}, queryCount - row);");
        w.Line();
        w.Comment($"Scores of these queries, {path.TilePanels * Panel.Width} keys at a time.");
        w.Line($"ref float queries = ref Unsafe.Add(ref q, {plan.Offsets.Query});");
        ScoreEmitter.EmitScores(w, plan, path, "count");
        w.Line();
        w.Comment("The largest score so far, and by what factor all that was summed before shrinks where this block has a larger one.");
        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            w.Line($"float largest = Maximum(count, {scores}{biases});");
            using (w.Block("if (from > 0)"))
            {
                w.Line($"float before = Unsafe.Add(ref maxima, {plan.Offsets.RowPlus});");
                w.Line("largest = MathF.Max(before, largest);");
                w.Line($"Unsafe.Add(ref factors, r) = {path.Vector}.ToScalar({path.Functions}.Exp2({path.Vector}.Create(before - largest)));");
            }

            w.Line();
            w.Line($"Unsafe.Add(ref maxima, {plan.Offsets.RowPlus}) = largest;");
        }

        w.Line();
        w.Comment("Scores as they are: they become weights when all keys have passed.");
        using (w.Block("if (!attentions.IsEmpty)"))
        {
            using (w.Block("for (int r = 0; r < rows; r++)"))
            {
                w.Line($"MemoryMarshal.CreateReadOnlySpan({scores}, count).CopyTo(attentions.Slice((head * tokens + row + r) * tokens + from, count));");
            }
        }

        w.Line();
        w.Comment("Exponentials in place of scores, and their sum.");
        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            w.Line($"float sum = Exponentials(count, {scores}, Unsafe.Add(ref maxima, {plan.Offsets.RowPlus}));");
            w.Line($"ref float all = ref Unsafe.Add(ref sums, {plan.Offsets.RowPlus});");
            w.Line("all = from == 0 ? sum : MathF.FusedMultiplyAdd(all, Unsafe.Add(ref factors, r), sum);");
        }

        w.Line();
        ScoreEmitter.EmitWeightedSum(w, attention, path, "count", "values");
        w.Line();
        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            w.Line($"ref float sum = ref Unsafe.Add(ref mixed, {plan.Offsets.Mixed});");
            w.Line($"ref float all = ref Unsafe.Add(ref context, {plan.Offsets.ContextRow("(row + r)")});");
            using (w.Block("if (from == 0)"))
            {
                w.Line("ScaleHead(1f, ref sum, ref all);");
            }

            using (w.Block("else"))
            {
                w.Line("AddHead(Unsafe.Add(ref factors, r), ref sum, ref all);");
            }
        }
    }

    private static void EmitAddHead(SourceWriter w, AttentionPlan attention, SimdPath path)
    {
        int whole = attention.HeadSize / path.Lanes * path.Lanes;
        w.Summary($"A row's {attention.HeadSize} columns of this head, scaled to a larger maximum, and a block's sums added.");
        w.Line(Attributes.Inline);
        using (w.Block("private static void AddHead(float factor, ref float mixed, ref float context)"))
        {
            if (whole > 0)
            {
                using (w.Block($"for (nuint d = 0; d < {whole}; d += {path.Lanes})"))
                {
                    w.Line(path.Store($"{VectorText.Fused(path.Vector)}({path.Load("context", "d", 0)}, {path.Vector}.Create(factor), {path.Load("mixed", "d", 0)})", "context", "d", 0));
                }
            }

            if (whole < attention.HeadSize)
            {
                w.LineIf(whole > 0, "");
                w.Comment("One by one: the next column is another head's.");
                using (w.Block($"for (int d = {whole}; d < {attention.HeadSize}; d++)"))
                {
                    w.Line("Unsafe.Add(ref context, d) = MathF.FusedMultiplyAdd(Unsafe.Add(ref context, d), factor, Unsafe.Add(ref mixed, d));");
                }
            }
        }
    }

    private static void EmitToWeights(SourceWriter w, SimdPath path)
    {
        w.Summary("A query's attention weights in place of its scores, for the caller who asked to see them.");
        using (w.Block("private static void ToWeights(Span<float> attentions, float maximum, float inverse)"))
        {
            using (w.Block("foreach (ref float attention in attentions)"))
            {
                w.Line($"attention = {path.Vector}.ToScalar({path.Functions}.Exp2({path.Vector}.Create(attention - maximum))) * inverse;");
            }
        }
    }
}
