using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The register tiles of products in eight bits.</summary>
internal static class Int8TileEmitter
{
    public static IEnumerable<(string, string)> About(Int8Path path) =>
    [
        ("this file", $"y[rows, {Width(path.TilePanels)}] = x[rows, k] * panels[k, {Width(path.TilePanels)}] + bias, x and panels in eight bits: the tiles under every product of such weights"),
        ("panel", $"{Panel.Width} columns; for every {Int8Layout.BlockInputs} inputs {Panel.Width} corrections, {Int8Layout.Lines} lines of {Int8Layout.LineInputs} inputs, one cache line each, and {Panel.Width} scales"),
        ("arithmetic", $"whole numbers within a block of {Int8Layout.BlockInputs} inputs; y = sum over blocks (whole number * column's scale * row's scale) + bias"),
        ("bounds", $"activations are 0 to {Int8Layout.Most + Int8Layout.Offset}, {Int8Layout.Offset} standing for 0, and two weights that are added in 16 bits at most {Int8Layout.MostOfPair} together: " +
            $"{Int8Layout.Most + Int8Layout.Offset} * {Int8Layout.MostOfPair} = {(Int8Layout.Most + Int8Layout.Offset) * Int8Layout.MostOfPair} < 2^15, so that nothing saturates; a block's sum is at most {Int8Layout.BlockInputs / 2 * (Int8Layout.Most + Int8Layout.Offset) * Int8Layout.MostOfPair} < 2^24, which a float holds"),
        ("correct", $"x + {Int8Layout.Offset} was multiplied in place of x: a block's sums start from -{Int8Layout.Offset} times the column's weights, its correction"),
        ("tile", $"{path.TileRows} rows x {Width(path.TilePanels)} columns, {path.Path.Vector}: {path.Registers}"),
        ("bits", "whole numbers are exact, whatever instruction adds them; blocks are added in the order of k, whatever the tile"),
    ];

    /// <summary>What every product in eight bits tells the tiles, the same for all widths.</summary>
    public static void EmitInterface(SourceWriter w)
    {
        w.Summary("A product's strides as constants of its type: the JIT compiles a tile once for each product.");
        w.Line(Attributes.GeneratedInterface).Line(Attributes.Embedded);
        using (w.Block("internal interface IInt8Product"))
        {
            w.Line($"""
                /// <summary>Blocks of {Int8Layout.BlockInputs} inputs.</summary>
                static abstract int Blocks {"{ get; }"}

                /// <summary>Bytes from a row of x to the next.</summary>
                static abstract int XStride {"{ get; }"}

                /// <summary>Floats from a panel to the next.</summary>
                static abstract int PanelFloats {"{ get; }"}

                /// <summary>Floats from a row of y to the next.</summary>
                static abstract int YStride {"{ get; }"}

                /// <summary>Whether the product is added to what y holds (a residual).</summary>
                static abstract bool AddsToY {"{ get; }"}
                """);
        }
    }

    public static void Emit(SourceWriter w, Int8Path path)
    {
        Int8DotEmitter.Emit(w, path.Path);
        for (int panels = path.TilePanels; panels >= 1; panels--)
        {
            w.Line();
            EmitRows(w, path, panels);
            w.Line();
            EmitFinish(w, path, panels);
            for (int rows = path.RowsOf(panels); rows >= 1; rows--)
            {
                w.Line();
                EmitTile(w, path, rows, panels);
            }
        }
    }

    private static int Width(int panels) => panels * Panel.Width;

    private static string TileName(int rows, int panels) => $"Tile{rows}x{Width(panels)}";

