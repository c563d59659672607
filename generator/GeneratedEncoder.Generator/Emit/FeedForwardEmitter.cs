using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The feed-forward network with its residual and norm.</summary>
internal static class FeedForwardEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan)
    {
        string network = plan.Spec.IsPreNorm ? "W2 act(W1 LN(x) + b1) + b2" : "W2 act(W1 x + b1) + b2";
        return
        [
            ("this file", plan.Spec.IsPreNorm ? $"x = x + {network}" : $"x = LN(x + {network})"),
            ("blocks", plan.FeedForward.BlockReason),
            .. PaddingNote.OfFeedForward(plan.Spec).Select(note => ("slower", note.Text)),
        ];
    }

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        EmitDriver(w, plan);
        w.Line();
        LinearEmitter.Emit(w, plan, plan.FeedForward.Up, path);
        if (plan.FeedForward.Down.Name == plan.Attention.Output.Name)
        {
            return; // An inner layer as wide as the outer ones: the attention's output projection is the same kernel.
        }

        w.Line();
        LinearEmitter.Emit(w, plan, plan.FeedForward.Down, path);
    }

    private static void EmitDriver(SourceWriter w, EncoderPlan plan)
    {
        FeedForwardPlan feedForward = plan.FeedForward;
        bool pre = plan.Spec.IsPreNorm;
        w.Line($"private const int FeedForwardBlockRows = {feedForward.BlockRows};");
        w.Line();
        w.Summary("One layer's feed-forward network over a range of rows, block by block: a block goes through both products before the next one starts.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void FeedForward(int first, int end, ref float layer, ref float scratch, ref float own)"))
        {
            w.Line("ref float inner = ref Unsafe.Add(ref own, Own.Inner);");
            w.Line($"int blockRows = EvenBlock(end - first, FeedForwardBlockRows);");
            using (w.Block("for (int row = first; row < end; row += blockRows)"))
            {
                w.Line("int rows = Math.Min(blockRows, end - row);");
                w.Line($"ref float x = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("row")});");
                w.LineIf(pre, $"ref float normalised = ref Unsafe.Add(ref scratch, {plan.Offsets.Context("row")});");
                w.Line();
                w.LineIf(pre, "LayerNorm(rows, ref x, ref normalised, ref Unsafe.Add(ref layer, Layer.FeedForwardNormWeight), ref Unsafe.Add(ref layer, Layer.FeedForwardNormBias));");
                EmitProduct(w, feedForward.Up, pre ? "normalised" : "x", "Up", "inner");
                EmitProduct(w, feedForward.Down, "inner", "Down", "x");
                w.LineIf(!pre, "LayerNorm(rows, ref x, ref x, ref Unsafe.Add(ref layer, Layer.FeedForwardNormWeight), ref Unsafe.Add(ref layer, Layer.FeedForwardNormBias));");
            }
        }
    }

    private static void EmitProduct(SourceWriter w, LinearPlan linear, string x, string weights, string y) => w.Line(
        $"{linear.Name}.Run(rows, ref {x}, ref Unsafe.Add(ref layer, Layer.{weights}Panels), ref Unsafe.Add(ref layer, Layer.{weights}Bias), ref {y});");
}
