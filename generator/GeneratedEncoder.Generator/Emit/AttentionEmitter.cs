using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Multi-head self-attention with its residual and norms: the projections, and what lies between them (<see cref="HeadsEmitter"/>).</summary>
internal static class AttentionEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        string input = attention.Norms.Before is null ? "x" : "LN(x)", bias = attention.Qkv.HasBias ? " + b" : "", outputBias = attention.Output.HasBias ? " + bo" : "";
        double divisor = plan.Blocks.Layer.Attention.ScoreDivisor;
        string padding = attention.HeadColumns == attention.HeadSize
            ? "a head fills whole panels"
            : $"a head takes {attention.HeadColumns} columns, the last {attention.HeadColumns - attention.HeadSize} of them zero, so that no panel holds two heads";
        string scores = divisor == 1 ? "Q K^T" : $"Q K^T / sqrt({divisor})";
        string factor = divisor == 1 ? "log2(e)" : $"log2(e) / sqrt({divisor})";
        return
        [
            ("this file", $"Q, K, V = {input} Wqkv{bias};  heads = softmax({scores}{(attention.RelativeBias is null ? "" : " + bias[key - query]")}{(attention.Disentangled is null ? "" : " + positions")}) V;  " +
                SubLayerEmitter.Equation(attention.Norms, $"heads Wo{outputBias}")),
            ("weights", $"{factor} is folded into the {(attention.QueryKeyNorms is null ? "query weights" : "queries' norm")} at load, so that softmax takes powers of 2; {padding}"),
            .. attention.GroupSize == 1 ? Array.Empty<(string, string)>() : [("groups", $"{attention.GroupSize} heads of queries share one of keys and values")],
            .. About(attention.RelativeBias),
            .. RotaryEmitter.About(attention.Rotary),
            .. DisentangledEmitter.About(attention.Disentangled),
            ("blocks", attention is { KeyBlocks: null, Local: null }
                ? $"{attention.ScoreRows} queries against all keys at a time: {Units.Kibibytes((long)attention.ScoreRows * attention.ScoreStride * sizeof(float))} of scores at most"
                : $"{attention.ScoreRows} queries against {attention.KeyBlocks?.Keys ?? attention.PanelKeys} keys at a time: {Units.Kibibytes((long)attention.ScoreRows * attention.ScoreStride * sizeof(float))} of scores at most"),
            .. LocalEmitter.About(attention.Local),
            .. PaddingNote.OfAttention(plan.Spec).Select(note => ("slower", note.Text)),
        ];
    }

    private static IEnumerable<(string, string)> About(RelativeBiasPlan? bias) => bias switch
    {
        null => [],
        { Buckets: 0 } => [("bias", "falls with the distance, in each head by its own slope (ALiBi); a table of it by distance, times log2(e), is made at load")],
        _ => [("bias", $"the model's {bias.Buckets} buckets are spread at load into a table of each head's biases by distance, times log2(e)")],
    };

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        EmitProject(w, plan);
        w.Line();
        if (plan.Attention.Rotary is { } rotary)
        {
            RotaryEmitter.Emit(w, plan, rotary, path);
            w.Line();
        }

        HeadsEmitter.Emit(w, plan, path);
        w.Line();
        EmitCombine(w, plan);
        w.Line();
        ScoreEmitter.Emit(w, plan, path);
        w.Line();
        LinearEmitter.Emit(w, plan, plan.Attention.Qkv, path);
        w.Line();
        if (plan.Attention.Disentangled is not null && plan.Attention.Qkv.Format != WeightFormat.Float32)
        {
            LinearEmitter.Emit(w, plan, plan.Attention.PositionProjection, path);
            w.Line();
        }

        LinearEmitter.Emit(w, plan, plan.Attention.Output, path);
    }

    private static void EmitProject(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        w.Line($"private const int AttentionBlockRows = {attention.BlockRows};");
        w.Line();
        w.Summary("Queries, keys and values of a range of rows, out of <paramref name=\"tokens\"/> rows in all." +
            (plan.FirstLayerLacksNorm ? " The first layer takes them as they are." : ""));
        w.Line(Attributes.Kernel);
        string parameters = $"int first, int end, int tokens, ref float layer{(attention.Rotary is null ? "" : ", ref float rotary")}, ref float scratch{(attention.Qkv.Format == WeightFormat.Int8 ? ", ref float own" : "")}{(plan.FirstLayerLacksNorm ? ", bool isFirst" : "")}";
        using (w.Block($"private static void Project({parameters})"))
        {
            w.Line($"int headLength = {plan.Offsets.HeadLength("tokens").Int};");
            using (EmitRowBlocks(w))
            {
                w.Line($"ref float x = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("row")});");
                EmitNormBefore(w, plan);
                w.Line($"ref float qkv = ref Unsafe.Add(ref scratch, {plan.Offsets.Qkv});");
                w.Line(SubLayerEmitter.Product(attention.Qkv, attention.Norms.Before is null ? "x" : "normalised", "Qkv", "ref qkv", ", headLength"));
                EmitNormHeads(w, plan);
                if (attention.Rotary is not null)
                {
                    w.Line($"Rotate(rows, headLength, ref rotary, ref Unsafe.Add(ref scratch, {plan.Offsets.Places}), ref qkv);");
                }
            }
        }
    }

    private static void EmitNormBefore(SourceWriter w, EncoderPlan plan)
    {
        if (plan.Attention.Norms.Before is not { } norm)
        {
            return;
        }

        string call = $"{norm.Name}(rows, ref x, ref normalised, {NormEmitter.Weights(norm, "layer", "Layer.AttentionNorm")});";
        if (!plan.FirstLayerLacksNorm)
        {
            w.Line($"ref float normalised = ref Unsafe.Add(ref scratch, {plan.Offsets.Normalised("row")});");
            w.Line(call);
            return;
        }

        w.Line("ref float normalised = ref x;");
        using (w.Block("if (!isFirst)"))
        {
            w.Line($"normalised = ref Unsafe.Add(ref scratch, {plan.Offsets.Normalised("row")});");
            w.Line(call);
        }

        w.Line();
    }

    private static void EmitNormHeads(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        if (attention.QueryKeyNorms is not { } norms)
        {
            return;
        }

        if (!norms.IsByHead)
        {
            w.Line($"{norms.Norm.Name}(rows, headLength, ref qkv, {NormEmitter.Weights(norms.Norm, "layer", "Layer.QueryNorm")});");
            w.Line($"{norms.Norm.Name}(rows, headLength, ref Unsafe.Add(ref qkv, {plan.Offsets.ToKeys}), {NormEmitter.Weights(norms.Norm, "layer", "Layer.KeyNorm")});");
            return;
        }

        w.Line();
        foreach ((string name, int first, int count) in new[] { ("Query", 0, attention.Heads), ("Key", attention.Heads, attention.KeyValueHeads) })
        {
            using (w.Block($"for (int head = {first}; head < {first + count}; head++)"))
            {
                w.Line($"ref float matrix = ref Unsafe.Add(ref qkv, {plan.Offsets.HeadRow});");
                w.Line($"{norms.Norm.Name}(rows, ref matrix, ref matrix, {NormEmitter.Weights(norms.Norm, "layer", $"Layer.{name}Norm")});");
            }

            w.Line();
        }
    }

    private static void EmitCombine(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        SubLayerPlan norms = attention.Norms;
        bool needsOwn = plan.CombineNeedsOwn;
        w.Summary($"The heads' outputs combined and added to a range of rows{(norms.OfSum is null ? "" : ", which are then normalised")}.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void Combine(int first, int end, ref float layer, ref float scratch{(needsOwn ? ", ref float own" : "")})"))
        {
            SubLayerEmitter.EmitOwnRegions(w, norms);
            using (EmitRowBlocks(w))
            {
                w.Line($"ref float x = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("row")});");
                w.Line($"ref float context = ref Unsafe.Add(ref scratch, {plan.Offsets.Context("row")});");
                SubLayerEmitter.EmitEnd(w, plan, attention.Output, norms, "context", "Output", "Attention");
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
}
