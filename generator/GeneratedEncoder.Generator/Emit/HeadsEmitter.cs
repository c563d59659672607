using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>softmax(Q K^T) V: heads by themselves, and in each a block of queries after the other.</summary>
internal static class HeadsEmitter
{
    /// <summary>Whether heads are methods of their own, since layers differ or keys come in blocks.</summary>
    public static bool HasKinds(AttentionPlan attention) => attention.KeyBlocks is not null || attention.Local is not null;

    /// <summary>Whether the emitted method must know its layer.</summary>
    public static bool NeedsLayer(AttentionPlan attention) => attention.Disentangled is not null || attention is { Local.IsEverywhere: false };

    /// <summary>The argument that says which, after the others.</summary>
    public static string LayerArgument(AttentionPlan attention) => NeedsLayer(attention) ? ", index" : "";

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        EmitHeads(w, plan, path);
        if (attention.KeyBlocks is not null && attention.HasFullLayers)
        {
            w.Line();
            KeyBlockEmitter.Emit(w, plan, path);
        }

        if (attention.Local is { } local)
        {
            w.Line();
            LocalEmitter.Emit(w, plan, local, path);
        }

        if (attention.Disentangled is { } positions)
        {
            w.Line();
            DisentangledEmitter.Emit(w, plan, positions, path);
        }
    }

    private static void EmitHeads(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        string layer = NeedsLayer(attention) ? ", int index" : "";
        w.Summary("softmax(Q K^T) V of a range of heads, for each text of a pack by itself; a head's columns stand side by side in the context.\n" +
            "Attention weights are written out where <paramref name=\"attentions\"/> has room: [heads, tokens, tokens], of a single text.");
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Heads(int firstHead, int endHead, ReadOnlySpan<int> lengths, int allTokens, ref float weights, ref float scratch, int thread, Span<float> attentions{(plan.HasFirstTokenCalls ? ", bool firstQueryOnly" : "")}{layer})"))
        {
            w.Line($$"""
                ref float zeros = ref Unsafe.Add(ref weights, Weights.Zeros);
                ref float own = ref Unsafe.Add(ref scratch, {{plan.Offsets.Own}});
                int headLength = {{plan.Offsets.HeadLength("allTokens").Int}};
                """);
            if (!HasKinds(attention))
            {
                w.Line("""
                    ref float keys = ref Unsafe.Add(ref own, Own.Keys);
                    ref float scores = ref Unsafe.Add(ref own, Own.Scores);
                    ref float inverses = ref Unsafe.Add(ref own, Own.Inverses);
                    ref float mixed = ref Unsafe.Add(ref own, Own.Mixed);
                    """);
            }

            if (attention.Disentangled is { } positions)
            {
                DisentangledEmitter.EmitReferences(w, plan, positions);
            }

            w.Line("int start = 0;");
            w.LineIf(attention.RelativeBias is not null, "ref float relativeBias = ref Unsafe.Add(ref weights, Weights.RelativeBias);");
            using (w.Block("foreach (int tokens in lengths)"))
            {
                w.LineIf(plan.HasFirstTokenCalls, "int queryCount = firstQueryOnly ? 1 : tokens;");
                using (w.Block("for (int head = firstHead; head < endHead; head++)"))
                {
                    EmitHead(w, plan, path);
                }

                w.Line();
                w.Line("start += tokens;");
            }
        }
    }

    private static void EmitHead(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        w.Line($"ref float q = ref Unsafe.Add(ref scratch, {plan.Offsets.Queries});");
        if (attention.GroupSize == 1)
        {
            w.Line($"ref float k = ref Unsafe.Add(ref q, {plan.Offsets.ToKeys});");
            w.Line($"ref float v = ref Unsafe.Add(ref k, {plan.Offsets.ToKeys});");
        }
        else
        {
            w.Line($"ref float k = ref Unsafe.Add(ref scratch, {plan.Offsets.GroupKeys});");
            w.Line($"ref float v = ref Unsafe.Add(ref k, {plan.Offsets.ToValues});");
        }

        if (HasKinds(attention))
        {
            w.Line($"ref float context = ref Unsafe.Add(ref scratch, {plan.Offsets.HeadColumns});");
            EmitKinds(w, plan);
            return;
        }

        w.Line($"Transposition.ToPanels(tokens, {attention.HeadSize}, {attention.HeadColumns}, ref k, ref keys);");
        if (attention.Disentangled is { } positions)
        {
            DisentangledEmitter.EmitHead(w, plan, positions, path);
        }

        w.Line();
        using (w.Block($"for (int row = 0; row < {Queries(plan)}; row += {attention.ScoreRows})"))
        {
            EmitScoreBlock(w, plan, path);
        }
    }

    /// <summary>The arguments of the methods for a head, whichever keys its queries meet.</summary>
    private static void EmitKinds(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        string biases = attention.RelativeBias is null ? "" : "ref relativeBias, ";
        string all = $"(tokens, {Queries(plan)}, head, ref q, ref k, ref v, {biases}ref zeros, ref own, ref context, attentions);";
        switch (attention)
        {
            case { Local: null }:
                w.Line($"AttendToAll{all}");
                break;
            case { Local.IsEverywhere: true }:
                w.Line($"AttendNearby{all}");
                break;
            default:
                using (w.Block("if (IsLocal(index))"))
                {
                    w.Line($"AttendNearby{all}");
                }

                using (w.Block("else"))
                {
                    w.Line($"AttendToAll{all}");
                }

                break;
        }
    }

    /// <summary>What the methods for a head take.</summary>
    public static string HeadParameters(EncoderPlan plan) =>
        $"int tokens, int queryCount, int head, ref float q, ref float k, ref float v, {(plan.Attention.RelativeBias is null ? "" : "ref float relativeBias, ")}ref float zeros, ref float own, ref float context, Span<float> attentions";

    private static string Queries(EncoderPlan plan) => plan.HasFirstTokenCalls ? "queryCount" : "tokens";

    private static void EmitScoreBlock(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        w.Line($"int rows = Math.Min({attention.ScoreRows}, {Queries(plan)} - row);");
        w.Line();
        w.Comment($"Scores of these queries, {path.TilePanels * Panel.Width} keys at a time.");
        w.Line($"ref float queries = ref Unsafe.Add(ref q, {plan.Offsets.Query});");
        ScoreEmitter.EmitScores(w, plan, path, "tokens");
        if (attention.Disentangled is { } positions)
        {
            DisentangledEmitter.EmitBlock(w, plan, positions, path);
        }

        w.Line();
        w.Comment("Exponentials in place of scores; what they must be divided by waits until after the sum. All rows' maxima come first: a row's\nexponentials then need not wait for its own.");
        string row = $"ref Unsafe.Add(ref scores, {plan.Offsets.Scores("r")})";
        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            w.Line(attention.RelativeBias is { } bias
                ? $"Unsafe.Add(ref inverses, r) = Maximum(tokens, {row}, ref Unsafe.Add(ref relativeBias, {plan.Offsets.Biases(bias)}));"
                : $"Unsafe.Add(ref inverses, r) = Maximum(tokens, {row});");
        }

        w.Line();
        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            w.Line($"Unsafe.Add(ref inverses, r) = Exponentials(tokens, {row}, Unsafe.Add(ref inverses, r));");
        }

        w.Line();
        ScoreEmitter.EmitWeightedSum(w, attention, path, "tokens");
        w.Line();
        w.Line($$"""
            for (int r = 0; r < rows; r++)
            {
                ref float context = ref Unsafe.Add(ref scratch, {{plan.Offsets.HeadContext}});
                ScaleHead(Unsafe.Add(ref inverses, r), ref Unsafe.Add(ref mixed, {{plan.Offsets.Mixed}}), ref context);
            }

            if (!attentions.IsEmpty)
            {
                CopyAttentions(rows, ref scores, ref inverses, attentions.Slice((head * tokens + row) * tokens, rows * tokens));
            }
            """);
    }
}
