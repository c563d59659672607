using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>From the tokens' vectors to the text's.</summary>
internal static class PoolingEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan) =>
    [
        ("this file", plan.Spec.Pooling switch
        {
            Pooling.Cls => "embedding = the first token's vector",
            Pooling.Max => "embedding = the largest of the tokens' values, column by column",
            _ => "embedding = the mean of the tokens' vectors, summed in their order",
        } + (plan.Spec.Normalize ? ", scaled to length 1" : "")),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        w.Summary($"Pools hidden[tokens][{plan.HiddenStride}] into pooled[{plan.HiddenColumns}].");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Pool(int tokens, ref float hidden, ref float pooled)"))
        {
            using (w.Block($"for (nuint i = 0; i < {plan.HiddenColumns}; i += {path.Lanes})"))
            {
                EmitColumns(w, plan, path);
            }

            if (plan.Spec.Normalize)
            {
                w.Line();
                EmitNormalize(w, plan, path);
            }
        }
    }

    private static void EmitColumns(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        string v = path.Vector;
        if (plan.Spec.Pooling == Pooling.Cls)
        {
            w.Line(path.Store(path.Load("hidden", "i", 0), "pooled", "i", 0));
            return;
        }

        bool mean = plan.Spec.Pooling == Pooling.Mean;
        string name = mean ? "sum" : "max", next = $"{v}.LoadUnsafe(ref Unsafe.Add(ref hidden, {plan.Offsets.Row("token")}), i)";
        w.Line($"{v}<float> {name} = {path.Load("hidden", "i", 0)};");
        using (w.Block("for (int token = 1; token < tokens; token++)"))
        {
            w.Line(mean ? $"sum += {next};" : $"max = {v}.Max(max, {next});");
        }

        w.Line();
        w.Line(path.Store(mean ? $"sum / {v}.Create((float)tokens)" : "max", "pooled", "i", 0));
    }

    private static void EmitNormalize(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        string v = path.Vector;
        w.Line(path.Declare("squares", $"{v}<float>.Zero"));
        using (w.Block($"for (nuint i = 0; i < {plan.HiddenColumns}; i += {Panel.Width})"))
        {
            foreach ((string part, int column) in path.Vectors())
            {
                w.Line($"{v}<float> p{part} = {path.Load("pooled", "i", column)};");
                w.Line($"squares{part} = {v}.FusedMultiplyAdd(p{part}, p{part}, squares{part});");
            }
        }

        w.Line();
        w.Comment("The lower bound keeps a vector of zeros what it is.");
        w.Line($"{v}<float> length = {v}.Create(MathF.Max(MathF.Sqrt({path.Functions}.SumLanes({path.Arguments("squares")})), 1e-12f));");
        using (w.Block($"for (nuint i = 0; i < {plan.HiddenColumns}; i += {path.Lanes})"))
        {
            w.Line(path.Store($"{path.Load("pooled", "i", 0)} / length", "pooled", "i", 0));
        }
    }
}
