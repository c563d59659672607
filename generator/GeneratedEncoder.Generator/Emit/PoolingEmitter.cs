using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>From the tokens' vectors to the text's, and through the modules after that.</summary>
internal static class PoolingEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan)
    {
        PoolingPlan pooling = plan.Pooling;
        string vector = pooling.Modes.Length == 1
            ? Describe(pooling.Modes[0])
            : $"side by side {string.Join(", ", pooling.Modes.Select(Describe))}";
        if (pooling.LeavesOutPrompts)
        {
            yield return ("prompts", "tokens of a prompt are left out of the pooling");
        }

        yield return ("this file", $"embedding = {vector}{(plan.Spec.Normalize ? ", scaled to length 1" : "")}");
        if (pooling.Modules.Length > 0)
        {
            yield return ("modules", string.Join(", ", pooling.Modules.Select(Describe)) + (plan.Spec.Normalize ? "; then the scaling" : ""));
        }
    }

    private static string Describe(Pooling mode) => mode switch
    {
        Pooling.Cls => "the first token's vector",
        Pooling.Max => "the largest of the tokens' values, column by column",
        Pooling.MeanSqrtLen => "the sum of the tokens' vectors over the square root of their number",
        Pooling.WeightedMean => "the mean of the tokens' vectors, weighted by their places 1, 2, 3, ...",
        Pooling.LastToken => "the last token's vector",
        _ => "the mean of the tokens' vectors, summed in their order",
    };

    private static string Describe(ModulePlan module) => module switch
    {
        { Dense: { } dense } => $"{(dense.Activation is { } activation ? $"{activation} of " : "")}a dense layer of {dense.Columns} columns",
        { Norm: not null } => "a LayerNorm",
        _ => "a scaling to length 1",
    };

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        PoolingPlan pooling = plan.Pooling;
        bool isNormalised = plan.Spec.Normalize && pooling.Modules.Length == 0;
        w.Summary($"Pools hidden[tokens][{plan.HiddenStride}] into pooled[{(pooling.Modes.Length == 1 ? plan.HiddenColumns : pooling.PooledSize)}].");
        w.Line(Attributes.Kernel);
        string prompt = pooling.LeavesOutPrompts ? ", int prompt" : "";
        using (w.Block($"internal static void Pool(int tokens{prompt}, ref float hidden, ref float pooled)"))
        {
            if (pooling.LeavesOutPrompts)
            {
                w.Comment("The text's tokens behind its prompt's.");
                w.Line($"hidden = ref Unsafe.Add(ref hidden, {plan.Offsets.Row("prompt")});");
                w.Line("tokens -= prompt;");
            }

            for (int mode = 0; mode < pooling.Modes.Length; mode++)
            {
                w.LineIf(mode > 0, "");
                EmitMode(w, plan, pooling.Modes[mode], mode * plan.Spec.HiddenSize, path);
            }

            if (pooling.Modes.Length > 1)
            {
                int end = (pooling.Modes.Length - 1) * plan.Spec.HiddenSize + plan.HiddenColumns;
                w.LineIf(Panel.Pad(pooling.PooledSize) > end, $"MemoryMarshal.CreateSpan(ref Unsafe.Add(ref pooled, {end}), {Panel.Pad(pooling.PooledSize) - end}).Clear();");
            }

            if (isNormalised)
            {
                w.Line();
                EmitNormalize(w, pooling.Modes.Length == 1 ? plan.HiddenColumns : Panel.Pad(pooling.PooledSize), path);
            }
        }

        if (pooling.Modules.Length > 0)
        {
            w.Line();
            EmitModules(w, plan, path);
            foreach (LinearPlan dense in plan.ModuleKernels)
            {
                w.Line();
                LinearEmitter.Emit(w, plan, dense, path);
            }
        }
    }

    private static void EmitMode(SourceWriter w, EncoderPlan plan, Pooling mode, int firstColumn, SimdPath path)
    {
        string pooled = firstColumn == 0 ? "pooled" : $"pooled{firstColumn}";
        w.LineIf(firstColumn > 0, $"ref float {pooled} = ref Unsafe.Add(ref pooled, {firstColumn});");
        w.LineIf(mode == Pooling.LastToken, $"ref float last = ref Unsafe.Add(ref hidden, {plan.Offsets.Row("(tokens - 1)")});");
        using (w.Block($"for (nuint i = 0; i < {plan.HiddenColumns}; i += {path.Lanes})"))
        {
            EmitColumns(w, plan, mode, pooled, path);
        }
    }

    private static void EmitColumns(SourceWriter w, EncoderPlan plan, Pooling mode, string pooled, SimdPath path)
    {
        string v = path.Vector;
        if (mode is Pooling.Cls or Pooling.LastToken)
        {
            w.Line(path.Store(path.Load(mode == Pooling.Cls ? "hidden" : "last", "i", 0), pooled, "i", 0));
            return;
        }

        string name = mode == Pooling.Max ? "max" : "sum", next = $"{v}.LoadUnsafe(ref Unsafe.Add(ref hidden, {plan.Offsets.Row("token")}), i)";
        bool isPrompted = plan.Pooling.LeavesOutPrompts;
        w.Line($"{v}<float> {name} = {path.Load("hidden", "i", 0)}{(isPrompted && mode == Pooling.WeightedMean ? $" * {v}.Create((float)(prompt + 1))" : "")};");
        using (w.Block("for (int token = 1; token < tokens; token++)"))
        {
            w.Line(mode switch
            {
                Pooling.Max => $"max = {v}.Max(max, {next});",
                Pooling.WeightedMean => $"sum = {VectorText.Fused(v)}({next}, {v}.Create((float)({(isPrompted ? "prompt + token" : "token")} + 1)), sum);",
                _ => $"sum += {next};",
            });
        }

        w.Line();
        w.Line(path.Store(
            mode switch
            {
                Pooling.Max => "max",
                Pooling.MeanSqrtLen => $"sum / {v}.Create(MathF.Sqrt((float)tokens))",
                Pooling.WeightedMean => $"sum / {v}.Create((float)({(isPrompted ? "prompt * (long)tokens + " : "")}tokens * (tokens + 1L) / 2))",
                _ => $"sum / {v}.Create((float)tokens)",
            },
            pooled, "i", 0));
    }

    /// <summary>The modules one after another; each leaves its result where it took its input.</summary>
    private static void EmitModules(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        PoolingPlan pooling = plan.Pooling;
        int size = pooling.PooledSize;
        w.Summary("The pooled vector through the modules.");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void RunModules(ref float weights, ref float pooled, ref float next)"))
        {
            foreach (ModulePlan module in pooling.Modules)
            {
                w.LineIf(module != pooling.Modules[0], "");
                EmitModule(w, module, size, path);
                size = module.Dense is null ? size : ((DenseModule)module.Block).Layer.Out;
            }

            if (plan.Spec.Normalize)
            {
                w.Line();
                using (w.Block(""))
                {
                    EmitNormalize(w, Panel.Pad(size), path);
                }
            }
        }
    }

    private static void EmitModule(SourceWriter w, ModulePlan module, int size, SimdPath path)
    {
        if (module.Norm is { } norm)
        {
            w.Line($"{norm.Name}(1, ref pooled, ref pooled, {NormEmitter.Weights(norm, "weights", $"Weights.{module.Name}")});");
            return;
        }

        if (module.Dense is not { } dense)
        {
            using (w.Block(""))
            {
                EmitNormalize(w, Panel.Pad(size), path);
            }

            return;
        }

        string bias = dense.HasBias ? $"Weights.{module.Name}Bias" : "Weights.Zeros";
        w.Line($"{dense.Name}.Run(1, ref pooled, ref Unsafe.Add(ref weights, Weights.{module.Name}Panels), ref Unsafe.Add(ref weights, {bias}), ref next);");
        if (((DenseModule)module.Block).HasResidual)
        {
            using (w.Block($"for (nuint i = 0; i < {dense.Columns}; i += {path.Lanes})"))
            {
                w.Line(path.Store($"{path.Load("pooled", "i", 0)} + {path.Load("next", "i", 0)}", "pooled", "i", 0));
            }
        }
        else
        {
            w.Line($"MemoryMarshal.CreateReadOnlySpan(ref next, {dense.Columns}).CopyTo(MemoryMarshal.CreateSpan(ref pooled, {dense.Columns}));");
        }
    }

    private static void EmitNormalize(SourceWriter w, int columns, SimdPath path)
    {
        string v = path.Vector;
        w.Line(path.Declare("squares", $"{v}<float>.Zero"));
        using (w.Block($"for (nuint i = 0; i < {columns}; i += {Panel.Width})"))
        {
            foreach ((string part, int column) in path.Vectors())
            {
                w.Line($"{v}<float> p{part} = {path.Load("pooled", "i", column)};");
                w.Line($"squares{part} = {VectorText.Fused(v)}(p{part}, p{part}, squares{part});");
            }
        }

        w.Line();
        w.Comment("The lower bound keeps a vector of zeros what it is.");
        w.Line($"{v}<float> length = {v}.Create(MathF.Max(MathF.Sqrt({path.Functions}.SumLanes({path.Arguments("squares")})), 1e-12f));");
        using (w.Block($"for (nuint i = 0; i < {columns}; i += {path.Lanes})"))
        {
            w.Line(path.Store($"{path.Load("pooled", "i", 0)} / length", "pooled", "i", 0));
        }
    }
}
