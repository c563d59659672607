using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>A head of a layer that attends to nearby tokens: its time grows with a text's length, not with the length's square.</summary>
internal static class LocalEmitter
{
    public static IEnumerable<(string, string)> About(LocalPlan? local) => local is null
        ? []
        : [("nearby", $"{(local.IsEverywhere ? "all layers' tokens" : $"tokens of {local.Layers.Count(isLocal => isLocal)} layers")} attend to those up to {local.Reach} tokens away; other keys' scores aren't computed, but for what fills panels")];

    public static void Emit(SourceWriter w, EncoderPlan plan, LocalPlan local, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        w.Summary("How far tokens see in layers that attend to nearby ones.");
        w.Line($"private const int Reach = {local.Reach};");
        w.Line();
        if (!local.IsEverywhere)
        {
            EmitIsLocal(w, local);
            w.Line();
        }

        w.Summary("One head of a text whose tokens attend to those up to Reach tokens away.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void AttendNearby({HeadsEmitter.HeadParameters(plan)})"))
        {
            w.Line("""
                ref float keys = ref Unsafe.Add(ref own, Own.Keys);
                ref float scores = ref Unsafe.Add(ref own, Own.Scores);
                ref float inverses = ref Unsafe.Add(ref own, Own.Inverses);
                ref float mixed = ref Unsafe.Add(ref own, Own.Mixed);
                """);
            using (w.Block($"for (int block = 0; block < queryCount; block += {local.Queries})"))
            {
                w.Comment("The keys that these queries reach, from a whole panel on.");
                w.Line($"int end = Math.Min(block + {local.Queries}, queryCount);");
                w.Line($"int from = Math.Max(0, block - Reach) & -{Panel.Width}, to = Math.Min(tokens, end + Reach);");
                w.Line($"Transposition.ToPanels(to - from, {attention.HeadSize}, {attention.HeadColumns}, ref Unsafe.Add(ref k, {plan.Offsets.KeyRow("from")}), ref keys);");
                using (w.Block($"for (int row = block; row < end; row += {attention.ScoreRows})"))
                {
                    EmitBlock(w, plan, local, path);
                }
            }
        }

        w.Line();
        EmitMask(w);
        w.Line();
        EmitCopyAttentions(w);
    }

    private static void EmitIsLocal(SourceWriter w, LocalPlan local)
    {
        w.Summary("Whether a layer's tokens attend to nearby ones only.");
        w.Line("private static bool IsLocal(int index) => LocalLayers[index] != 0;");
        w.Line();
        w.Line($"private static ReadOnlySpan<byte> LocalLayers => new byte[] {{ {string.Join(", ", local.Layers.Select(isLocal => isLocal ? "1" : "0"))} }};");
    }

    private static void EmitBlock(SourceWriter w, EncoderPlan plan, LocalPlan local, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        string row = $"ref Unsafe.Add(ref scores, {plan.Offsets.Scores("r")})";
        string biases = attention.RelativeBias is { } bias ? $", ref Unsafe.Add(ref relativeBias, {plan.Offsets.BiasesFrom(bias, "first")})" : "";
        w.Line($"int rows = Math.Min({attention.ScoreRows}, end - row);");
        w.Line($"int first = Math.Max(0, row - Reach) & -{Panel.Width}, count = Math.Min(tokens, row + rows + Reach) - first;");
        w.Line();
        w.Comment($"Scores of these queries, {path.TilePanels * Panel.Width} keys at a time.");
        w.Line($"ref float queries = ref Unsafe.Add(ref q, {plan.Offsets.Query});");
        w.Line($"ref float panels = ref Unsafe.Add(ref keys, {plan.Offsets.FirstPanel});");
        ScoreEmitter.EmitScores(w, plan, path, "count", "panels");

        w.Line();
        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            w.Line($"Mask(row + r, first, count, {row});");
            w.Line($"Unsafe.Add(ref inverses, r) = Maximum(count, {row}{biases});");
        }

        w.Line();
        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            w.Line($"Unsafe.Add(ref inverses, r) = 1f / Exponentials(count, {row}, Unsafe.Add(ref inverses, r));");
        }

        w.Line();
        w.Line($"ref float values = ref Unsafe.Add(ref v, {plan.Offsets.KeyRow("first")});");
        w.Line();
        ScoreEmitter.EmitWeightedSum(w, attention, path, "count", "values");
        w.Line();
        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            w.Line($"ScaleHead(Unsafe.Add(ref inverses, r), ref Unsafe.Add(ref mixed, {plan.Offsets.Mixed}), ref Unsafe.Add(ref context, {plan.Offsets.ContextRow("(row + r)")}));");
            using (w.Block("if (!attentions.IsEmpty)"))
            {
                w.Line($"CopyNearby(row + r, first, count, {row}, Unsafe.Add(ref inverses, r), attentions.Slice((head * tokens + row + r) * tokens, tokens));");
            }
        }
    }

    private static void EmitMask(SourceWriter w)
    {
        w.Summary("Takes the keys that a query doesn't reach out of its scores: their exponentials are too small (2e-35) to change a sum.");
        using (w.Block("private static void Mask(int query, int first, int count, ref float scores)"))
        {
            w.Line("Span<float> row = MemoryMarshal.CreateSpan(ref scores, count);");
            w.Line("row.Slice(0, Math.Max(0, query - Reach - first)).Fill(float.NegativeInfinity);");
            w.Line("row.Slice(Math.Min(count, query + Reach + 1 - first)).Fill(float.NegativeInfinity);");
        }
    }

    private static void EmitCopyAttentions(SourceWriter w)
    {
        w.Summary("A query's attention weights, for the caller who asked to see them; zero for the keys that it doesn't reach.");
        using (w.Block("private static void CopyNearby(int query, int first, int count, ref float scores, float inverse, Span<float> attentions)"))
        {
            w.Line("attentions.Clear();");
            using (w.Block("for (int key = Math.Max(first, query - Reach); key < Math.Min(first + count, query + Reach + 1); key++)"))
            {
                w.Line("attentions[key] = Unsafe.Add(ref scores, key - first) * inverse;");
            }
        }
    }
}
