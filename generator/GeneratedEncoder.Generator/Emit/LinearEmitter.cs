using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>A product of activations with packed weights: a type that carries its strides, and the walk over its panels.</summary>
internal static class LinearEmitter
{
    public static void Emit(SourceWriter w, LinearPlan linear, HiddenAct act, SimdPath path)
    {
        w.Summary(Summary(linear, act));
        using (w.Block($"private readonly struct {linear.Name} : IProduct"))
        {
            w.Line($"private const int K = {linear.K};");
            w.Line($"private const int Columns = {linear.Columns};");
            w.Line();
            EmitStrides(w, linear);
            w.Line();
            EmitRun(w, linear, act, path);
        }
    }

    /// <summary>The four constants that make a type a product.</summary>
    public static void EmitStrides(SourceWriter w, int x, int panel, int y, int ahead, bool addsToY) => w
        .Line($"public static int XStride => {x};")
        .Line($"public static int PanelStride => {panel};")
        .Line($"public static int YStride => {y};")
        .Line($"public static int Ahead => {ahead};")
        .Line($"public static bool AddsToY => {(addsToY ? "true" : "false")};");

    private static void EmitStrides(SourceWriter w, LinearPlan linear) =>
        EmitStrides(w, linear.XStride, Panel.Width, linear.YStride, linear.PrefetchAhead, linear.Epilogue == Epilogue.Residual);

    private static string Summary(LinearPlan linear, HiddenAct act)
    {
        string product = $"x[rows, {linear.K}] W + b";
        string equation = linear.Epilogue switch
        {
            Epilogue.Activation => $"y[rows, {linear.Columns}] = {act}({product})",
            Epilogue.Residual => $"y[rows, {linear.Columns}] += {product}",
            _ => $"y[columns / {linear.YStride}][rows][{linear.YStride}] = {product}, {linear.Columns} columns in all",
        };
        return $"{char.ToUpperInvariant(linear.Purpose[0])}{linear.Purpose.Substring(1)}: {equation}.";
    }

    private static void EmitRun(SourceWriter w, LinearPlan linear, HiddenAct act, SimdPath path)
    {
        bool byHead = linear.Epilogue == Epilogue.Bias;
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Run(int rows, ref float x, ref float panels, ref float bias, ref float y{(byHead ? ", int headLength" : "")})"))
        {
            using (w.Block($"for (int column = 0; column < Columns; column += {Panel.Width})"))
            {
                w.Comment($"The panel's {Units.Kibibytes(linear.PanelBytes)} come from {linear.PanelCache} for all row tiles but the first.");
                string y = byHead ? "ref HeadColumn(ref y, column, headLength)" : "ref Unsafe.Add(ref y, column)";
                w.Line($"ref float strip = {y};");
                w.Line($"Rows<{linear.Name}>(rows, K, ref x, ref Unsafe.Add(ref panels, column * K), ref Unsafe.Add(ref bias, column), ref strip);");
                w.LineIf(linear.Epilogue == Epilogue.Activation, "Activate(rows, ref strip);");
            }
        }

        if (byHead)
        {
            w.Line();
            EmitHeadColumn(w, linear);
        }
        else if (linear.Epilogue == Epilogue.Activation)
        {
            w.Line();
            EmitActivate(w, act, path);
        }
    }

    private static void EmitHeadColumn(SourceWriter w, LinearPlan linear)
    {
        w.Summary("Where a panel's columns go: each head's queries, keys and values are a matrix of their own.");
        w.Line(Attributes.Inline);
        w.Line("private static ref float HeadColumn(ref float y, int column, int headLength) =>");
        w.Line(linear.YStride == Panel.Width
            ? $"    ref Unsafe.Add(ref y, column / {linear.YStride} * headLength);"
            : $"    ref Unsafe.Add(ref y, column / {linear.YStride} * headLength + column % {linear.YStride});");
    }

    private static void EmitActivate(SourceWriter w, HiddenAct act, SimdPath path)
    {
        w.Summary("The activation, over the strip of columns just computed, which is still in L1.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void Activate(int rows, ref float strip)"))
        {
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                foreach ((_, int column) in path.Vectors())
                {
                    string place = column == 0 ? "ref strip" : $"ref strip, {column}";
                    w.Line($"{act}({path.Vector}.LoadUnsafe({place})).StoreUnsafe({place});");
                }

                w.Line("strip = ref Unsafe.Add(ref strip, YStride);");
            }
        }
    }
}
