using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The register tiles: every product of every encoder runs through these few methods.</summary>
internal static class TileEmitter
{
    public static IEnumerable<(string, string)> About(SimdPath path) => About(
        path, "one cache line for each k", $"{path.Parts.Length * path.TilePanels} of the panel{(path.TilePanels > 1 ? "s" : "")} + 1 broadcast = {path.RegistersUsed} of {path.Registers}");

    /// <summary>What the header says of tiles whose weights are held in 16 bits.</summary>
    public static IEnumerable<(string, string)> AboutBFloat16(SimdPath path)
    {
        int words = path.Parts.Length * path.TilePanels;
        return About(path, "one cache line for every two k", $"{words} words of the panel{(path.TilePanels > 1 ? "s" : "")} + {words} of their weights + 1 broadcast = {path.RegistersUsed + words} of {path.Registers}")
            .Append(("weights", "16 bits each, a float32 without its lower half; a word of 32 bits has those of k and k + 1"));
    }

    private static IEnumerable<(string, string)> About(SimdPath path, string lines, string registers) =>
    [
        ("this file", $"y[rows, {Width(path.TilePanels)}] = x[rows, k] * panels[k, {Width(path.TilePanels)}] + bias: the tiles under every product"),
        ("panel", $"{Panel.Width} columns, {lines}; weights are packed into panels once, at load"),
        ("tile", $"{path.TileRows} rows x {Width(path.TilePanels)} columns, {path.Vector}: {path.Accumulators} accumulators + {registers} registers"),
        ("why", path.TileReason),
        .. path.Prefetches
            ? new[] { ("prefetch", "while panels are multiplied, the next ones are fetched, each line once: weights are read once a call, and mostly not from a cache") }
            : [],
        ("bits", "each element of y is one chain of fused multiply-adds in the order of k, whatever the tile"),
    ];

    public static void Emit(SourceWriter w, SimdPath path, WeightFormat format = WeightFormat.Float32)
    {
        EmitProductInterface(w, path);
        w.Line();
        EmitStore(w, path);
        if (path.FusedTest is { } test && format == WeightFormat.Float32)
        {
            w.Line();
            w.Summary("Whether the machine has fused multiply-add. A constant to the JIT.");
            w.Line($"private static bool IsFused => {test};");
            w.Line();
            ScalarTileEmitter.Emit(w, path);
        }

        for (int panels = path.TilePanels; panels >= 1; panels--)
        {
            w.Line();
            EmitRows(w, path, panels, format);
            for (int rows = path.RowsOf(panels); rows >= 1; rows--)
            {
                w.Line();
                EmitTile(w, path, rows, panels, format);
            }
        }
    }

    private static int Width(int panels) => panels * Panel.Width;

    private static void EmitProductInterface(SourceWriter w, SimdPath path)
    {
        w.Summary("A product's strides, in floats, as constants of its type: the JIT compiles a tile once for each product.");
        using (w.Block("internal interface IProduct"))
        {
            w.Line("""
                /// <summary>From a row of x to the next.</summary>
                static abstract int XStride { get; }

                /// <summary>From a row of a panel to the next.</summary>
                static abstract int PanelStride { get; }

                /// <summary>From a row of y to the next.</summary>
                static abstract int YStride { get; }

                """);
            if (path.TilePanels > 1)
            {
                w.Line("""
                    /// <summary>From a panel to the next.</summary>
                    static abstract int NextPanel { get; }

                    """);
            }

            if (path.Prefetches)
            {
                w.Line("""
                    /// <summary>From a tile's first panel to the panels after it, which are prefetched meanwhile; 0 for none.</summary>
                    static abstract int Ahead { get; }

                    """);
            }

            w.Line("""
                /// <summary>Whether the product is added to what y holds (a residual).</summary>
                static abstract bool AddsToY { get; }
                """);
        }
    }

    /// <summary>A tile's parameters after its k; a tile of two panels is told where the second one's columns of y are.</summary>
    private static string Parameters(int panels) => "ref float x, ref float panel, ref float bias, ref float y" + (panels > 1 ? ", nint nextY" : "");

    /// <summary>Floats of memory that a step of k takes of so many panels.</summary>
    private static int StepFloats(int panels, WeightFormat format) => format == WeightFormat.BFloat16 ? Width(panels) / 2 : Width(panels);

