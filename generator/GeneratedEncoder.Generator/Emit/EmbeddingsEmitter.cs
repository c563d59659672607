using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What the layers start from: embedded tokens, or the caller's vectors.</summary>
internal static class EmbeddingsEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan)
    {
        if (plan.Embeddings is not { } embeddings)
        {
            return [("this file", "x = the caller's vectors")];
        }

        string norm = $"LN(word[id]{(plan.Spec.HasTokenTypes ? " + type[t]" : "")} + position[p])";
        return
        [
            ("this file", embeddings.Projection is null ? $"x = {norm}" : $"x = {norm} W + b, from {embeddings.Size} columns to {plan.Spec.HiddenSize}"),
            ("tables", "the word table is in the model file, or in memory if it is small; positions" + (plan.Spec.HasTokenTypes ? " and types are" : " are") + " packed with the weights"),
        ];
    }

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        if (plan.Embeddings is not { } embeddings)
        {
            EmitVectors(w, plan);
            return;
        }

        EmitTokens(w, plan, embeddings, path);
        if (embeddings.Projection is { } projection)
        {
            w.Line();
            LinearEmitter.Emit(w, plan, projection, path);
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
                EmitClearPadding(w, plan.Norm, "hidden");
                w.Line($"hidden = ref Unsafe.Add(ref hidden, {plan.HiddenStride});");
            }
        }
    }

    private static void EmitTokens(SourceWriter w, EncoderPlan plan, EmbeddingsPlan embeddings, SimdPath path)
    {
        bool types = plan.Spec.HasTokenTypes;
        string sums = embeddings.Projection is null ? "hidden" : "embedded";
        w.Summary($"Embeds the tokens of texts that stand end to end; positions start anew with each{(types ? ". Without token types, all are of type 0" : "")}.");
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Embed(ReadOnlySpan<int> inputIds, {(types ? "ReadOnlySpan<int> tokenTypeIds, " : "")}ReadOnlySpan<int> lengths, EmbeddingTable words, ref float weights, {(embeddings.Projection is null ? "" : "ref float embedded, ")}ref float hidden)"))
        {
            w.Line($"ref float x = ref {sums};");
            w.Line("int token = 0;");
            using (w.Block("foreach (int tokens in lengths)"))
            {
                w.Line($"ref float position = ref Unsafe.Add(ref weights, Weights.Positions{(plan.Spec.PositionOffset > 0 ? $" + {plan.Spec.PositionOffset} * {embeddings.Columns}" : "")});");
                using (w.Block("for (int end = token + tokens; token < end; token++)"))
                {
                    EmitToken(w, plan, embeddings, path);
                }
            }

            w.Line();
            w.Line($"{embeddings.Norm.Name}(inputIds.Length, ref {sums}, ref {sums}, ref Unsafe.Add(ref weights, Weights.EmbeddingNormWeight), ref Unsafe.Add(ref weights, Weights.EmbeddingNormBias));");
            w.LineIf(embeddings.Projection is not null,
                $"{embeddings.Projection?.Name}.Run(inputIds.Length, ref embedded, ref Unsafe.Add(ref weights, Weights.ProjectionPanels), ref Unsafe.Add(ref weights, Weights.ProjectionBias), ref hidden);");
        }
    }

    private static void EmitToken(SourceWriter w, EncoderPlan plan, EmbeddingsPlan embeddings, SimdPath path)
    {
        EncoderSpec spec = plan.Spec;
        w.Line($"words.CopyRow(inputIds[token], MemoryMarshal.CreateSpan(ref x, {embeddings.Size}));");
        EmitClearPadding(w, embeddings.Norm, "x");
        if (spec.HasTokenTypes)
        {
            w.Line($"int type = tokenTypeIds.IsEmpty ? 0 : CallGuard.Row(tokenTypeIds[token], {spec.TypeVocabSize});");
            w.Line($"ref float typeRow = ref Unsafe.Add(ref weights, {plan.Offsets.TokenType(embeddings)});");
        }

        using (w.Block($"for (nuint i = 0; i < {embeddings.Columns}; i += {path.Lanes})"))
        {
            string word = path.Load("x", "i", 0) + (spec.HasTokenTypes ? $" + {path.Load("typeRow", "i", 0)}" : "");
            w.Line(path.Store($"{word} + {path.Load("position", "i", 0)}", "x", "i", 0));
        }

        w.Line();
        w.Line($"x = ref Unsafe.Add(ref x, {embeddings.Stride});");
        w.Line($"position = ref Unsafe.Add(ref position, {embeddings.Columns});");
    }

    /// <summary>Padding must be zero even if the text before left NaN there.</summary>
    private static void EmitClearPadding(SourceWriter w, NormPlan row, string start) => w.LineIf(
        row.Columns > row.Size,
        $"MemoryMarshal.CreateSpan(ref Unsafe.Add(ref {start}, {row.Size}), {row.Columns - row.Size}).Clear();");
}
