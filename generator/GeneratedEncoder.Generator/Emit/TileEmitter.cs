using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The register tiles: every product of the encoder runs through these few methods.</summary>
internal static class TileEmitter
{
    public static IEnumerable<(string, string)> About(SimdPath path) =>
    [
        ("this file", $"y[rows, {Panel.Width}] = x[rows, k] * panel[k, {Panel.Width}] + bias: the tiles under every product"),
        ("panel", $"{Panel.Width} columns, one cache line for each k; weights are packed into panels once, at load"),
        ("tile", $"{path.TileRows} rows x {Panel.Width} columns, {path.Vector}: {path.TileRows * path.Parts.Length} accumulators + " +
            $"{path.Parts.Length} of the panel + 1 broadcast = {path.RegistersUsed} of {path.Registers} registers"),
        ("why", path.TileReason),
        ("prefetch", "while a panel is multiplied, the next one is fetched: weights are read once a call, and mostly not from a cache"),
        ("bits", "each element of y is one chain of fused multiply-adds in the order of k, whatever the tile"),
    ];

    public static void Emit(SourceWriter w, SimdPath path)
    {
        EmitProductInterface(w);
        w.Line();
        EmitRows(w, path);
        for (int rows = path.TileRows; rows >= 1; rows--)
        {
            w.Line();
            EmitTile(w, path, rows);
        }

        w.Line();
        EmitStore(w, path);
    }

    private static void EmitProductInterface(SourceWriter w) => w.Line("""
        /// <summary>A product's strides, in floats, as constants of its type: the JIT compiles a tile once for each product.</summary>
        private interface IProduct
        {
            /// <summary>From a row of x to the next.</summary>
            static abstract int XStride { get; }

            /// <summary>From a row of the panel to the next.</summary>
            static abstract int PanelStride { get; }

            /// <summary>From a row of y to the next.</summary>
            static abstract int YStride { get; }

            /// <summary>How far ahead of the panel to prefetch: the next panel's place, or 0 for none.</summary>
            static abstract int Ahead { get; }

            /// <summary>Whether the product is added to what y holds (a residual).</summary>
            static abstract bool AddsToY { get; }
        }
        """);

    private static void EmitRows(SourceWriter w, SimdPath path)
    {
        w.Summary($"One panel against any number of rows, in tiles of nearly equal height:\n{Example(path)}, since a low tile leaves the FMA units idle.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void Rows<TProduct>(int rows, int k, ref float x, ref float panel, ref float bias, ref float y)\n    where TProduct : struct, IProduct"))
        {
            w.Line($"int tiles = (rows + {path.TileRows - 1}) / {path.TileRows};");
            w.Line("(int height, int taller) = Math.DivRem(rows, tiles);");
            using (w.Block("for (int tile = 0; tile < tiles; tile++)"))
            {
                w.Line("int tileRows = tile < taller ? height + 1 : height;");
                using (w.Block("switch (tileRows)"))
                {
                    for (int rows = path.TileRows; rows >= 1; rows--)
                    {
                        w.Line($"case {rows}: {TileName(rows)}<TProduct>(k, ref x, ref panel, ref bias, ref y); break;");
                    }
                }

                w.Line();
                w.Line("x = ref Unsafe.Add(ref x, tileRows * TProduct.XStride);");
                w.Line("y = ref Unsafe.Add(ref y, tileRows * TProduct.YStride);");
            }
        }
    }

    private static string Example(SimdPath path)
    {
        int rows = 2 * path.TileRows + 4, tiles = (rows + path.TileRows - 1) / path.TileRows;
        return $"{rows} rows are {string.Join(" + ", Enumerable.Range(0, tiles).Select(t => rows / tiles + (t < rows % tiles ? 1 : 0)))}";
    }

    private static void EmitTile(SourceWriter w, SimdPath path, int rows)
    {
        w.Summary($"{rows} {(rows == 1 ? "row" : "rows")} of x times a panel.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void {TileName(rows)}<TProduct>(int k, ref float x, ref float panel, ref float bias, ref float y)\n    where TProduct : struct, IProduct"))
        {
            EmitStart(w, path, rows);
            w.Line();
            using (w.Block("for (; k > 0; k--)"))
            {
                EmitStep(w, path, rows);
            }

            w.Line();
            EmitEnd(w, path, rows);
        }
    }

    private static void EmitStart(SourceWriter w, SimdPath path, int rows)
    {
        w.Comment($"acc{{row}}{string.Join("|", path.Parts)}: a row's sums{Columns(path)}. They start from the bias.");
        foreach ((string part, int column) in path.Vectors())
        {
            w.Line($"{path.Vector}<float> acc0{part} = {path.Vector}.LoadUnsafe(ref bias{Offset(column)});");
        }

        for (int row = 1; row < rows; row++)
        {
            w.Line($"{path.Vector}<float> {string.Join(", ", path.Parts.Select(part => $"acc{row}{part} = acc0{part}"))};");
        }
    }

    private static string Columns(SimdPath path) =>
        path.Parts.Length == 1 ? "" : " in columns " + string.Join(" | ", path.Vectors().Select(v => $"{v.Column}-{v.Column + path.Lanes - 1}"));

    private static void EmitStep(SourceWriter w, SimdPath path, int rows)
    {
        foreach ((string part, int column) in path.Vectors())
        {
            w.Line($"{path.Vector}<float> w{part} = {path.Vector}.LoadUnsafe(ref panel{Offset(column)});");
        }

        for (int row = 0; row < rows; row++)
        {
            w.Line();
            w.Line($"{path.Vector}<float> x{row} = {path.Vector}.Create({(row == 0 ? "x" : $"Unsafe.Add(ref x, {Times(row, "TProduct.XStride")})")});");
            foreach (string part in path.Parts)
            {
                w.Line($"acc{row}{part} = {path.Vector}.FusedMultiplyAdd(x{row}, w{part}, acc{row}{part});");
            }
        }

        w.Line();
        using (w.Block("if (TProduct.Ahead > 0)"))
        {
            w.Line("Prefetch.ToL2(in Unsafe.Add(ref panel, TProduct.Ahead));");
        }

        w.Line();
        w.Line("x = ref Unsafe.Add(ref x, 1);");
        w.Line("panel = ref Unsafe.Add(ref panel, TProduct.PanelStride);");
    }

    private static void EmitEnd(SourceWriter w, SimdPath path, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            foreach ((string part, int column) in path.Vectors())
            {
                string offset = (row, column) switch
                {
                    (0, 0) => "ref y",
                    (0, _) => $"ref Unsafe.Add(ref y, {column})",
                    (_, 0) => $"ref Unsafe.Add(ref y, {Times(row, "TProduct.YStride")})",
                    _ => $"ref Unsafe.Add(ref y, {Times(row, "TProduct.YStride")} + {column})",
                };
                w.Line($"Store<TProduct>(acc{row}{part}, {offset});");
            }
        }
    }

    private static void EmitStore(SourceWriter w, SimdPath path) => w.Line($$"""
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<TProduct>({{path.Vector}}<float> sums, ref float y)
            where TProduct : struct, IProduct
        {
            if (TProduct.AddsToY)
            {
                sums = {{path.Vector}}.LoadUnsafe(ref y) + sums;
            }

            sums.StoreUnsafe(ref y);
        }
        """);

    private static string TileName(int rows) => $"Tile{rows}x{Panel.Width}";

    private static string Times(int factor, string term) => factor == 1 ? term : $"{factor} * {term}";

    private static string Offset(int column) => column == 0 ? "" : $", {column}";
}