    private static void EmitRows(SourceWriter w, SimdPath path, int panels, WeightFormat format)
    {
        string what = panels == 1 ? "One panel" : "Two panels, their columns of y <paramref name=\"nextY\"/> floats apart,";
        w.Summary($"{what} against any number of rows, in tiles of nearly equal height:\n{Example(path, panels)}, since a low tile leaves the FMA units idle.");
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Rows{Width(panels)}<TProduct>(int rows, int k, {Parameters(panels)})\n    where TProduct : struct, IProduct"))
        {
            if (path.FusedTest is not null && format == WeightFormat.Float32)
            {
                using (w.Block("if (!IsFused)"))
                {
                    w.Line("ScalarRows<TProduct>(rows, k, ref x, ref panel, ref bias, ref y);");
                    w.Line("return;");
                }

                w.Line();
            }

            EmitTileCount(w, path, panels);
            w.Line("(int height, int taller) = Math.DivRem(rows, tiles);");
            if (path.Prefetches)
            {
                EmitPrefetchShare(w, path, panels, format);
            }

            using (w.Block("for (int tile = 0; tile < tiles; tile++)"))
            {
                w.Line("int tileRows = tile < taller ? height + 1 : height;");
                using (w.Block("switch (tileRows)"))
                {
                    string arguments = "k, ref x, ref panel, ref bias, ref y" + (panels > 1 ? ", nextY" : "") + (path.Prefetches ? ", ref next, ahead" : "");
                    for (int rows = path.RowsOf(panels); rows >= 1; rows--)
                    {
                        w.Line($"case {rows}: {TileName(rows, panels)}<TProduct>({arguments}); break;");
                    }
                }

                w.Line();
                w.Line($"x = ref Unsafe.Add(ref x, {path.Offsets.NextX});");
                w.Line($"y = ref Unsafe.Add(ref y, {path.Offsets.NextY});");
                if (path.Prefetches)
                {
                    EmitPrefetchNext(w, path);
                }
            }
        }
    }

    /// <summary>How far each step of k gets in the panels that come next, so that all tiles together fetch them once.</summary>
    private static void EmitPrefetchShare(SourceWriter w, SimdPath path, int panels, WeightFormat format)
    {
        string step = path.KStep == 1 ? "each step of k" : $"every {path.KStep} steps of k";
        w.Line();
        w.Comment($"The panels that come next are fetched at an even pace meanwhile: {step} moves on by so many floats.");
        w.Line($"int ahead = ({path.KStep * StepFloats(panels, format)} + tiles - 1) / tiles;");
        w.Line($"ref float next = ref Unsafe.Add(ref panel, {path.Offsets.FirstPrefetch});");
    }

    private static void EmitPrefetchNext(SourceWriter w, SimdPath path)
    {
        using (w.Block("if (TProduct.Ahead > 0)"))
        {
            w.Line($"next = ref Unsafe.Add(ref next, {path.Offsets.TilePrefetch});");
        }
    }

    private static void EmitTileCount(SourceWriter w, SimdPath path, int panels)
    {
        if (path.RowLimit is null)
        {
            w.Line($"int tiles = (rows + {path.RowsOf(panels) - 1}) / {path.RowsOf(panels)};");
            return;
        }

        w.Line($"int most = {path.RowLimit}; // a constant to the JIT");
        w.Line("int tiles = (rows + most - 1) / most;");
    }

    private static string Example(SimdPath path, int panels)
    {
        int most = path.RowsOf(panels), rows = most + 4, tiles = (rows + most - 1) / most;
        return $"{rows} rows are {string.Join(" + ", Enumerable.Range(0, tiles).Select(t => rows / tiles + (t < rows % tiles ? 1 : 0)))}";
    }

    private static void EmitTile(SourceWriter w, SimdPath path, int rows, int panels, WeightFormat format)
    {
        w.Summary($"{rows} {(rows == 1 ? "row" : "rows")} of x times {(panels == 1 ? "a panel" : "two panels")}.");
        w.Line(Attributes.Kernel);
        string prefetch = path.Prefetches ? ", ref float next, int ahead" : "";
        using (w.Block($"private static void {TileName(rows, panels)}<TProduct>(int k, {Parameters(panels)}{prefetch})\n    where TProduct : struct, IProduct"))
        {
            EmitStart(w, path, rows, panels);
            w.Line();
            EmitLoop(w, path, rows, panels, format);
            w.Line();
            EmitEnd(w, path, rows, panels);
        }
    }

    private static void EmitStart(SourceWriter w, SimdPath path, int rows, int panels)
    {
        TileVector[] vectors = [.. path.TileVectors(panels)];
        string columns = vectors.Length == 1 ? "" : " in columns " + string.Join(" | ", vectors.Select(v => $"{Column(v)}-{Column(v) + path.Lanes - 1}"));
        w.Comment($"acc{{row}}{string.Join("|", vectors.Select(v => v.Part))}: a row's sums{columns}. They start from the bias.");
        foreach (TileVector vector in vectors)
        {
            w.Line($"{path.Vector}<float> acc0{vector.Part} = {path.Vector}.LoadUnsafe(ref bias{Offset(Column(vector))});");
        }

        for (int row = 1; row < rows; row++)
        {
            w.Line($"{path.Vector}<float> {string.Join(", ", vectors.Select(v => $"acc{row}{v.Part} = acc0{v.Part}"))};");
        }
    }

    /// <summary>A vector's first column in the tile.</summary>
    private static int Column(TileVector vector) => vector.Panel * Panel.Width + vector.Column;

