using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What stands on top of the layers: a pooler, a classifier, or a language model's prediction head.</summary>
internal static class HeadEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan)
    {
        HeadPlan head = plan.Head!;
        string rows = head.Head switch
        {
            Head.MaskedLM => "the tokens asked for",
            Head.TokenClassification => "every token",
            _ when head.TakesMean => "the mean of each text's tokens",
            _ => "each text's first token",
        };
        string dense = head.Dense is null ? "x" : $"{head.Block.Activation}(W x{(head.Dense.HasBias ? " + b" : "")})";
        string equation = head switch
        {
            { Decoder: { } decoder } => $"logits[{decoder.Words}] = {(decoder.Tied ? "word table" : "decoder")} * LN({dense}){(decoder.HasBias ? " + bias" : "")}",
            { Classifier: not null } => $"logits[{plan.Spec.NumLabels}] = Wc {(head.Norm is null ? dense : $"LN({dense})")} + bc",
            _ => $"y = {dense}",
        };
        yield return ("this file", $"{equation}, x being {rows}");
        yield return ("blocks", $"{head.BlockRows} rows at a time");
        if (head.Decoder is not null)
        {
            yield return ("bits", "a word's logit is summed in 16 lanes, combined by one fixed tree, however many positions are asked for");
        }
    }

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        HeadPlan head = plan.Head!;
        w.Line($"private const int HeadBlockRows = {head.BlockRows};");
        w.Line();
        if (head.Decoder is null)
        {
            EmitRows(w, plan);
        }
        else
        {
            DecoderEmitter.Emit(w, plan, path);
        }

        if (head.TakesMean)
        {
            w.Line();
            EmitMeans(w, plan, path);
        }

        foreach (LinearPlan product in plan.HeadKernels)
        {
            w.Line();
            LinearEmitter.Emit(w, plan, product, path);
        }

        if (plan.Spec.ScoreIsSigmoid)
        {
            w.Line();
            EmitSigmoid(w, path);
        }
    }

    private static void EmitMeans(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        w.Summary("The mean of each text's rows, in the row of the text's number, which no later text needs.");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void TakeMeans(ReadOnlySpan<int> lengths, ref float scratch)"))
        {
            w.Line("ref float first = ref Unsafe.Add(ref scratch, Scratch.Hidden);");
            w.Line("ref float mean = ref first;");
            using (w.Block("foreach (int tokens in lengths)"))
            {
                using (w.Block($"for (nuint i = 0; i < {plan.HiddenColumns}; i += {path.Lanes})"))
                {
                    w.Line($"{path.Vector}<float> sum = {path.Load("first", "i", 0)};");
                    using (w.Block("for (int token = 1; token < tokens; token++)"))
                    {
                        w.Line($"sum += {path.Vector}.LoadUnsafe(ref Unsafe.Add(ref first, {plan.Offsets.Row("token")}), i);");
                    }

                    w.Line();
                    w.Line(path.Store($"sum / {path.Vector}.Create((float)tokens)", "mean", "i", 0));
                }

                w.Line();
                w.Line($"first = ref Unsafe.Add(ref first, {plan.Offsets.RowsOf("tokens")});");
                w.Line($"mean = ref Unsafe.Add(ref mean, {plan.HiddenStride});");
            }
        }
    }

    private static void EmitRows(SourceWriter w, EncoderPlan plan)
    {
        HeadPlan head = plan.Head!;
        (string result, LinearPlan last, string width) = head.Classifier is { } classifier ? ("logits", classifier, "NumLabels") : ("dense", head.Dense!, "HiddenSize");
        w.Summary($"The head over the first rows of the hidden states, block by block; gives [rows * {width}].");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void RunHead(int rows, ref float weights, ref float scratch, Span<float> output)"))
        {
            w.Line("ref float own = ref Unsafe.Add(ref scratch, Scratch.Threads);");
            w.LineIf(head.Dense is not null, "ref float dense = ref Unsafe.Add(ref own, Own.HeadDense);");
            w.LineIf(head.Classifier is not null, "ref float logits = ref Unsafe.Add(ref own, Own.Logits);");
            using (w.Block("for (int row = 0; row < rows; row += HeadBlockRows)"))
            {
                w.Line("int count = Math.Min(HeadBlockRows, rows - row);");
                w.Line($"ref float x = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("row")});");
                EmitProduct(w, head.Dense, "count", "x", "HeadDense", "dense");
                EmitNorm(w, head, "count");
                EmitProduct(w, head.Classifier, "count", head.Dense is null ? "x" : "dense", "Classifier", "logits");
                w.Line();
                using (w.Block("for (int r = 0; r < count; r++)"))
                {
                    w.Line($"MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref {result}, {plan.Offsets.HeadResult(last)}), {width}).CopyTo(output.Slice((row + r) * {width}, {width}));");
                }
            }
        }
    }

    /// <summary>A call of one of the head's products; nothing where the head has no such product.</summary>
    public static void EmitProduct(SourceWriter w, LinearPlan? product, string rows, string x, string region, string y) => w.LineIf(
        product is not null,
        $"{product?.Name}.Run({rows}, ref {x}, ref Unsafe.Add(ref weights, Weights.{region}Panels), ref Unsafe.Add(ref weights, Weights.{(product is { HasBias: false } ? "Zeros" : $"{region}Bias")}), ref {y});");

    /// <summary>The norm after the dense layer; nothing where there is none.</summary>
    public static void EmitNorm(SourceWriter w, HeadPlan head, string rows)
    {
        if (head.Norm is { } norm)
        {
            w.Line($"{norm.Name}({rows}, ref dense, ref dense, {NormEmitter.Weights(norm, "weights", "Weights.HeadNorm")});");
        }
    }

    private static void EmitSigmoid(SourceWriter w, SimdPath path) => w.Line($$"""
        /// <summary>1 / (1 + exp(-x)).</summary>
        internal static float Sigmoid(float x) => ({{path.Vector}}.Create(1f) / ({{path.Vector}}.Create(1f) + {{path.Functions}}.Exp({{path.Vector}}.Create(-x))))[0];
        """);
}
