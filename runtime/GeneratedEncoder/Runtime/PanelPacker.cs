using System.Runtime.CompilerServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Lays a linear layer's weights out as the tiles read them: panels of 16 output features, [out / 16][in][16],
/// so that each step of a product's inner loop reads one whole cache line.
/// </summary>
internal static class PanelPacker
{
    /// <summary>Output features in a panel: one cache line of floats, whatever the machine's vectors.</summary>
    public const int Width = 16;

    /// <summary>Inputs of all rows that are packed before the next ones: their lines of the panel fill a quarter of a small first-level cache.</summary>
    public const int StripInputs = 128;

    /// <summary>Packs output features' weights, rows of the [out, in] matrix, into neighbouring columns of a panel.</summary>
    /// <param name="rows">[count][in]</param>
    /// <param name="count">Rows, 1 to 16, whose columns are in the same panel.</param>
    /// <param name="column">The first output feature's place among the panels' columns.</param>
    /// <param name="scale">Multiplies each weight.</param>
    /// <param name="panels">[out / 16][in][16]</param>
    /// <remarks>Optimised from the first call on: it runs hottest in a process's first tenths of a second.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(ReadOnlySpan<float> rows, int count, int column, float scale, Span<float> panels)
    {
        int width = rows.Length / count, lane = column % Width;
        Span<float> panel = panels.Slice(column / Width * width * Width, width * Width);
        for (int first = 0; first < width; first += StripInputs)
        {
            int length = Math.Min(StripInputs, width - first);
            Span<float> strip = panel.Slice(first * Width, length * Width);
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<float> values = rows.Slice(row * width + first, length);
                ref float place = ref strip[lane + row];
                for (int k = 0; k < values.Length; k++)
                {
                    // Within the strip, which has as many lines as there are values.
                    Unsafe.Add(ref place, k * Width) = values[k] * scale;
                }
            }
        }
    }
}
