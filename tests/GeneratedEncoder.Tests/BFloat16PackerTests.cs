using System.Runtime.InteropServices;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>How weights of 16 bits are rounded, and where they lie.</summary>
public sealed class BFloat16PackerTests
{
    [Fact]
    public void Every_upper_half_is_rounded_to_the_nearest_and_ties_to_even()
    {
        foreach (int low in new[] { 0, 1, 0x3FFF, 0x7FFF, 0x8000, 0x8001, 0xC000, 0xFFFF })
        {
            for (int upper = 0; upper <= ushort.MaxValue; upper++)
            {
                float value = BitConverter.UInt32BitsToSingle((uint)upper << 16 | (uint)low);
                ushort rounded = BFloat16Packer.Round(value);
                if (float.IsNaN(value))
                {
                    Assert.True(float.IsNaN(Widened(rounded)), $"{upper:x4} {low:x4} is NaN, and became {rounded:x4}.");
                }
                else if (rounded != Nearest(value, (ushort)upper))
                {
                    Assert.Fail($"{upper:x4} {low:x4} became {rounded:x4}, not {Nearest(value, (ushort)upper):x4}.");
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Two_inputs_share_a_word(int inputs)
    {
        const int Column = 18;
        float[] row = [.. Enumerable.Range(1, inputs).Select(k => (float)k)], panels = new float[2 * (inputs + 1) / 2 * PanelPacker.Width * 2];

        BFloat16Packer.PackRows(row, 1, Column, panels);

        ushort[] halves = MemoryMarshal.Cast<float, ushort>(panels).ToArray();
        int panel = (inputs + 1) / 2 * PanelPacker.Width * 2;
        for (int k = 0; k < inputs; k++)
        {
            int place = panel + k / 2 * 2 * PanelPacker.Width + 2 * (Column - PanelPacker.Width) + k % 2;
            Assert.Equal(k + 1f, Widened(halves[place]));
            halves[place] = 0;
        }

        Assert.All(halves, half => Assert.Equal(0, half));
    }

    /// <summary>Of the two neighbours without a lower half, the one that is nearer; the even one of two that are equally near.</summary>
    private static ushort Nearest(float value, ushort upper)
    {
        if (float.IsInfinity(value))
        {
            return upper;
        }

        // Past the largest one lies what would be next if there were more exponents; rounded to it is infinite.
        ushort next = (ushort)(upper + 1);
        double below = Widened(upper), above = float.IsInfinity(Widened(next)) ? Math.CopySign(Math.Pow(2, 128), value) : Widened(next);
        double toBelow = Math.Abs(value - below), toAbove = Math.Abs(above - value);
        return toBelow < toAbove || (toBelow == toAbove && upper % 2 == 0) ? upper : next;
    }

    private static float Widened(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << 16);
}