    private static void EmitRows(SourceWriter w, Int8Path path, int panels)
    {
        bool hasNarrower = path.Path == SimdPath.V512;
        string what = panels == 1 ? "One panel" : "Two panels, their columns of y <paramref name=\"nextY\"/> floats apart,";
        w.Summary($"{what} against any number of rows, in tiles of nearly equal height." +
            (hasNarrower ? "\nWhere one instruction multiplies and adds up to 32 bits, at half the width, that is quicker." : ""));
        w.Line(Attributes.Kernel);
        string next = panels > 1 ? ", nint nextY" : "";
        using (w.Block($"internal static void Rows{Width(panels)}<TProduct>(int rows, ref byte x, ref float scales, ref float panel, ref float bias, ref float y{next}, ref float sums)\n    where TProduct : struct, IInt8Product"))
        {
            if (hasNarrower)
            {
                EmitNarrower(w, panels);
            }

            if (path.RowLimit is null)
            {
                w.Line($"int tiles = (rows + {path.RowsOf(panels) - 1}) / {path.RowsOf(panels)};");
            }
            else
            {
                w.Line($"int most = {path.RowLimit}; // a constant to the JIT");
                w.Line("int tiles = (rows + most - 1) / most;");
            }

            w.Line("(int height, int taller) = Math.DivRem(rows, tiles);");
            if (path.Path.Prefetches)
            {
                w.Line();
                w.Comment("The panels that come next are fetched at an even pace meanwhile: each line moves on by so many floats.");
                w.Line($"int ahead = ({Int8Offsets.LineFloats(panels)} + tiles - 1) / tiles;");
                w.Line($"ref float next = ref Unsafe.Add(ref panel, {Int8Offsets.FirstPrefetch(panels)});");
            }

            Int8Offsets offsets = new(path);
            using (w.Block("for (int tile = 0; tile < tiles; tile++)"))
            {
                w.Line("int tileRows = tile < taller ? height + 1 : height;");
                w.Line($"MemoryMarshal.CreateSpan(ref sums, tileRows * {Width(panels)}).Clear();");
                using (w.Block("switch (tileRows)"))
                {
                    for (int rows = path.RowsOf(panels); rows >= 1; rows--)
                    {
                        w.Line($"case {rows}: {TileName(rows, panels)}<TProduct>(ref x, ref scales, ref panel, ref sums{(path.Path.Prefetches ? ", ref next, ahead" : "")}); break;");
                    }
                }

                w.Line();
                w.Line($"Finish{Width(panels)}<TProduct>(tileRows, ref bias, ref y{(panels > 1 ? ", nextY" : "")}, ref sums);");
                w.Line($"x = ref Unsafe.Add(ref x, {offsets.NextX});");
                w.Line($"scales = ref Unsafe.Add(ref scales, {offsets.NextScales});");
                w.Line($"y = ref Unsafe.Add(ref y, {offsets.NextY});");
                w.LineIf(path.Path.Prefetches, $"next = ref Unsafe.Add(ref next, {offsets.TilePrefetch});");
            }
        }
    }

    private static void EmitNarrower(SourceWriter w, int panels)
    {
        string narrow = SimdPath.V256.TilesOf(WeightFormat.Int8);
        using (w.Block("if (AvxVnni.IsSupported)"))
        {
            w.Line($"{narrow}.Rows{Panel.Width}<TProduct>(rows, ref x, ref scales, ref panel, ref bias, ref y, ref sums);");
            w.LineIf(panels > 1, $"{narrow}.Rows{Panel.Width}<TProduct>(rows, ref x, ref scales, ref Unsafe.Add(ref panel, {Int8Offsets.NextPanel}), ref Unsafe.Add(ref bias, {Panel.Width}), ref Unsafe.Add(ref y, nextY), ref sums);");
            w.Line("return;");
        }

        w.Line();
    }

