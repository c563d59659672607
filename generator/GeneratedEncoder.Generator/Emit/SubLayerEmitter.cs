using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>How a sub-layer ends: its last product, the residual, and the norms around them.</summary>
internal static class SubLayerEmitter
{
    /// <summary>What becomes of x, given the sub-layer's equation.</summary>
    public static string Equation(SubLayerPlan norms, string output)
    {
        string sum = norms.OfOutput is null ? $"x + {output}" : $"x + LN({output})";
        return norms.OfSum is null ? $"x = {sum}" : norms.KeepsResidual ? $"x = LN(x + LN({sum}))" : $"x = LN({sum})";
    }

    /// <summary>References to the memory that a sub-layer's end needs beside the residual stream.</summary>
    public static void EmitOwnRegions(SourceWriter w, SubLayerPlan norms)
    {
        w.LineIf(norms.OfOutput is not null, "ref float outer = ref Unsafe.Add(ref own, Own.Outer);");
        w.LineIf(norms.KeepsResidual, "ref float residual = ref Unsafe.Add(ref own, Own.Residual);");
    }

    /// <summary>The call of a product with a layer's weights. Rows in eight bits have their scales beside them.</summary>
    public static string Product(LinearPlan linear, string x, string weights, string outputs, string more = "") =>
        $"{linear.Name}.Run(rows, ref {x}, {(linear.TakesInt8 ? $"ref {x}Scales, " : "")}ref Unsafe.Add(ref layer, Layer.{weights}Panels), ref Unsafe.Add(ref layer, Layer.{(linear.HasBias ? $"{weights}Bias" : "Zeros")}), {outputs}{more}{Own(linear)});";

    /// <summary>The argument for memory of the thread's own, which products of eight bits need, after the others.</summary>
    public static string Own(LinearPlan linear) => linear.Format == WeightFormat.Int8 ? ", ref own" : "";

    /// <summary>The last product of some rows, added to the residual stream x, and the norms that follow.</summary>
    public static void EmitEnd(SourceWriter w, EncoderPlan plan, LinearPlan linear, SubLayerPlan norms, string input, string weights, string subLayer)
    {
        w.LineIf(norms.KeepsResidual, $"MemoryMarshal.CreateReadOnlySpan(ref x, rows * {plan.HiddenStride}).CopyTo(MemoryMarshal.CreateSpan(ref residual, rows * {plan.HiddenStride}));");
        if (norms.OfOutput is { } ofOutput)
        {
            w.Line(Product(linear, input, weights, "ref outer"));
            w.Line($"{ofOutput.Name}(rows, ref outer, ref outer, {NormEmitter.Weights(ofOutput, "layer", $"Layer.{subLayer}OutputNorm")});");
            w.Line("AddRows(rows, ref outer, ref x);");
        }
        else
        {
            w.Line(Product(linear, input, weights, "ref x"));
        }

        if (norms.OfSum is { } ofSum)
        {
            w.Line($"{ofSum.Name}(rows, ref x, ref x, {NormEmitter.Weights(ofSum, "layer", $"Layer.{subLayer}Norm")});");
        }

        if (norms.OfSecondSum is { } ofSecond)
        {
            w.Line("AddRows(rows, ref residual, ref x);");
            w.Line($"{ofSecond.Name}(rows, ref x, ref x, {NormEmitter.Weights(ofSecond, "layer", $"Layer.{subLayer}SecondNorm")});");
        }
    }
}
