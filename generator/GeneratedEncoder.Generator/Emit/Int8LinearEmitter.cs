using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>A product of rows of eight bits with weights of eight bits: who makes its rows, the walk over its panels, and what becomes of the result.</summary>
internal static class Int8LinearEmitter
{
    public static void EmitStrides(SourceWriter w, LinearPlan linear) => w
        .Line($"public static int Blocks => {linear.Blocks};")
        .Line($"public static int XStride => {linear.QuantisedStride};")
        .Line($"public static int PanelFloats => {linear.PanelFloats};")
        .Line($"public static int YStride => {linear.TileYStride};")
        .Line($"public static bool AddsToY => {(linear.Epilogue == Epilogue.Residual ? "true" : "false")};");

    public static void EmitRun(SourceWriter w, EncoderPlan plan, LinearPlan linear, SimdPath path)
    {
        string inputs = linear.TakesInt8 ? "ref byte x, ref float scales" : "ref float x", outputs = linear.MakesInt8 ? "ref byte y, ref float yScales" : "ref float y";
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Run(int rows, {inputs}, ref float panels, ref float {LinearEmitter.Start(linear)}, {outputs}{(linear.Epilogue == Epilogue.Heads ? ", int headLength" : "")}, ref float own)"))
        {
            w.Line("ref float sums = ref Unsafe.Add(ref own, Own.TileSums);");
            if (!linear.TakesInt8)
            {
                w.Line("ref byte quantised = ref Unsafe.As<float, byte>(ref Unsafe.Add(ref own, Own.Quantised));");
                w.Line("ref float scales = ref Unsafe.Add(ref own, Own.Scales);");
                w.Line($"{path.Quantisation}.Rows(rows, K, {linear.XStride}, XStride, Blocks, ref x, ref quantised, ref scales);");
            }

            if (linear.MakesInt8)
            {
                EmitBlocks(w, plan, linear, path);
                return;
            }

            using (w.Block($"for (int column = 0; column < {linear.Columns}; column += {Panel.Width})"))
            {
                w.Comment(Cache(linear, 1));
                w.Line(Tiles(linear, path, "column", $"ref Unsafe.Add(ref y, {(linear.Epilogue == Epilogue.Heads ? plan.Offsets.HeadOffset("column") : "column")})"));
            }
        }
    }

    /// <summary>A block of columns of the next product's input at a time: computed, activated, and made eight bits.</summary>
    private static void EmitBlocks(SourceWriter w, EncoderPlan plan, LinearPlan linear, SimdPath path)
    {
        const int block = Int8Layout.BlockInputs;
        bool isGated = linear.Epilogue == Epilogue.Gated;
        LinearPlan next = plan.FeedForward.Down;
        int columns = isGated ? linear.Columns / 2 : linear.Columns;
        w.Line("ref float strip = ref Unsafe.Add(ref own, Own.Strip);");
        w.LineIf(isGated, "ref float gates = ref Unsafe.Add(ref own, Own.Gates);");
        using (w.Block($"for (int column = 0; column < {columns}; column += {block})"))
        {
            w.LineIf(columns % block != 0, $"int end = Math.Min(column + {block}, {columns});");
            string end = columns % block == 0 ? $"column + {block}" : "end", width = columns % block == 0 ? $"{block}" : "end - column";
            using (w.Block($"for (int part = column; part < {end}; part += {Panel.Width})"))
            {
                w.Comment(Cache(linear, isGated ? 2 : 1));
                if (isGated)
                {
                    w.Line(Tiles(linear, path, "2 * part", "ref gates"));
                    w.Line(Tiles(linear, path, $"2 * part + {Panel.Width}", $"ref Unsafe.Add(ref gates, {Panel.Width})"));
                    w.Line($"Gate(rows, ref gates, ref Unsafe.Add(ref strip, {OffsetPlan.StripColumn}));");
                }
                else
                {
                    w.Line(Tiles(linear, path, "part", $"ref Unsafe.Add(ref strip, {OffsetPlan.StripColumn})"));
                }
            }

            w.Line();
            w.LineIf(!isGated, $"Activate(rows, {(columns % block == 0 ? width : $"(nuint)({width})")}, ref strip);");
            string inputs = next.K % block == 0 ? $"{block}" : $"Math.Min({block}, {next.K} - column)";
            w.Line($"{path.Quantisation}.Rows(rows, {inputs}, {linear.YStride}, {next.QuantisedStride}, {next.Blocks}, ref strip, ref Unsafe.Add(ref y, column), ref Unsafe.Add(ref yScales, {OffsetPlan.BlockScale(next)}));");
        }
    }

    private static string Cache(LinearPlan linear, int panels) =>
        $"{(panels == 1 ? "The panel's" : "A panel that is activated and one that multiplies it:")} {Units.Kibibytes(panels * linear.PanelBytes)} come from {linear.PanelCache(panels)} for all row tiles but the first.";

    /// <summary>The call of the tiles for a panel.</summary>
    private static string Tiles(LinearPlan linear, SimdPath path, string column, string y) =>
        $"{path.TilesOf(linear.Format)}.Rows{Panel.Width}<{linear.Name}>(rows, ref {(linear.TakesInt8 ? "x" : "quantised")}, ref scales, " +
        $"ref Unsafe.Add(ref panels, {OffsetPlan.Int8Panel(linear, column)}), {(linear.HasBias ? $"ref Unsafe.Add(ref bias, {column})" : "ref zeros")}, {y}, ref sums);";
}
