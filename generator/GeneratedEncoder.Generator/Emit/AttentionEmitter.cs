using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Multi-head self-attention with its residual and norm.</summary>
internal static class AttentionEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        string input = plan.Spec.IsPreNorm ? "LN(x)" : "x";
        string padding = attention.HeadColumns == attention.HeadSize
            ? "a head fills whole panels"
            : $"a head takes {attention.HeadColumns} columns, the last {attention.HeadColumns - attention.HeadSize} of them zero, so that no panel holds two heads";
        return
        [
            ("this file", $"Q, K, V = {input} Wqkv + b;  heads = softmax(Q K^T / sqrt({attention.HeadSize}){(attention.RelativeBias is null ? "" : " + bias[key - query]")}) V;  " +
                (plan.Spec.IsPreNorm ? "x = x + heads Wo + bo" : "x = LN(x + heads Wo + bo)")),
            ("weights", $"log2(e) / sqrt({attention.HeadSize}) is folded into the query weights at load, so that softmax takes powers of 2; {padding}"),
            .. About(attention.RelativeBias),
            ("blocks", $"{attention.ScoreRows} queries against all keys at a time: {Units.Kibibytes((long)attention.ScoreRows * attention.ScoreStride * sizeof(float))} of scores at most"),
            .. PaddingNote.OfAttention(plan.Spec).Select(note => ("slower", note.Text)),
        ];
    }

    private static IEnumerable<(string, string)> About(RelativeBiasPlan? bias) => bias is null
        ? []
        : [("bias", $"the model's {bias.Buckets} buckets are spread at load into a table of each head's biases by distance, times log2(e)")];

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        EmitProject(w, plan);
        w.Line();
        EmitHeads(w, plan, path);
        w.Line();
        EmitCombine(w, plan);
        w.Line();
        EmitSoftmax(w, plan.Attention.RelativeBias, path);
        w.Line();
        EmitScaleHead(w, plan, path);
        w.Line();
        EmitCopyAttentions(w, plan);
        w.Line();
        EmitProducts(w, plan.Attention, path);
        w.Line();
        LinearEmitter.Emit(w, plan, plan.Attention.Qkv, path);
        w.Line();
        LinearEmitter.Emit(w, plan, plan.Attention.Output, path);
    }

    private static void EmitProject(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        bool pre = plan.Spec.IsPreNorm;
        w.Line($"private const int AttentionBlockRows = {attention.BlockRows};");
        w.Line();
        w.Summary("Queries, keys and values of a range of rows, out of <paramref name=\"tokens\"/> rows in all.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void Project(int first, int end, int tokens, ref float layer, ref float scratch)"))
        {
            w.Line($"int headLength = {plan.Offsets.HeadLength("tokens").Int};");
            using (EmitRowBlocks(w))
            {
                w.Line($"ref float x = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("row")});");
                if (pre)
                {
                    w.Line($"ref float normalised = ref Unsafe.Add(ref scratch, {plan.Offsets.Context("row")});");
                    w.Line("LayerNorm(rows, ref x, ref normalised, ref Unsafe.Add(ref layer, Layer.AttentionNormWeight), ref Unsafe.Add(ref layer, Layer.AttentionNormBias));");
                }

                w.Line($"ref float qkv = ref Unsafe.Add(ref scratch, {plan.Offsets.Qkv});");
                w.Line($"{attention.Qkv.Name}.Run(rows, ref {(pre ? "normalised" : "x")}, ref Unsafe.Add(ref layer, Layer.QkvPanels), ref Unsafe.Add(ref layer, Layer.QkvBias), ref qkv, headLength);");
            }
        }
    }

    private static void EmitCombine(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        w.Summary($"The heads' outputs combined and added to a range of rows{(plan.Spec.IsPreNorm ? "" : ", which are then normalised")}.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void Combine(int first, int end, ref float layer, ref float scratch)"))
        {
            using (EmitRowBlocks(w))
            {
                w.Line($"ref float x = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("row")});");
                w.Line($"ref float context = ref Unsafe.Add(ref scratch, {plan.Offsets.Context("row")});");
                w.Line($"{attention.Output.Name}.Run(rows, ref context, ref Unsafe.Add(ref layer, Layer.OutputPanels), ref Unsafe.Add(ref layer, Layer.OutputBias), ref x);");
                w.LineIf(!plan.Spec.IsPreNorm, "LayerNorm(rows, ref x, ref x, ref Unsafe.Add(ref layer, Layer.AttentionNormWeight), ref Unsafe.Add(ref layer, Layer.AttentionNormBias));");
            }
        }
    }

    private static SourceWriter.Scope EmitRowBlocks(SourceWriter w)
    {
        w.Line("int blockRows = EvenBlock(end - first, AttentionBlockRows);");
        SourceWriter.Scope block = w.Block("for (int row = first; row < end; row += blockRows)");
        w.Line("int rows = Math.Min(blockRows, end - row);");
        return block;
    }

    private static void EmitHeads(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        w.Summary("softmax(Q K^T) V of a range of heads, for each text of a pack by itself; a head's columns stand side by side in the context.\n" +
            "Attention weights are written out where <paramref name=\"attentions\"/> has room: [heads, tokens, tokens], of a single text.");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Heads(int firstHead, int endHead, ReadOnlySpan<int> lengths, int allTokens, ref float weights, ref float scratch, int thread, Span<float> attentions" + (plan.HasFirstTokenCalls ? ", bool firstQueryOnly)" : ")")))
        {
            w.Line($$"""
                ref float zeros = ref Unsafe.Add(ref weights, Weights.Zeros);
                ref float own = ref Unsafe.Add(ref scratch, {{plan.Offsets.Own}});
                int headLength = {{plan.Offsets.HeadLength("allTokens").Int}};
                ref float keys = ref Unsafe.Add(ref own, Own.Keys);
                ref float scores = ref Unsafe.Add(ref own, Own.Scores);
                ref float inverses = ref Unsafe.Add(ref own, Own.Inverses);
                ref float mixed = ref Unsafe.Add(ref own, Own.Mixed);
                int start = 0;
                """);
            w.LineIf(attention.RelativeBias is not null, "ref float relativeBias = ref Unsafe.Add(ref weights, Weights.RelativeBias);");
            using (w.Block("foreach (int tokens in lengths)"))
            {
                w.LineIf(plan.HasFirstTokenCalls, "int queryCount = firstQueryOnly ? 1 : tokens;");
                using (w.Block("for (int head = firstHead; head < endHead; head++)"))
                {
                    w.Line($$"""
                        ref float q = ref Unsafe.Add(ref scratch, {{plan.Offsets.Queries}});
                        ref float k = ref Unsafe.Add(ref q, {{plan.Offsets.ToKeys}});
                        ref float v = ref Unsafe.Add(ref k, {{plan.Offsets.ToKeys}});
                        Transposition.ToPanels(tokens, {{attention.HeadSize}}, {{attention.HeadColumns}}, ref k, ref keys);

                        """);
                    using (w.Block($"for (int row = 0; row < {Queries(plan)}; row += {attention.ScoreRows})"))
                    {
                        EmitScoreBlock(w, plan, path);
                    }
                }

                w.Line();
                w.Line("start += tokens;");
            }
        }
    }

    private static string Queries(EncoderPlan plan) => plan.HasFirstTokenCalls ? "queryCount" : "tokens";

    private static void EmitScoreBlock(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        w.Line($"int rows = Math.Min({attention.ScoreRows}, {Queries(plan)} - row);");
        w.Line();
        w.Comment($"Scores of these queries, {path.TilePanels * Panel.Width} keys at a time.");
        w.Line($"ref float queries = ref Unsafe.Add(ref q, {plan.Offsets.Query});");
        EmitScores(w, plan, path);
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
        EmitWeightedSum(w, attention, path);
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

    private static void EmitScores(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        string Call(int panels) =>
            $"{path.Tiles}.Rows{panels * Panel.Width}<Scores>(rows, HeadSize, ref queries, ref Unsafe.Add(ref keys, {plan.Offsets.KeyPanel}), ref zeros, ref Unsafe.Add(ref scores, key){(panels > 1 ? $", {Panel.Width}" : "")});";
        if (path.TilePanels == 1)
        {
            using (w.Block($"for (int key = 0; key < tokens; key += {Panel.Width})"))
            {
                w.Line(Call(1));
            }

            return;
        }

        w.Line("int key = 0;");
        using (w.Block($"for (; key < tokens - {Panel.Width}; key += {path.TilePanels * Panel.Width})"))
        {
            w.Line(Call(path.TilePanels));
        }

        w.Line();
        using (w.Block("if (key < tokens)"))
        {
            w.Line(Call(1));
        }
    }

    private static void EmitWeightedSum(SourceWriter w, AttentionPlan attention, SimdPath path)
    {
        int wide = path.TilePanels * Panel.Width, whole = attention.HeadColumns / wide * wide;
        w.Comment($"Values weighted by them, {(whole > 0 ? wide : Panel.Width)} columns at a time.");
        if (whole > 0)
        {
            using (w.Block($"for (int column = 0; column < {whole}; column += {wide})"))
            {
                w.Line($"{path.Tiles}.Rows{wide}<WeightedSum>(rows, tokens, ref scores, ref Unsafe.Add(ref v, column), ref zeros, ref Unsafe.Add(ref mixed, column){(path.TilePanels > 1 ? $", {Panel.Width}" : "")});");
            }
        }

        for (int column = whole; column < attention.HeadColumns; column += Panel.Width)
        {
            w.LineIf(column > 0, "");
            w.Line(column == 0
                ? $"{path.Tiles}.Rows{Panel.Width}<WeightedSum>(rows, tokens, ref scores, ref v, ref zeros, ref mixed);"
                : $"{path.Tiles}.Rows{Panel.Width}<WeightedSum>(rows, tokens, ref scores, ref Unsafe.Add(ref v, {column}), ref zeros, ref Unsafe.Add(ref mixed, {column}));");
        }
    }

    private static void EmitSoftmax(SourceWriter w, RelativeBiasPlan? bias, SimdPath path)
    {
        w.Summary(bias is null
            ? "The largest of a row of scores, which is filled up to whole chunks of 16."
            : "The largest of a row of scores, to which a row of biases is added first. The row is filled up to whole chunks of 16.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static float Maximum(int tokens, ref float row{(bias is null ? "" : ", ref float biases")})"))
        {
            w.Line($$"""
                // Past the last key stands -infinity: never the maximum, and its exponential (2e-35) can't change a sum of at least 1.
                int padded = {{Padded}};
                for (int key = tokens; key < padded; key++)
                {
                    Unsafe.Add(ref row, key) = float.NegativeInfinity;
                }

                """);
            w.Line(path.Declare("max", $"{path.Vector}.Create(float.NegativeInfinity)"));
            using (w.Block($"for (nuint key = 0; key < (nuint)padded; key += {Panel.Width})"))
            {
                foreach ((string part, int column) in path.Vectors())
                {
                    EmitMaximum(w, bias, path, part, column);
                }
            }

            w.Line();
            w.Line($"return {path.Functions}.MaxLanes({path.Arguments("max")});");
        }

        w.Line();
        w.Summary($"2^(score - maximum) in place of a row of scores{(bias is null ? ", which come" : "; scores and biases came")} multiplied by log2(e). Returns one over their sum.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static float Exponentials(int tokens, ref float row, float maximum)"))
        {
            w.Line($"nuint padded = (nuint)({Padded});");
            w.Line($"{path.Vector}<float> largest = {path.Vector}.Create(maximum);");
            w.Line(path.Declare("sum", $"{path.Vector}<float>.Zero"));
            using (w.Block($"for (nuint key = 0; key < padded; key += {Panel.Width})"))
            {
                foreach ((string part, int column) in path.Vectors())
                {
                    w.Line($"{path.Vector}<float> e{part} = {path.Functions}.Exp2({path.Load("row", "key", column)} - largest);");
                    w.Line(path.Store($"e{part}", "row", "key", column));
                    w.Line($"sum{part} += e{part};");
                }
            }

            w.Line();
            w.Line($"return 1f / {path.Functions}.SumLanes({path.Arguments("sum")});");
        }
    }

    /// <summary>Keys in whole chunks.</summary>
    private static string Padded => $"(tokens + {Panel.Width - 1}) & -{Panel.Width}";

    private static void EmitMaximum(SourceWriter w, RelativeBiasPlan? bias, SimdPath path, string part, int column)
    {
        string score = path.Load("row", "key", column);
        if (bias is not null)
        {
            w.Line($"{path.Vector}<float> biased{part} = {score} + {path.Load("biases", "key", column)};");
            w.Line(path.Store($"biased{part}", "row", "key", column));
            score = $"biased{part}";
        }

        w.Line($"max{part} = {path.Vector}.MaxNative(max{part}, {score});");
    }

    private static void EmitScaleHead(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        int whole = attention.HeadSize / path.Lanes * path.Lanes;
        w.Summary($"A row's {attention.HeadSize} columns of this head, divided by the sum of its exponentials.");
        w.Line(Attributes.Inline);
        using (w.Block("private static void ScaleHead(float inverse, ref float mixed, ref float context)"))
        {
            if (whole > 0)
            {
                using (w.Block($"for (nuint d = 0; d < {whole}; d += {path.Lanes})"))
                {
                    w.Line(path.Store($"{path.Load("mixed", "d", 0)} * {path.Vector}.Create(inverse)", "context", "d", 0));
                }
            }

            if (whole < attention.HeadSize)
            {
                w.LineIf(whole > 0, "");
                w.Comment("One by one: the next column is another head's.");
                using (w.Block($"for (int d = {whole}; d < {attention.HeadSize}; d++)"))
                {
                    w.Line("Unsafe.Add(ref context, d) = Unsafe.Add(ref mixed, d) * inverse;");
                }
            }
        }
    }

    private static void EmitCopyAttentions(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("A block's attention weights, [rows, tokens], for the caller who asked to see them.");
        using (w.Block("private static void CopyAttentions(int rows, ref float scores, ref float inverses, Span<float> attentions)"))
        {
            w.Line($$"""
                int tokens = attentions.Length / rows;
                for (int row = 0; row < rows; row++)
                {
                    for (int key = 0; key < tokens; key++)
                    {
                        attentions[row * tokens + key] = Unsafe.Add(ref scores, {{plan.Offsets.Score}}) * Unsafe.Add(ref inverses, row);
                    }
                }
                """);
        }
    }

    private static void EmitProducts(SourceWriter w, AttentionPlan attention, SimdPath path)
    {
        w.Summary($"scores[rows, keys] = q[rows, {attention.HeadSize}] * keys[{attention.HeadSize}, keys], a panel being {Panel.Width} keys.");
        using (w.Block($"private readonly struct Scores : {path.Tiles}.IProduct"))
        {
            LinearEmitter.EmitStrides(w, path, attention.ScoreStrides);
        }

        w.Line();
        w.Summary($"mixed[rows, columns] = exponentials[rows, tokens] * v[tokens, columns]: {(attention.HeadColumns == Panel.Width ? "a head's values are a panel as they lie" : "values are panels as they lie, side by side")}.");
        using (w.Block($"private readonly struct WeightedSum : {path.Tiles}.IProduct"))
        {
            LinearEmitter.EmitStrides(w, path, attention.SumStrides);
        }
    }
}
