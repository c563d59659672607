using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>A product of activations with packed weights: a type that carries its strides, and the walk over its panels.</summary>
internal static class LinearEmitter
{
    public static void Emit(SourceWriter w, EncoderPlan plan, LinearPlan linear, SimdPath path)
    {
        bool isInt8 = linear.Format == WeightFormat.Int8;
        w.Summary(Summary(linear));
        using (w.Block($"private readonly struct {linear.Name} : {(isInt8 ? "IInt8Product" : $"{path.TilesOf(linear.Format)}.IProduct")}"))
        {
            w.LineIf(!linear.TakesInt8, $"private const int K = {linear.K};");
            w.LineIf(!linear.TakesInt8, "");
            if (isInt8)
            {
                Int8LinearEmitter.EmitStrides(w, linear);
            }
            else
            {
                EmitStrides(w, path, linear.Strides(path.TilePanels), linear);
            }

            w.Line();
            if (isInt8)
            {
                Int8LinearEmitter.EmitRun(w, plan, linear, path);
            }
            else
            {
                EmitRun(w, plan, linear, path);
            }

            if (linear.Float32Columns > 0)
            {
                w.Line();
                EmitQueries(w, linear, path);
            }

            if (linear.Epilogue == Epilogue.Heads)
            {
                w.Line();
                EmitHeadOffset(w, plan, linear);
            }
            else if (linear.Epilogue == Epilogue.Activation)
            {
                w.Line();
                EmitActivate(w, linear, path);
            }
            else if (linear.Epilogue == Epilogue.Gated)
            {
                w.Line();
                EmitGate(w, linear, path);
            }
        }
    }

    /// <summary>The constants of a product whose weights may be narrow.</summary>
    private static void EmitStrides(SourceWriter w, SimdPath path, ProductStrides strides, LinearPlan linear)
    {
        w.LineIf(linear.Format != WeightFormat.Float32, $"private const int PanelFloats = {linear.PanelFloats};");
        w.LineIf(linear.Format != WeightFormat.Float32, "");
        EmitStrides(w, path, strides);
    }

    /// <summary>The constants that make a type a product.</summary>
    public static void EmitStrides(SourceWriter w, SimdPath path, ProductStrides strides) => w
        .Line($"public static int XStride => {strides.X};")
        .Line($"public static int PanelStride => {strides.Panel};")
        .Line($"public static int YStride => {strides.Y};")
        .LineIf(path.TilePanels > 1, $"public static int NextPanel => {strides.NextPanel};")
        .LineIf(path.Prefetches, $"public static int Ahead => {strides.Ahead};")
        .Line($"public static bool AddsToY => {(strides.AddsToY ? "true" : "false")};");

    private static string Summary(LinearPlan linear)
    {
        string bias = linear.HasBias ? " + b" : "", product = $"x[rows, {linear.K}] W{bias}";
        string format = linear.Format switch
        {
            WeightFormat.BFloat16 => ". W is held in 16 bits",
            WeightFormat.Int8 => (linear.TakesInt8, linear.MakesInt8) switch
            {
                (true, _) => ". W is held in eight bits, and x comes in them",
                (_, true) => ". W is held in eight bits, and both x and y are made such",
                _ => ". W is held in eight bits, and x is made such",
            },
            _ => "",
        };
        string equation = linear.Epilogue switch
        {
            Epilogue.Activation => $"y[rows, {linear.Columns}] = {linear.Activation}({product})",
            Epilogue.Gated => $"y[rows, {linear.Columns / 2}] = {linear.Activation}(x[rows, {linear.K}] W{bias}) * (x V{(linear.HasBias ? " + c" : "")}), of which W's and V's panels take turns",
            Epilogue.Residual => $"y[rows, {linear.Columns}] += {product}",
            Epilogue.Bias => $"y[rows, {linear.Columns}] = {product}",
            _ => $"y[columns / {linear.YStride}][rows][{linear.YStride}] = {product}, {linear.Columns} columns in all",
        };
        return $"{char.ToUpperInvariant(linear.Purpose[0])}{linear.Purpose.Substring(1)}: {equation}{format}.";
    }

