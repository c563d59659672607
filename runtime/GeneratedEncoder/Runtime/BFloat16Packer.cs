using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Lays weights of 16 bits out as the tiles read them: panels of 16 output features, in which two input features share a word of 32 bits,
/// [out / 16][in / 2][16][2].
/// </summary>
internal static class BFloat16Packer
{
    /// <summary>Packs output features' weights into neighbouring columns of a panel, four inputs at a time.</summary>
    /// <param name="rows">[count][in]</param>
    /// <param name="count">Rows, 1 to 16, whose columns are in the same panel.</param>
    /// <param name="column">The first output feature's place among the panels' columns.</param>
    /// <param name="panels">[out / 16][(in + 1) / 2][16][2] of 16 bits each; what is left of an odd number of inputs stays as it is.</param>
    /// <remarks>Optimised from the first call on: it runs hottest in a process's first tenths of a second.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(ReadOnlySpan<float> rows, int count, int column, Span<float> panels)
    {
        int width = rows.Length / count, words = (width + 1) / 2 * PanelPacker.Width, lane = column % PanelPacker.Width;
        Span<float> panel = panels.Slice(column / PanelPacker.Width * words, words);
        for (int row = 0; row < count; row++)
        {
            ReadOnlySpan<uint> values = MemoryMarshal.Cast<float, uint>(rows.Slice(row * width, width));
            Span<uint> column32 = MemoryMarshal.Cast<float, uint>(panel[(lane + row)..]);
            int k = 0;
            for (; k <= width - Vector128<uint>.Count; k += Vector128<uint>.Count)
            {
                Vector128<ulong> pairs = Round(Vector128.Create(values.Slice(k, Vector128<uint>.Count))).AsUInt64();
                pairs |= pairs >>> 16;
                column32[k / 2 * PanelPacker.Width] = (uint)pairs[0];
                column32[(k / 2 + 1) * PanelPacker.Width] = (uint)pairs[1];
            }

            Span<ushort> column16 = MemoryMarshal.Cast<uint, ushort>(column32);
            for (; k < width; k++)
            {
                column16[k / 2 * 2 * PanelPacker.Width + k % 2] = Round(rows[row * width + k]);
            }
        }
    }

    /// <summary>Rounds values where they stand in a row, as those of a table do.</summary>
    /// <param name="values">[count]</param>
    /// <param name="halves">[count], or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Round(ReadOnlySpan<float> values, Span<ushort> halves)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        halves = halves[..values.Length];
        int i = 0;
        for (; i <= bits.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
        {
            Vector128<uint> low = Round(Vector128.Create(bits.Slice(i, Vector128<uint>.Count))), high = Round(Vector128.Create(bits.Slice(i + Vector128<uint>.Count, Vector128<uint>.Count)));
            Vector128.Narrow(low, high).CopyTo(halves[i..]);
        }

        for (; i < values.Length; i++)
        {
            halves[i] = Round(values[i]);
        }
    }

    /// <summary>The upper half of a float32, rounded to nearest, ties to even. NaN stays NaN, and what is too large becomes infinite.</summary>
    internal static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The same for the bits of four, each in the lower half of its lane.</summary>
    private static Vector128<uint> Round(Vector128<uint> bits)
    {
        Vector128<uint> upper = bits >>> 16, rounded = (bits + Vector128.Create(0x7FFFu) + (upper & Vector128<uint>.One)) >>> 16;
        Vector128<uint> isNumber = Vector128.Equals(bits.AsSingle(), bits.AsSingle()).AsUInt32();
        return Vector128.ConditionalSelect(isNumber, rounded, upper | Vector128.Create(0x40u));
    }
}
