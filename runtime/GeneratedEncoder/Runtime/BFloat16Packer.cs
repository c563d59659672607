using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Lays weights of 16 bits out as the tiles read them: panels of 16 output features, in which two input features share a word of 32 bits,
/// [out / 16][in / 2][16][2].
/// </summary>
internal static class BFloat16Packer
{
    /// <summary>Packs output features' weights into neighbouring columns of a panel: some inputs of all rows, then the next, while their lines are in the cache.</summary>
    /// <param name="rows">[count][in]</param>
    /// <param name="count">Rows, 1 to 16, whose columns are in the same panel.</param>
    /// <param name="column">The first output feature's place among the panels' columns.</param>
    /// <param name="panels">[out / 16][(in + 1) / 2][16][2] of 16 bits each; what is left of an odd number of inputs stays as it is.</param>
    /// <remarks>Optimised from the first call on: it runs hottest in a process's first tenths of a second.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(ReadOnlySpan<float> rows, int count, int column, Span<float> panels)
    {
        int width = rows.Length / count, words = (width + 1) / 2 * PanelPacker.Width, lane = 2 * (column % PanelPacker.Width);
        Span<ushort> panel = MemoryMarshal.Cast<float, ushort>(panels.Slice(column / PanelPacker.Width * words, words));
        for (int first = 0; first < width; first += PanelPacker.StripInputs)
        {
            int end = Math.Min(first + PanelPacker.StripInputs, width);
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<float> values = rows.Slice(row * width, width);
                for (int k = first; k < end; k++)
                {
                    panel[k / 2 * 2 * PanelPacker.Width + lane + 2 * row + k % 2] = Round(values[k]);
                }
            }
        }
    }

    /// <summary>The upper half of a float32, rounded to nearest, ties to even. NaN stays NaN, and what is too large becomes infinite.</summary>
    internal static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
