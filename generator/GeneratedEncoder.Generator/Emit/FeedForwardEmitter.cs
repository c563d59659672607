using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The feed-forward network with its residual and norms.</summary>
internal static class FeedForwardEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan)
    {
        FeedForwardPlan network = plan.FeedForward;
        string x = network.Norms.Before is null ? "x" : "LN(x)", up = network.Up.HasBias ? " + b1" : "", down = network.Down.HasBias ? " + b2" : "";
        string inner = network.IsGated ? $"(act(W1 {x}{up}) * (V1 {x}{(network.Up.HasBias ? " + c1" : "")}))" : $"act(W1 {x}{up})";
        return
        [
            ("this file", SubLayerEmitter.Equation(network.Norms, $"W2 {inner}{down}")),
            ("blocks", network.BlockReason),
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
        SubLayerPlan norms = feedForward.Norms;
        w.Line($"private const int FeedForwardBlockRows = {feedForward.BlockRows};");
        w.Line();
        w.Summary("One layer's feed-forward network over a range of rows, block by block: a block goes through both products before the next one starts.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void FeedForward(int first, int end, ref float layer, ref float scratch, ref float own)"))
        {
            w.Line(feedForward.IsInt8 ? "ref byte inner = ref Unsafe.As<float, byte>(ref Unsafe.Add(ref own, Own.Inner));" : "ref float inner = ref Unsafe.Add(ref own, Own.Inner);");
            w.LineIf(feedForward.IsInt8, "ref float innerScales = ref Unsafe.Add(ref own, Own.InnerScales);");
            SubLayerEmitter.EmitOwnRegions(w, norms);
            w.Line($"int blockRows = EvenBlock(end - first, FeedForwardBlockRows);");
            using (w.Block("for (int row = first; row < end; row += blockRows)"))
            {
                w.Line("int rows = Math.Min(blockRows, end - row);");
                w.Line($"ref float x = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("row")});");
                w.LineIf(norms.Before is not null, $"ref float normalised = ref Unsafe.Add(ref scratch, {plan.Offsets.Normalised("row")});");
                w.Line();
                if (norms.Before is { } before)
                {
                    w.Line($"{before.Name}(rows, ref x, ref normalised, {NormEmitter.Weights(before, "layer", "Layer.FeedForwardNorm")});");
                }

                string results = feedForward.IsInt8 ? "ref inner, ref innerScales" : feedForward.IsGated ? "ref Unsafe.Add(ref own, Own.Gates), ref inner" : "ref inner";
                w.Line(SubLayerEmitter.Product(feedForward.Up, norms.Before is null ? "x" : "normalised", "Up", results));
                SubLayerEmitter.EmitEnd(w, plan, feedForward.Down, norms, "inner", "Down", "FeedForward");
            }
        }
    }
}