    private static void EmitRun(SourceWriter w, EncoderPlan plan, LinearPlan linear, SimdPath path)
    {
        bool byHead = linear.Epilogue == Epilogue.Heads;
        string outputs = linear.Epilogue == Epilogue.Gated ? "ref float gates, ref float y" : "ref float y";
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Run(int rows, ref float x, ref float panels, ref float {Start(linear)}, {outputs}{(byHead ? ", int headLength" : "")})"))
        {
            if (linear.Epilogue == Epilogue.Gated)
            {
                EmitGatedColumns(w, linear, path);
                return;
            }

            if (linear.Float32Columns > 0)
            {
                w.Comment("The columns of queries are float32: what is folded into them is not rounded.");
                EmitSection(w, plan, linear.Float32Part, path, 0, linear.Float32Columns, "Queries", "panels");
                w.Line();
                w.Line($"ref float narrow = ref Unsafe.Add(ref panels, {linear.FloatsOf(linear.Float32Columns)});");
                EmitSection(w, plan, linear, path, linear.Float32Columns, linear.Columns, linear.Name, "narrow");
                return;
            }

            EmitSection(w, plan, linear, path, 0, linear.Columns, linear.Name, "panels");
        }
    }

    private static void EmitQueries(SourceWriter w, LinearPlan linear, SimdPath path)
    {
        w.Summary("The same product over the columns of queries.");
        using (w.Block($"private readonly struct Queries : {path.Tiles}.IProduct"))
        {
            EmitStrides(w, path, linear.Float32Part.Strides(path.TilePanels));
        }
    }

    private static void EmitSection(SourceWriter w, EncoderPlan plan, LinearPlan linear, SimdPath path, int first, int end, string product, string weights)
    {
        int panels = path.TilePanels, wide = panels * Panel.Width, whole = first + (end - first) / wide * wide;
        if (whole > first)
        {
            using (w.Block($"for (int column = {first}; column < {whole}; column += {wide})"))
            {
                w.Comment($"{(panels == 1 ? "The panel's" : "The two panels'")} {Units.Kibibytes(linear.PanelBytes * panels)} come from {linear.PanelCache(panels)} for all row tiles but the first.");
                EmitColumns(w, plan, linear, path, "column", panels, product, weights);
            }
        }

        for (int column = whole; column < end; column += Panel.Width)
        {
            w.LineIf(whole > first, "");
            w.Comment("A last panel without a partner.");
            using (w.Block(""))
            {
                EmitColumns(w, plan, linear, path, $"{column}", 1, product, weights);
            }
        }
    }

    private static void EmitColumns(SourceWriter w, EncoderPlan plan, LinearPlan linear, SimdPath path, string column, int panels, string product, string weights)
    {
        bool byHead = linear.Epilogue == Epilogue.Heads;
        int wide = panels * Panel.Width;
        w.Line($"ref float strip = ref Unsafe.Add(ref y, {(byHead ? plan.Offsets.HeadOffset(column) : column)});");
        if (panels > 1)
        {
            w.Line(byHead
                ? $"int nextY = {plan.Offsets.HeadOffset($"{column} + {Panel.Width}") - plan.Offsets.HeadOffset(column)};"
                : $"const int nextY = {Panel.Width};");
        }

        Offset panel = linear.Float32Columns > 0 ? OffsetPlan.NarrowPanel(linear, column) : OffsetPlan.PanelOf(linear, column);
        w.Line(Tiles(linear, path, product, panels, $"ref Unsafe.Add(ref {weights}, {panel})", linear.HasBias ? $"ref Unsafe.Add(ref bias, {column})" : "ref zeros", "ref strip", "nextY"));
        w.LineIf(linear.Epilogue == Epilogue.Activation, $"Activate(rows, {wide}, ref strip);");
    }

