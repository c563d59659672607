using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What the layers start from: embedded tokens, or the caller's vectors.</summary>
internal static class EmbeddingsEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan) => plan.Spec.TakesVectors
        ? [("this file", "x = the caller's vectors")]
        :
        [
            ("this file", $"x = LN(word[id]{(plan.Spec.HasTokenTypes ? " + type[t]" : "")} + position[p])"),
            ("tables", "words are read where they lie in the mapped model file; positions" + (plan.Spec.HasTokenTypes ? " and types are" : " are") + " packed with the weights"),
        ];

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        if (plan.Spec.TakesVectors)
        {
            EmitVectors(w, plan);
        }
        else
        {
            EmitTokens(w, plan, path);
        }
    }

    private static void EmitVectors(SourceWriter w, EncoderPlan plan)
    {
        int size = plan.Spec.HiddenSize;
        w.Summary($"Copies vectors, [tokens, {size}] end to end, into the rows of the hidden states.");
        using (w.Block("internal static void Embed(ReadOnlySpan<float> inputEmbeddings, ref float hidden)"))
        {
            using (w.Block($"for (int start = 0; start < inputEmbeddings.Length; start += {size})"))
            {
                w.Line($"inputEmbeddings.Slice(start, {size}).CopyTo(MemoryMarshal.CreateSpan(ref hidden, {size}));");
                EmitClearPadding(w, plan, "hidden");
                w.Line($"hidden = ref Unsafe.Add(ref hidden, {plan.HiddenStride});");
            }
        }
    }

    private static void EmitTokens(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        bool types = plan.Spec.HasTokenTypes;
        w.Summary($"Embeds the tokens of texts that stand end to end; positions start anew with each{(types ? ". Without token types, all are of type 0" : "")}.");
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Embed(ReadOnlySpan<int> inputIds, {(types ? "ReadOnlySpan<int> tokenTypeIds, " : "")}ReadOnlySpan<int> lengths, EmbeddingTable words, ref float weights, ref float hidden)"))
        {
            w.Line("ref float x = ref hidden;");
            w.Line("int token = 0;");
            using (w.Block("foreach (int tokens in lengths)"))
            {
                w.Line($"ref float position = ref Unsafe.Add(ref weights, Weights.Positions{(plan.Spec.PositionOffset > 0 ? $" + {plan.Spec.PositionOffset} * {plan.HiddenColumns}" : "")});");
                using (w.Block("for (int end = token + tokens; token < end; token++)"))
                {
                    EmitToken(w, plan, path);
                }
            }

            w.Line();
            w.Line("LayerNorm(inputIds.Length, ref hidden, ref hidden, ref Unsafe.Add(ref weights, Weights.EmbeddingNormWeight), ref Unsafe.Add(ref weights, Weights.EmbeddingNormBias));");
        }
    }

    private static void EmitToken(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        bool types = plan.Spec.HasTokenTypes;
        w.Line($"words.CopyRow(inputIds[token], MemoryMarshal.CreateSpan(ref x, {plan.Spec.HiddenSize}));");
        EmitClearPadding(w, plan, "x");
        if (types)
        {
            w.Line($"int type = tokenTypeIds.IsEmpty ? 0 : CallGuard.Row(tokenTypeIds[token], {plan.Spec.TypeVocabSize});");
            w.Line($"ref float typeRow = ref Unsafe.Add(ref weights, Weights.TokenTypes + type * {plan.HiddenColumns});");
        }

        using (w.Block($"for (nuint i = 0; i < {plan.HiddenColumns}; i += {path.Lanes})"))
        {
            string word = path.Load("x", "i", 0) + (types ? $" + {path.Load("typeRow", "i", 0)}" : "");
            w.Line($"({word} + {path.Load("position", "i", 0)}).StoreUnsafe(ref x, i);");
        }

        w.Line();
        w.Line($"x = ref Unsafe.Add(ref x, {plan.HiddenStride});");
        w.Line($"position = ref Unsafe.Add(ref position, {plan.HiddenColumns});");
    }

    /// <summary>Padding must be zero even if the text before left NaN there.</summary>
    private static void EmitClearPadding(SourceWriter w, EncoderPlan plan, string row) => w.LineIf(
        plan.HiddenColumns > plan.Spec.HiddenSize,
        $"MemoryMarshal.CreateSpan(ref Unsafe.Add(ref {row}, {plan.Spec.HiddenSize}), {plan.HiddenColumns - plan.Spec.HiddenSize}).Clear();");
}
