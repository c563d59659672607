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

    /// <summary>Scatters one output feature's weights, a row of the [out, in] matrix, into its column of its panel.</summary>
    /// <param name="row">[in]</param>
    /// <param name="column">The output feature's place among the panels' columns.</param>
    /// <param name="scale">Multiplies each weight.</param>
    /// <param name="panels">[out / 16][in][16]</param>
    /// <remarks>Optimised from the first call on: it runs hottest in a process's first tenths of a second.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRow(ReadOnlySpan<float> row, int column, float scale, Span<float> panels)
    {
        Span<float> panel = panels.Slice(column / Width * row.Length * Width, row.Length * Width);
        int lane = column % Width;
        for (int k = 0; k < row.Length; k++)
        {
            panel[k * Width + lane] = row[k] * scale;
        }
    }
}
