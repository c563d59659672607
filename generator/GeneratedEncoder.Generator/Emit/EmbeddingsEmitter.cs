using System.Globalization;
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

        EmbeddingsBlock block = embeddings.Block;
        string sum = $"{(block.Scale == 1 ? "" : $"{Scale(block)} * ")}word[id]{(block.Types is null ? "" : " + type[t]")}{(block.Positions is null ? "" : " + position[p]")}";
        string all = embeddings switch
        {
            { Norm: null } => sum,
            { Projection: null } => $"LN({sum})",
            { NormsHidden: true } => $"LN(({sum}) W), from {embeddings.Size} columns to {plan.Spec.HiddenSize}",
            _ => $"LN({sum}) W + b, from {embeddings.Size} columns to {plan.Spec.HiddenSize}",
        };
        string packed = (block.Positions is not null, block.Types is not null) switch
        {
            (true, true) => "; positions and types are packed with the weights",
            (true, false) => "; positions are packed with the weights",
            (false, true) => "; types are packed with the weights",
            _ => "",
        };
        return [("this file", $"x = {all}"), ("tables", "the word table is in the model file, or in memory if it is small or EncoderOptions.WordTable says so" + packed)];
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
                EmitClearPadding(w, size, plan.HiddenColumns, "hidden");
                w.Line($"hidden = ref Unsafe.Add(ref hidden, {plan.HiddenStride});");
            }
        }
    }

    private static void EmitTokens(SourceWriter w, EncoderPlan plan, EmbeddingsPlan embeddings, SimdPath path)
    {
        EmbeddingsBlock block = embeddings.Block;
        bool types = block.Types is not null, needsTexts = block.Positions is not null || plan.HasPlaces;
        string sums = embeddings.Projection is null ? "hidden" : "embedded";
        w.Summary($"Embeds the tokens of texts that stand end to end{(needsTexts ? "; positions start anew with each" : "")}{(types ? ". Without token types, all are of type 0" : "")}.");
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Embed({Parameters(plan, embeddings)})"))
        {
            w.Line($"ref float x = ref {sums};");
            if (needsTexts)
            {
                w.Line("int token = 0;");
                using (w.Block("foreach (int tokens in lengths)"))
                {
                    w.LineIf(block.Positions is not null, $"ref float position = ref Unsafe.Add(ref weights, Weights.Positions{(block.PositionOffset > 0 ? $" + {block.PositionOffset} * {embeddings.Columns}" : "")});");
                    w.LineIf(plan.HasPlaces, "int place = 0;");
                    using (w.Block("for (int end = token + tokens; token < end; token++)"))
                    {
                        EmitToken(w, plan, embeddings, path);
                    }
                }
            }
            else
            {
                using (w.Block("for (int token = 0; token < inputIds.Length; token++)"))
                {
                    EmitToken(w, plan, embeddings, path);
                }
            }

            EmitEnd(w, plan, embeddings, sums);
        }
    }

    /// <summary>What the emitted method takes, in the order of <see cref="Arguments"/>.</summary>
    private static string Parameters(EncoderPlan plan, EmbeddingsPlan embeddings)
    {
        bool needsTexts = embeddings.Block.Positions is not null || plan.HasPlaces, needsWeights = embeddings.Block is not { Positions: null, Types: null, Norm: null, Projection: null };
        IEnumerable<string> parameters =
        [
            "ReadOnlySpan<int> inputIds", .. If(embeddings.Block.Types is not null, "ReadOnlySpan<int> tokenTypeIds"), .. If(needsTexts, "ReadOnlySpan<int> lengths"),
            "EmbeddingTable words", .. If(needsWeights, "ref float weights"), .. If(plan.HasPlaces, "ref float places"), .. If(embeddings.Projection is not null, "ref float embedded"),
            "ref float hidden", .. If(embeddings.Projection is { Format: WeightFormat.Int8 }, "ref float own"), .. If(plan.Convolution is not null, "ref float firstHidden"),
        ];
        return string.Join(", ", parameters);
    }

    /// <summary>What a call of the emitted method passes on.</summary>
    public static string Arguments(EncoderPlan plan, EmbeddingsPlan embeddings)
    {
        bool needsTexts = embeddings.Block.Positions is not null || plan.HasPlaces, needsWeights = embeddings.Block is not { Positions: null, Types: null, Norm: null, Projection: null };
        IEnumerable<string> arguments =
        [
            "inputIds", .. If(embeddings.Block.Types is not null, "tokenTypeIds"), .. If(needsTexts, "pack"), "_words", .. If(needsWeights, "ref weights"),
            .. If(plan.HasPlaces, "ref Unsafe.Add(ref workspace.Start, Scratch.Places)"), .. If(embeddings.Projection is not null, "ref embedded"), "ref hidden",
            .. If(embeddings.Projection is { Format: WeightFormat.Int8 }, "ref Unsafe.Add(ref workspace.Start, Scratch.Threads)"),
            .. If(plan.Convolution is not null, "ref Unsafe.Add(ref workspace.Start, Scratch.FirstHidden)"),
        ];
        return string.Join(", ", arguments);
    }

    private static IEnumerable<string> If(bool condition, string text) => condition ? [text] : [];

    private static void EmitEnd(SourceWriter w, EncoderPlan plan, EmbeddingsPlan embeddings, string sums)
    {
        w.Line();
        void Norm(string rows) => w.LineIf(
            embeddings.Norm is not null, $"{embeddings.Norm?.Name}(inputIds.Length, ref {rows}, ref {rows}, {(embeddings.Norm is null ? "" : NormEmitter.Weights(embeddings.Norm, "weights", "Weights.EmbeddingNorm"))});");
        void Project()
        {
            if (embeddings.Projection is { } projection)
            {
                EmitProject(w, plan, projection);
            }
        }

        if (embeddings.NormsHidden)
        {
            Project();
            Norm("hidden");
        }
        else
        {
            Norm(sums);
            Project();
        }

        w.LineIf(plan.Convolution is not null,
            $"MemoryMarshal.CreateReadOnlySpan(ref hidden, inputIds.Length * {plan.HiddenStride}).CopyTo(MemoryMarshal.CreateSpan(ref firstHidden, inputIds.Length * {plan.HiddenStride}));");
    }

    private static void EmitProject(SourceWriter w, EncoderPlan plan, LinearPlan projection)
    {
        string weights = $"ref Unsafe.Add(ref weights, Weights.ProjectionPanels), ref Unsafe.Add(ref weights, {(projection.HasBias ? "Weights.ProjectionBias" : "Weights.Zeros")})";
        if (projection.Format != WeightFormat.Int8)
        {
            w.Line($"{projection.Name}.Run(inputIds.Length, ref embedded, {weights}, ref hidden);");
            return;
        }

        w.Line();
        w.Comment("Rows in eight bits have room for a block at a time.");
        using (w.Block("for (int row = 0; row < inputIds.Length; row += AttentionBlockRows)"))
        {
            w.Line("int rows = Math.Min(AttentionBlockRows, inputIds.Length - row);");
            w.Line($"{projection.Name}.Run(rows, ref Unsafe.Add(ref embedded, {plan.Offsets.Embedded(projection)}), {weights}, ref Unsafe.Add(ref hidden, {plan.Offsets.Row("row")}), ref own);");
        }
    }

    private static void EmitToken(SourceWriter w, EncoderPlan plan, EmbeddingsPlan embeddings, SimdPath path)
    {
        EmbeddingsBlock block = embeddings.Block;
        w.Line($"words.CopyRow(inputIds[token], MemoryMarshal.CreateSpan(ref x, {embeddings.Size}));");
        EmitClearPadding(w, embeddings.Size, embeddings.Columns, "x");
        if (block.Types is { } types)
        {
            w.Line($"int type = tokenTypeIds.IsEmpty ? 0 : CallGuard.Row(tokenTypeIds[token], {types.Rows});");
            w.Line($"ref float typeRow = ref Unsafe.Add(ref weights, {plan.Offsets.TokenType(embeddings)});");
        }

        w.LineIf(plan.HasPlaces, $"Unsafe.As<float, int>(ref Unsafe.Add(ref places, {plan.Offsets.Place("token")})) = place++;");
        if (block is not { Types: null, Positions: null, Scale: 1 })
        {
            using (w.Block($"for (nuint i = 0; i < {embeddings.Columns}; i += {path.Lanes})"))
            {
                string word = path.Load("x", "i", 0) + (block.Scale == 1 ? "" : $" * {path.Vector}.Create({Scale(block)})") + (block.Types is null ? "" : $" + {path.Load("typeRow", "i", 0)}");
                w.Line(path.Store(word + (block.Positions is null ? "" : $" + {path.Load("position", "i", 0)}"), "x", "i", 0));
            }
        }

        w.Line();
        w.Line($"x = ref Unsafe.Add(ref x, {embeddings.Stride});");
        w.LineIf(block.Positions is not null, $"position = ref Unsafe.Add(ref position, {embeddings.Columns});");
    }

    private static string Scale(EmbeddingsBlock block) => ((float)block.Scale).ToString("R", CultureInfo.InvariantCulture) + "f";

    /// <summary>Padding must be zero even if the text before left NaN there.</summary>
    private static void EmitClearPadding(SourceWriter w, int size, int columns, string start) => w.LineIf(
        columns > size, $"MemoryMarshal.CreateSpan(ref Unsafe.Add(ref {start}, {size}), {columns - size}).Clear();");
}