    /// <summary>What becomes of a tile's sums.</summary>
    private static void EmitFinish(SourceWriter w, Int8Path path, int panels)
    {
        SimdPath simd = path.Path;
        w.Summary("A tile's sums and the bias.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void Finish{Width(panels)}<TProduct>(int rows, ref float bias, ref float y{(panels > 1 ? ", nint nextY" : "")}, ref float sums)\n    where TProduct : struct, IInt8Product"))
        {
            foreach (TileVector vector in simd.TileVectors(panels))
            {
                w.Line($"{simd.Vector}<float> b{vector.Part} = {simd.Vector}.LoadUnsafe(ref bias{At(vector.Panel * Panel.Width + vector.Column)});");
            }

            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                w.LineIf(panels > 1, "ref float yR = ref Unsafe.Add(ref y, nextY);");
                foreach (TileVector vector in simd.TileVectors(panels))
                {
                    w.Line($"Store<TProduct>({simd.Vector}.LoadUnsafe(ref sums{At(vector.Panel * Panel.Width + vector.Column)}) + b{vector.Part}, ref {(vector.Panel == 0 ? "y" : "yR")}{At(vector.Column)});");
                }

                w.Line($"sums = ref Unsafe.Add(ref sums, {Width(panels)});");
                w.Line($"y = ref Unsafe.Add(ref y, {Int8Offsets.NextRow});");
            }
        }
    }

    private static void EmitTile(SourceWriter w, Int8Path path, int rows, int panels)
    {
        SimdPath simd = path.Path;
        TileVector[] vectors = [.. simd.TileVectors(panels)];
        w.Summary($"{rows} {(rows == 1 ? "row" : "rows")} of x times {(panels == 1 ? "a panel" : "two panels")}, block after block, added to the sums.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void {TileName(rows, panels)}<TProduct>(ref byte x, ref float scales, ref float panel, ref float sums{(simd.Prefetches ? ", ref float next, int ahead" : "")})\n    where TProduct : struct, IInt8Product"))
        {
            w.Line($"{simd.Vector}<short> ones = {simd.Vector}.Create((short)1);");
            using (w.Block("for (int block = 0; block < TProduct.Blocks; block++)"))
            {
                w.Comment($"acc{{row}}{string.Join("|", vectors.Select(vector => vector.Part))}: a row's whole numbers, from the columns' corrections on.");
                foreach (TileVector vector in vectors)
                {
                    string panel = vector.Panel == 0 ? "panel" : $"Unsafe.Add(ref panel, {Int8Offsets.NextPanel})";
                    w.Line($"{simd.Vector}<int> acc0{vector.Part} = Corrections(ref {panel}{At(vector.Column)});");
                }

                for (int row = 1; row < rows; row++)
                {
                    w.Line($"{simd.Vector}<int> {string.Join(", ", vectors.Select(vector => $"acc{row}{vector.Part} = acc0{vector.Part}"))};");
                }

                w.Line();
                w.Line($"panel = ref Unsafe.Add(ref panel, {Int8Layout.FirstLine});");
                EmitLines(w, path, rows, panels, vectors);
                w.Line();
                w.Comment("The columns' scales follow the lines; each row has its own for the block.");
                EmitScale(w, simd, rows, panels, vectors);
                w.Line($"panel = ref Unsafe.Add(ref panel, {Int8Layout.BlockFloats - Int8Layout.Scales});");
                w.Line("scales = ref Unsafe.Add(ref scales, 1);");
            }
        }
    }

    private static void EmitLines(SourceWriter w, Int8Path path, int rows, int panels, TileVector[] vectors)
    {
        using (w.Block($"for (int line = 0; line < {Int8Layout.Lines}; line += {path.LineStep})".Replace("line += 1)", "line++)")))
        {
            for (int step = 0; step < path.LineStep; step++)
            {
                if (path.LineStep == 1)
                {
                    EmitLine(w, path.Path, rows, vectors, step);
                    w.Line();
                    continue;
                }

                using (w.Block(""))
                {
                    EmitLine(w, path.Path, rows, vectors, step);
                }

                w.Line();
            }

            if (path.Path.Prefetches)
            {
                EmitPrefetch(w, path, panels);
            }

            w.Line($"x = ref Unsafe.Add(ref x, {path.LineStep * Int8Layout.LineInputs});");
            w.Line($"panel = ref Unsafe.Add(ref panel, {path.LineStep * Panel.Width});");
        }
    }

    private static void EmitLine(SourceWriter w, SimdPath simd, int rows, TileVector[] vectors, int line)
    {
        foreach (TileVector vector in vectors)
        {
            Offset offset = Int8Offsets.PanelVector(line, vector);
            string panel = offset.Most == 0 ? "panel" : $"Unsafe.Add(ref panel, {offset})";
            w.Line($"{simd.Vector}<sbyte> w{vector.Part} = {simd.Vector}.AsSByte({simd.Vector}.LoadUnsafe(ref {panel}));");
        }

        for (int row = 0; row < rows; row++)
        {
            string x = Int8Offsets.Element(row, line) is { } offset ? $"Unsafe.Add(ref x, {offset})" : "x";
            w.Line($"{simd.Vector}<byte> x{row} = {simd.Vector}.AsByte({simd.Vector}.Create(Unsafe.ReadUnaligned<int>(ref {x})));");
            foreach (TileVector vector in vectors)
            {
                w.Line($"acc{row}{vector.Part} = Dot(acc{row}{vector.Part}, x{row}, w{vector.Part}, ones);");
            }
        }
    }

    private static void EmitPrefetch(SourceWriter w, Int8Path path, int panels)
    {
        Int8Offsets offsets = new(path);
        for (int step = 0; step < path.LineStep; step++)
        {
            w.Line("Prefetch.Line(in next);");
            for (int ahead = Panel.Width; ahead < Int8Offsets.LineFloats(panels); ahead += Panel.Width)
            {
                using (w.Block($"if (ahead > {ahead})"))
                {
                    w.Line($"Prefetch.Line(in Unsafe.Add(ref next, {ahead}));");
                }

                w.Line();
            }

            w.Line($"next = ref Unsafe.Add(ref next, {offsets.NextPrefetch});");
        }
    }

    private static void EmitScale(SourceWriter w, SimdPath simd, int rows, int panels, TileVector[] vectors)
    {
        foreach (TileVector vector in vectors)
        {
            string panel = vector.Panel == 0 ? "panel" : $"Unsafe.Add(ref panel, {Int8Offsets.NextPanel})";
            w.Line($"{simd.Vector}<float> s{vector.Part} = {simd.Vector}.LoadUnsafe(ref {panel}{At(vector.Column)});");
        }

        for (int row = 0; row < rows; row++)
        {
            w.Line($"{simd.Vector}<float> r{row} = {simd.Vector}.Create({(Int8Offsets.Scale(row) is { } offset ? $"Unsafe.Add(ref scales, {offset})" : "scales")});");
            foreach (TileVector vector in vectors)
            {
                int sum = row * Width(panels) + vector.Panel * Panel.Width + vector.Column;
                w.Line($"Add(acc{row}{vector.Part}, s{vector.Part} * r{row}, ref {(sum == 0 ? "sums" : $"Unsafe.Add(ref sums, {sum})")});");
            }
        }

        w.Line();
    }

    private static string At(int column) => column == 0 ? "" : $", {column}";
}