    private static void EmitLoop(SourceWriter w, SimdPath path, int rows, int panels, WeightFormat format)
    {
        if (format == WeightFormat.BFloat16)
        {
            BFloat16LoopEmitter.Emit(w, path, rows, panels, () =>
            {
                if (path.Prefetches)
                {
                    EmitPrefetch(w, path, path.KStep * StepFloats(panels, format));
                }
            });
            return;
        }

        using (w.Block(path.KStep == 1 ? "for (; k > 0; k--)" : $"for (; k >= {path.KStep}; k -= {path.KStep})"))
        {
            for (int step = 0; step < path.KStep; step++)
            {
                if (path.KStep == 1)
                {
                    EmitStep(w, path, rows, panels, step);
                    continue;
                }

                using (w.Block(""))
                {
                    EmitStep(w, path, rows, panels, step);
                }

                w.Line();
            }

            w.LineIf(path.KStep == 1, "");
            if (path.Prefetches)
            {
                EmitPrefetch(w, path, path.KStep * StepFloats(panels, format));
            }

            EmitAdvance(w, path, path.KStep);
        }

        if (path.KStep > 1)
        {
            w.Line();
            using (w.Block("for (; k > 0; k--)"))
            {
                EmitStep(w, path, rows, panels, 0);
                w.Line();
                EmitAdvance(w, path, 1);
            }
        }
    }

    private static void EmitStep(SourceWriter w, SimdPath path, int rows, int panels, int step)
    {
        TileVector[] vectors = [.. path.TileVectors(panels)];
        foreach (TileVector vector in vectors)
        {
            string panel = path.Offsets.PanelVector(step, vector) is { } place ? $"ref Unsafe.Add(ref panel, {place})" : "ref panel";
            w.Line($"{path.Vector}<float> w{vector.Part} = {path.Vector}.LoadUnsafe({panel}{Offset(vector.Column)});");
        }

        EmitRows(w, path, rows, vectors, step, spaced: path.KStep == 1, $"{path.Vector}.FusedMultiplyAdd");
    }

    /// <summary>Each row's element of x, times a step's vectors.</summary>
    public static void EmitRows(SourceWriter w, SimdPath path, int rows, TileVector[] vectors, int step, bool spaced, string fused)
    {
        for (int row = 0; row < rows; row++)
        {
            string x = path.Offsets.Element(row, step) is { } place ? $"Unsafe.Add(ref x, {place})" : "x";
            w.LineIf(spaced, "");
            w.Line($"{path.Vector}<float> x{row} = {path.Vector}.Create({x});");
            foreach (TileVector vector in vectors)
            {
                w.Line($"acc{row}{vector.Part} = {fused}(x{row}, w{vector.Part}, acc{row}{vector.Part});");
            }
        }
    }

    private static void EmitPrefetch(SourceWriter w, SimdPath path, int bodyFloats)
    {
        using (w.Block("if (TProduct.Ahead > 0)"))
        {
            w.Line("Prefetch.Line(in next);");
            for (int lines = 1; 2 * lines * Panel.Width <= bodyFloats; lines *= 2)
            {
                using (w.Block($"if (ahead > {lines * Panel.Width})"))
                {
                    for (int line = lines; line < 2 * lines; line++)
                    {
                        w.Line($"Prefetch.Line(in Unsafe.Add(ref next, {line * Panel.Width}));");
                    }
                }

                w.Line();
            }

            w.Line($"next = ref Unsafe.Add(ref next, {path.Offsets.NextPrefetch});");
        }

        w.Line();
    }

    private static void EmitAdvance(SourceWriter w, SimdPath path, int steps) => w
        .Line($"x = ref Unsafe.Add(ref x, {steps});")
        .Line($"panel = ref Unsafe.Add(ref panel, {path.Offsets.PanelRow(steps)});");

    private static void EmitEnd(SourceWriter w, SimdPath path, int rows, int panels)
    {
        if (panels > 1)
        {
            w.Line("ref float yR = ref Unsafe.Add(ref y, nextY);");
        }

        for (int row = 0; row < rows; row++)
        {
            foreach (TileVector vector in path.TileVectors(panels))
            {
                string y = vector.Panel == 0 ? "y" : "yR";
                w.Line($"Store<TProduct>(acc{row}{vector.Part}, {(path.Offsets.Result(row, vector) is { } place ? $"ref Unsafe.Add(ref {y}, {place})" : $"ref {y}")});");
            }
        }
    }

    private static void EmitStore(SourceWriter w, SimdPath path) => w.Line($$"""
        /// <summary>A vector of sums into y, or added to what stands there.</summary>
        {{Attributes.Inline}}
        private static void Store<TProduct>({{path.Vector}}<float> sums, ref float y)
            where TProduct : struct, IProduct
        {
            if (TProduct.AddsToY)
            {
                sums = {{path.Vector}}.LoadUnsafe(ref y) + sums;
            }

            {{path.Vector}}.StoreUnsafe(sums, ref y);
        }
        """);

    private static string TileName(int rows, int panels) => $"Tile{rows}x{Width(panels)}";

    private static string Offset(int column) => column == 0 ? "" : $", {column}";
}
