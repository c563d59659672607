using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What attention does with a block of scores: the products around it, softmax, and what is handed out.</summary>
internal static class ScoreEmitter
{
    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        EmitSoftmax(w, plan.Attention, path);
        w.Line();
        EmitScaleHead(w, plan, path);
        if (!HeadsEmitter.HasKinds(plan.Attention))
        {
            w.Line();
            EmitCopyAttentions(w, plan);
        }

        w.Line();
        EmitProducts(w, plan.Attention, path);
    }

    /// <summary>A block of queries against keys that lie as panels.</summary>
    public static void EmitScores(SourceWriter w, EncoderPlan plan, SimdPath path, string keys, string panels = "keys")
    {
        AttentionPlan attention = plan.Attention;
        string Call(int count) =>
            $"{path.Tiles}.Rows{count * Panel.Width}<Scores>(rows, HeadSize, ref queries, ref Unsafe.Add(ref {panels}, {plan.Offsets.KeyPanel}), ref zeros, ref Unsafe.Add(ref scores, key){(count > 1 ? $", {Panel.Width}" : "")});";
        if (path.TilePanels == 1)
        {
            using (w.Block($"for (int key = 0; key < {keys}; key += {Panel.Width})"))
            {
                w.Line(Call(1));
            }

            return;
        }

        w.Line("int key = 0;");
        using (w.Block($"for (; key < {keys} - {Panel.Width}; key += {path.TilePanels * Panel.Width})"))
        {
            w.Line(Call(path.TilePanels));
        }

        w.Line();
        using (w.Block($"if (key < {keys})"))
        {
            w.Line(Call(1));
        }
    }

    /// <summary>The block's exponentials times the values of as many keys.</summary>
    public static void EmitWeightedSum(SourceWriter w, AttentionPlan attention, SimdPath path, string keys, string values = "v")
    {
        int wide = path.TilePanels * Panel.Width, whole = attention.HeadColumns / wide * wide;
        w.Comment($"Values weighted by them, {(whole > 0 ? wide : Panel.Width)} columns at a time.");
        if (whole > 0)
        {
            using (w.Block($"for (int column = 0; column < {whole}; column += {wide})"))
            {
                w.Line($"{path.Tiles}.Rows{wide}<WeightedSum>(rows, {keys}, ref scores, ref Unsafe.Add(ref {values}, column), ref zeros, ref Unsafe.Add(ref mixed, column){(path.TilePanels > 1 ? $", {Panel.Width}" : "")});");
            }
        }

        for (int column = whole; column < attention.HeadColumns; column += Panel.Width)
        {
            w.LineIf(column > 0, "");
            w.Line(column == 0
                ? $"{path.Tiles}.Rows{Panel.Width}<WeightedSum>(rows, {keys}, ref scores, ref {values}, ref zeros, ref mixed);"
                : $"{path.Tiles}.Rows{Panel.Width}<WeightedSum>(rows, {keys}, ref scores, ref Unsafe.Add(ref {values}, {column}), ref zeros, ref Unsafe.Add(ref mixed, {column}));");
        }
    }

    private static void EmitSoftmax(SourceWriter w, AttentionPlan attention, SimdPath path)
    {
        RelativeBiasPlan? bias = attention.RelativeBias;
        bool givesSum = HeadsEmitter.HasKinds(attention);
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
        w.Summary($"2^(score - maximum) in place of a row of scores{(bias is null ? ", which come" : "; scores and biases came")} multiplied by log2(e). Returns {(givesSum ? "" : "one over ")}their sum.");
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
            w.Line($"return {(givesSum ? "" : "1f / ")}{path.Functions}.SumLanes({path.Arguments("sum")});");
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
