using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The register tiles of products in eight bits.</summary>
internal static class Int8TileEmitter
{
    public static IEnumerable<(string, string)> About(Int8Path path)
    {
        const int mostX = Int8Layout.Most + Int8Layout.Offset;
        yield return ("this file", $"y[rows, {Panel.Width}] = x[rows, k] * panel[k, {Panel.Width}] + bias, x and panel in eight bits: the tiles under every product of such weights");
        yield return ("panel", $"{Panel.Width} columns; for every {Int8Layout.BlockInputs} inputs {Panel.Width} corrections, {Int8Layout.Lines} lines of {Int8Layout.LineInputs} inputs, one cache line each, and {Panel.Width} scales");
        yield return ("arithmetic", $"whole numbers within a block of {Int8Layout.BlockInputs} inputs; y = sum over blocks (whole number * column's scale * row's scale) + bias");
        yield return ("bounds", $"activations are 0 to {mostX}, {Int8Layout.Offset} standing for 0, and two weights that one instruction adds in 16 bits at most {Int8Layout.MostOfPair} together: " +
            $"{mostX} * {Int8Layout.MostOfPair} = {mostX * Int8Layout.MostOfPair} < 2^15, so that nothing saturates; a block's sum is at most {Int8Layout.BlockInputs / 2 * mostX * Int8Layout.MostOfPair} < 2^24, which a float holds");
        if (path.AddsIn16Bits)
        {
            yield return ("16 bits", $"the products of {Int8Layout.SumInputs} inputs and weights are added up in 16 bits: those inputs' squares are at most {Int8Layout.MostSquaresOfActivations} together and the weights' {Int8Layout.MostSquaresOfWeights}, " +
                $"so that their sum is at most 32767 (Cauchy and Schwarz: its square is at most {(long)Int8Layout.MostSquaresOfActivations * Int8Layout.MostSquaresOfWeights} < 32767^2)");
        }

        yield return ("correct", path.AddsIn16Bits
            ? $"x + {Int8Layout.Offset} was multiplied in place of x: {Int8Layout.Offset} times the weights is subtracted, once for all rows of a tile"
            : $"x + {Int8Layout.Offset} was multiplied in place of x: a block's sums start from -{Int8Layout.Offset} times the column's weights, its correction");
        yield return ("tile", $"{path.TileRows} rows x {Panel.Width} columns, {path.Path.Vector}: {path.Registers}");
        yield return ("bits", "whole numbers are exact, whatever instruction adds them; blocks are added in the order of k, whatever the tile");
    }

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
        w.Line();
        EmitRows(w, path);
        w.Line();
        EmitFinish(w, path.Path);
        for (int rows = path.TileRows; rows >= 1; rows--)
        {
            w.Line();
            EmitTile(w, path, rows);
        }
    }

    private static string TileName(int rows) => $"Tile{rows}x{Panel.Width}";

    private static void EmitRows(SourceWriter w, Int8Path path)
    {
        bool hasNarrower = path.Path == SimdPath.V512;
        w.Summary("A panel against any number of rows, in tiles of nearly equal height." +
            (hasNarrower ? "\nWhere one instruction multiplies and adds up to 32 bits, at half the width, that is quicker." : ""));
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void Rows{Panel.Width}<TProduct>(int rows, ref byte x, ref float scales, ref float panel, ref float bias, ref float y, ref float sums)\n    where TProduct : struct, IInt8Product"))
        {
            if (hasNarrower)
            {
                using (w.Block("if (AvxVnni.IsSupported)"))
                {
                    w.Line($"{SimdPath.V256.TilesOf(WeightFormat.Int8)}.Rows{Panel.Width}<TProduct>(rows, ref x, ref scales, ref panel, ref bias, ref y, ref sums);");
                    w.Line("return;");
                }

                w.Line();
            }

            if (path.RowLimit is null)
            {
                w.Line($"int tiles = (rows + {path.TileRows - 1}) / {path.TileRows};");
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
                w.Comment("The panel that comes next is fetched at an even pace meanwhile: each line moves on by so many floats.");
                w.Line($"int ahead = ({Int8Offsets.LineFloats} + tiles - 1) / tiles;");
                w.Line($"ref float next = ref Unsafe.Add(ref panel, {Int8Offsets.NextPanel});");
            }

            Int8Offsets offsets = new(path);
            using (w.Block("for (int tile = 0; tile < tiles; tile++)"))
            {
                w.Line("int tileRows = tile < taller ? height + 1 : height;");
                w.Comment("Zeros are stored as wide as they will be loaded: a load would wait for narrower ones.");
                using (w.Block("for (int row = 0; row < tileRows; row++)"))
                {
                    foreach ((_, int column) in path.Path.Vectors())
                    {
                        w.Line($"{path.Path.Vector}.StoreUnsafe({path.Path.Vector}<float>.Zero, ref Unsafe.Add(ref sums, {Int8Offsets.RowOfSums}){At(column)});");
                    }
                }

                w.Line();
                using (w.Block("switch (tileRows)"))
                {
                    for (int rows = path.TileRows; rows >= 1; rows--)
                    {
                        w.Line($"case {rows}: {TileName(rows)}<TProduct>(ref x, ref scales, ref panel, ref sums{(path.Path.Prefetches ? ", ref next, ahead" : "")}); break;");
                    }
                }

                w.Line();
                w.Line($"Finish{Panel.Width}<TProduct>(tileRows, ref bias, ref y, ref sums);");
                w.Line($"x = ref Unsafe.Add(ref x, {offsets.NextX});");
                w.Line($"scales = ref Unsafe.Add(ref scales, {offsets.NextScales});");
                w.Line($"y = ref Unsafe.Add(ref y, {offsets.NextY});");
                w.LineIf(path.Path.Prefetches, $"next = ref Unsafe.Add(ref next, {offsets.TilePrefetch});");
            }
        }
    }

    /// <summary>What becomes of a tile's sums.</summary>
    private static void EmitFinish(SourceWriter w, SimdPath path)
    {
        w.Summary("A tile's sums and the bias.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void Finish{Panel.Width}<TProduct>(int rows, ref float bias, ref float y, ref float sums)\n    where TProduct : struct, IInt8Product"))
        {
            foreach ((string part, int column) in path.Vectors())
            {
                w.Line($"{path.Vector}<float> b{part} = {path.Vector}.LoadUnsafe(ref bias{At(column)});");
            }

            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                foreach ((string part, int column) in path.Vectors())
                {
                    w.Line($"Store<TProduct>({path.Vector}.LoadUnsafe(ref sums{At(column)}) + b{part}, ref y{At(column)});");
                }

                w.Line($"sums = ref Unsafe.Add(ref sums, {Panel.Width});");
                w.Line($"y = ref Unsafe.Add(ref y, {Int8Offsets.NextRow});");
            }
        }
    }

    private static void EmitTile(SourceWriter w, Int8Path path, int rows)
    {
        SimdPath simd = path.Path;
        w.Summary($"{rows} {(rows == 1 ? "row" : "rows")} of x times a panel, block after block, added to the sums.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void {TileName(rows)}<TProduct>(ref byte x, ref float scales, ref float panel, ref float sums{(simd.Prefetches ? ", ref float next, int ahead" : "")})\n    where TProduct : struct, IInt8Product"))
        {
            w.Line($"{simd.Vector}<short> ones = {simd.Vector}.Create((short)1);");
            using (w.Block("for (int block = 0; block < TProduct.Blocks; block++)"))
            {
                string parts = string.Join("|", simd.Parts), from = path.AddsIn16Bits ? "" : ", from the columns' corrections on";
                w.Comment($"acc{{row}}{parts}: a row's whole numbers{from}.");
                foreach ((string part, int column) in simd.Vectors())
                {
                    w.Line($"{simd.Vector}<int> acc0{part} = {(path.AddsIn16Bits ? $"{simd.Vector}<int>.Zero" : $"Corrections(ref panel{At(column)})")};");
                }

                for (int row = 1; row < rows; row++)
                {
                    w.Line($"{simd.Vector}<int> {string.Join(", ", simd.Parts.Select(part => $"acc{row}{part} = acc0{part}"))};");
                }

                w.Line();
                w.Line($"panel = ref Unsafe.Add(ref panel, {Int8Layout.FirstLine});");
                EmitLines(w, path, rows);
                w.Line();
                w.Comment("The columns' scales follow the lines; each row has its own for the block.");
                EmitScale(w, simd, rows);
                w.Line($"panel = ref Unsafe.Add(ref panel, {Int8Layout.BlockFloats - Int8Layout.Scales});");
                w.Line("scales = ref Unsafe.Add(ref scales, 1);");
            }
        }
    }

    private static void EmitLines(SourceWriter w, Int8Path path, int rows)
    {
        using (w.Block($"for (int line = 0; line < {Int8Layout.Lines}; line += {path.LineStep})".Replace("line += 1)", "line++)")))
        {
            if (path.AddsIn16Bits)
            {
                EmitSum(w, path, rows);
                w.Line();
            }

            for (int step = 0; step < path.LineStep && !path.AddsIn16Bits; step++)
            {
                if (path.LineStep == 1)
                {
                    EmitLine(w, path.Path, rows, step);
                    w.Line();
                    continue;
                }

                using (w.Block(""))
                {
                    EmitLine(w, path.Path, rows, step);
                }

                w.Line();
            }

            if (path.Path.Prefetches)
            {
                EmitPrefetch(w, path);
            }

            w.Line($"x = ref Unsafe.Add(ref x, {path.LineStep * Int8Layout.LineInputs});");
            w.Line($"panel = ref Unsafe.Add(ref panel, {path.LineStep * Panel.Width});");
        }
    }

    /// <summary>Lines that are added up in 16 bits.</summary>
    private static void EmitSum(SourceWriter w, Int8Path path, int rows)
    {
        string[] lines = [.. Enumerable.Range(0, path.LineStep).Select(line => $"w{line}")];
        for (int line = 0; line < path.LineStep; line++)
        {
            w.Line(Weights(path.Path, lines[line], line, 0));
        }

        w.Line($"{path.Path.Vector}<short> offsets = Offsets({string.Join(", ", lines)});");
        for (int row = 0; row < rows; row++)
        {
            w.Line($"acc{row} = Dot(acc{row}, ref {Input(row, 0)}, {string.Join(", ", lines)}, offsets, ones);");
        }
    }

    private static void EmitLine(SourceWriter w, SimdPath simd, int rows, int line)
    {
        foreach ((string part, int column) in simd.Vectors())
        {
            w.Line(Weights(simd, $"w{part}", line, column));
        }

        for (int row = 0; row < rows; row++)
        {
            w.Line($"{simd.Vector}<byte> x{row} = {simd.Vector}.AsByte({simd.Vector}.Create(Unsafe.ReadUnaligned<int>(ref {Input(row, line)})));");
            foreach (string part in simd.Parts)
            {
                w.Line($"acc{row}{part} = Dot(acc{row}{part}, x{row}, w{part}, ones);");
            }
        }
    }

    private static string Weights(SimdPath simd, string name, int line, int column)
    {
        Offset offset = Int8Offsets.PanelVector(line, column);
        return $"{simd.Vector}<sbyte> {name} = {simd.Vector}.AsSByte({simd.Vector}.LoadUnsafe(ref {(offset.Most == 0 ? "panel" : $"Unsafe.Add(ref panel, {offset})")}));";
    }

    private static string Input(int row, int line) => Int8Offsets.Element(row, line) is { } offset ? $"Unsafe.Add(ref x, {offset})" : "x";

    private static void EmitPrefetch(SourceWriter w, Int8Path path)
    {
        Int8Offsets offsets = new(path);
        for (int step = 0; step < path.LineStep; step++)
        {
            w.Line("Prefetch.Line(in next);");
            for (int ahead = Panel.Width; ahead < Int8Offsets.LineFloats; ahead += Panel.Width)
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

    private static void EmitScale(SourceWriter w, SimdPath simd, int rows)
    {
        foreach ((string part, int column) in simd.Vectors())
        {
            w.Line($"{simd.Vector}<float> s{part} = {simd.Vector}.LoadUnsafe(ref panel{At(column)});");
        }

        for (int row = 0; row < rows; row++)
        {
            w.Line($"{simd.Vector}<float> r{row} = {simd.Vector}.Create({(Int8Offsets.Scale(row) is { } offset ? $"Unsafe.Add(ref scales, {offset})" : "scales")});");
            foreach ((string part, int column) in simd.Vectors())
            {
                int sum = row * Panel.Width + column;
                w.Line($"Add(acc{row}{part}, s{part} * r{row}, ref {(sum == 0 ? "sums" : $"Unsafe.Add(ref sums, {sum})")});");
            }
        }

        w.Line();
    }

    private static string At(int column) => column == 0 ? "" : $", {column}";
}
