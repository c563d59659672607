using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Rows times a panel where no instruction multiplies and adds with one rounding: element by element, with sums in doubles.</summary>
internal static class ScalarTileEmitter
{
    /// <summary>Columns at a time: as many chains as hide their latency and fit 16 registers.</summary>
    private const int Columns = 8;

    public static void Emit(SourceWriter w, SimdPath path)
    {
        w.Summary("One panel against any number of rows, for machines without fused multiply-add. The bits are those of the tiles.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void ScalarRows<TProduct>(int rows, int k, ref float x, ref float panel, ref float bias, ref float y)\n    where TProduct : struct, IProduct"))
        {
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                using (w.Block($"for (int column = 0; column < {Panel.Width}; column += {Columns})"))
                {
                    w.Line("ref float b = ref Unsafe.Add(ref bias, column);");
                    w.Line($"double {string.Join(", ", Enumerable.Range(0, Columns).Select(i => $"acc{i} = {Element("b", i)}"))};");
                    w.Line("ref float w = ref Unsafe.Add(ref panel, column);");
                    using (w.Block("for (int i = 0; i < k; i++)"))
                    {
                        w.Line("double xi = Unsafe.Add(ref x, i);");
                        for (int i = 0; i < Columns; i++)
                        {
                            w.Line($"acc{i} = ScalarFma.Add(xi * {Element("w", i)}, acc{i});");
                        }

                        w.Line($"w = ref Unsafe.Add(ref w, {path.Offsets.PanelRow(1)});");
                    }

                    w.Line();
                    w.Line("ref float result = ref Unsafe.Add(ref y, column);");
                    for (int i = 0; i < Columns; i++)
                    {
                        w.Line($"{Element("result", i)} = TProduct.AddsToY ? {Element("result", i)} + (float)acc{i} : (float)acc{i};");
                    }
                }

                w.Line();
                w.Line($"x = ref Unsafe.Add(ref x, {TileOffsets.ScalarX});");
                w.Line($"y = ref Unsafe.Add(ref y, {TileOffsets.ScalarY});");
            }
        }
    }

    private static string Element(string start, int index) => index == 0 ? start : $"Unsafe.Add(ref {start}, {index})";
}