    /// <summary>The call of the tiles.</summary>
    private static string Tiles(LinearPlan linear, SimdPath path, string product, int panels, string weights, string bias, string y, string nextY) =>
        $"{path.TilesOf(linear.Format)}.Rows{panels * Panel.Width}<{product}>(rows, K, ref x, {weights}, {bias}, {y}{(panels > 1 ? $", {nextY}" : "")});";

    /// <summary>What a product's sums start from: its bias, or zeros that stay where they are.</summary>
    public static string Start(LinearPlan linear) => linear.HasBias ? "bias" : "zeros";

    /// <summary>A panel of either half at a time, into memory of its own, from where their product goes to y.</summary>
    private static void EmitGatedColumns(SourceWriter w, LinearPlan linear, SimdPath path)
    {
        int tilePanels = path.TilePanels;
        using (w.Block($"for (int column = 0; column < {linear.Columns}; column += {LinearPlan.GateColumns})"))
        {
            w.Comment($"A panel that is activated and one that multiplies it: {Units.Kibibytes(2 * linear.PanelBytes)}, from {linear.PanelCache(2)} for all row tiles but the first.");
            for (int panel = 0; panel < 2; panel += tilePanels)
            {
                string Part(string start) => panel == 0 ? $"ref {start}" : $"ref Unsafe.Add(ref {start}, {Panel.Width})";
                string panels = panel == 0 ? $"ref Unsafe.Add(ref panels, {OffsetPlan.PanelOf(linear, "column")})" : $"ref Unsafe.Add(ref panels, {OffsetPlan.PanelOf(linear, $"(column + {Panel.Width})")})";
                string bias = !linear.HasBias ? "ref zeros" : panel == 0 ? "ref Unsafe.Add(ref bias, column)" : $"ref Unsafe.Add(ref bias, {OffsetPlan.GateColumn(linear)})";
                w.Line(Tiles(linear, path, linear.Name, tilePanels, panels, bias, Part("gates"), $"{Panel.Width}"));
            }

            w.Line($"Gate(rows, ref gates, ref Unsafe.Add(ref y, {OffsetPlan.GatedColumn(linear)}));");
        }
    }

    private static void EmitGate(SourceWriter w, LinearPlan linear, SimdPath path)
    {
        w.Summary("The activated panel times the other one, which are still in L1, to their columns of y.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void Gate(int rows, ref float gates, ref float y)"))
        {
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                foreach ((_, int column) in path.Vectors())
                {
                    w.Line($"{path.Vector}.StoreUnsafe({path.Functions}.{linear.Activation}({path.Vector}.LoadUnsafe(ref gates{At(column)})) * {path.Vector}.LoadUnsafe(ref gates, {column + Panel.Width}), ref y{At(column)});");
                }

                w.Line($"gates = ref Unsafe.Add(ref gates, {LinearPlan.GateColumns});");
                w.Line($"y = ref Unsafe.Add(ref y, {linear.YStride});");
            }
        }
    }

    private static string At(int column) => column == 0 ? "" : $", {column}";

    private static void EmitHeadOffset(SourceWriter w, EncoderPlan plan, LinearPlan linear)
    {
        w.Summary("Where a panel's columns go: each head's queries, keys and values are a matrix of their own.");
        w.Line(Attributes.Inline);
        w.Line("private static int HeadOffset(int column, int headLength) =>");
        w.Line($"    {(linear.YStride == Panel.Width ? plan.Offsets.HeadColumn : plan.Offsets.HeadColumnInside).Int};");
    }

    private static void EmitActivate(SourceWriter w, LinearPlan linear, SimdPath path)
    {
        w.Summary("The activation, over the strip of columns just computed, which is still in L1.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void Activate(int rows, nuint columns, ref float strip)"))
        {
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                using (w.Block($"for (nuint column = 0; column < columns; column += {Panel.Width})"))
                {
                    foreach ((_, int column) in path.Vectors())
                    {
                        w.Line(path.Store($"{path.Functions}.{linear.Activation}({path.Load("strip", "column", column)})", "strip", "column", column));
                    }
                }

                w.Line();
                w.Line($"strip = ref Unsafe.Add(ref strip, {OffsetPlan.NextRow(linear)});");
            }
        }
    }
}
