using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Rows of word tables in few bits, beside plain arithmetic of one number at a time.</summary>
public sealed class NarrowRowTests
{
    private static readonly int[] s_widths = [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 52, 63, 64, 65, 79, 80, 127, 128, 130, 200, 384, 391];

    public static TheoryData<int> Widths => [.. s_widths];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Int8_is_the_nearest_of_127_steps_to_either_side(int width)
    {
        float[] values = Random(width, seed: 1);

        float[] expanded = Through(WordTableFormat.Int8, values);

        Bits.AssertSame(PlainInt8(values), expanded);
        for (int i = 0; i < width; i++)
        {
            Assert.InRange(Math.Abs((double)values[i] - expanded[i]), 0, LargestOf(values, i) / 127.0 / 2 * 1.00001);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void BFloat16_is_the_nearest_upper_half(int width)
    {
        float[] values = Random(width, seed: 2);

        Bits.AssertSame(Array.ConvertAll(values, PlainBFloat16), Through(WordTableFormat.BFloat16, values));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void What_16_bits_hold_they_give_back(int width)
    {
        float[] values = Array.ConvertAll(Random(width, seed: 3), PlainBFloat16);
        values[0] = -0f;
        values[^1] = width > 1 ? float.NegativeInfinity : -0f;

        Bits.AssertSame(values, Through(WordTableFormat.BFloat16, values));
    }

    /// <summary>A step of one makes every half a tie, in whole vectors as in what is left of them.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(23)]
    public void Ties_go_to_the_even_step(int width)
    {
        float[] values = [.. Enumerable.Range(0, width).Select(i => i - 11.5f)];
        values[3] = 127;

        float[] expanded = Through(WordTableFormat.Int8, values);

        for (int i = 0; i < width; i++)
        {
            Assert.Equal(i == 3 ? 127 : Math.Round((double)values[i], MidpointRounding.ToEven), expanded[i]);
        }
    }

    [Fact]
    public void Ties_of_16_bits_go_to_the_even_half()
    {
        float[] values = [.. Enumerable.Range(0, 40).Select(i => BitConverter.UInt32BitsToSingle(0x3F808000u + ((uint)i << 16)))];

        float[] expanded = Through(WordTableFormat.BFloat16, values);

        Assert.All(expanded, value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value) >> 16 & 1));
        Bits.AssertSame(Array.ConvertAll(values, PlainBFloat16), expanded);
    }

    [Theory]
    [InlineData(WordTableFormat.BFloat16)]
    [InlineData(WordTableFormat.Int8)]
    public void Zeros_stay_zeros(WordTableFormat format) =>
        Assert.All(s_widths, width => Assert.All(Through(format, new float[width]), value => Assert.Equal(0, value)));

    [Fact]
    public void A_block_of_zeros_has_no_part_in_its_neighbours()
    {
        float[] values = Random(192, seed: 5);
        values.AsSpan(64, 64).Clear();

        float[] expanded = Through(WordTableFormat.Int8, values);

        Bits.AssertSame(PlainInt8(values), expanded);
        Assert.All(expanded[64..128], value => Assert.Equal(0, value));
        Assert.DoesNotContain(expanded[..64], float.IsNaN);
    }

    /// <summary>Below 1e-30 nothing is left in eight bits; in 16 even a denormal has its upper half.</summary>
    [Theory]
    [InlineData(float.Epsilon, false)]
    [InlineData(1e-40f, false)]
    [InlineData(1.1754944e-38f, false)]
    [InlineData(9.9e-31f, false)]
    [InlineData(1.1e-30f, true)]
    public void Tiny_magnitudes(float magnitude, bool isKept)
    {
        float[] values = [.. Enumerable.Range(0, 70).Select(i => i % 3 == 0 ? -magnitude : magnitude)];

        float[] narrow = Through(WordTableFormat.Int8, values);

        Assert.All(narrow.Zip(values), pair => Assert.InRange(Math.Abs(pair.First), isKept ? magnitude * 0.999f : 0, isKept ? magnitude * 1.001f : 0));
        Bits.AssertSame(PlainInt8(values), narrow);
        Bits.AssertSame(Array.ConvertAll(values, PlainBFloat16), Through(WordTableFormat.BFloat16, values));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(20)]
    public void The_largest_numbers_stay_finite_in_eight_bits(int width)
    {
        foreach (float largest in new[] { float.MaxValue, MathF.BitDecrement(float.MaxValue), 3.4028233e38f, 3.4e38f, 1e38f })
        {
            float[] values = [.. Enumerable.Range(0, width).Select(i => i % 2 == 0 ? -largest : largest / (i + 1))];

            float[] expanded = Through(WordTableFormat.Int8, values);

            Assert.All(expanded, value => Assert.True(float.IsFinite(value)));
            Assert.InRange(expanded[0] / -largest, 0.999999f, 1);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_no_finite_number_makes_its_block_NaN(float value)
    {
        foreach (int place in new[] { 64, 77, 127, 128, 129 })
        {
            float[] values = Random(130, seed: 6);
            values[place] = value;

            float[] expanded = Through(WordTableFormat.Int8, values);

            Assert.All(Enumerable.Range(0, 130), i => Assert.Equal(i / 64 == place / 64, float.IsNaN(expanded[i])));
            Assert.Equal(value, Through(WordTableFormat.BFloat16, values)[place]);
        }
    }

    [Theory]
    [InlineData(WordTableFormat.BFloat16, 384, 768)]
    [InlineData(WordTableFormat.BFloat16, 7, 14)]
    [InlineData(WordTableFormat.Int8, 384, 408)]
    [InlineData(WordTableFormat.Int8, 64, 68)]
    [InlineData(WordTableFormat.Int8, 65, 76)]
    [InlineData(WordTableFormat.Int8, 1, 8)]
    public void Bytes_of_a_row(WordTableFormat format, int width, int bytes) => Assert.Equal(bytes, NarrowRow.Bytes(format, width));

    [Fact]
    public void A_file_has_rows_of_its_own() => Assert.Throws<ArgumentOutOfRangeException>(() => NarrowRow.Bytes(WordTableFormat.FromFile, 4));

    /// <summary>A row after the round trip through bytes that were something else before.</summary>
    private static float[] Through(WordTableFormat format, float[] values)
    {
        byte[] row = new byte[NarrowRow.Bytes(format, values.Length)];
        float[] expanded = new float[values.Length];
        Array.Fill<byte>(row, 0xA5);
        Array.Fill(expanded, float.NaN);
        NarrowRow.Pack(format, values, row);
        NarrowRow.Expand(format, row, expanded);
        return expanded;
    }

    /// <summary>The definition: 127 steps to the largest magnitude of each 64, each element a whole number of them.</summary>
    internal static float[] PlainInt8(float[] values) => [.. values.Select((value, i) =>
    {
        float largest = LargestOf(values, i), step = largest / 127;
        return largest < 1e-30f ? 0 : (sbyte)Math.Round(value / step, MidpointRounding.ToEven) * step;
    })];

    internal static float PlainBFloat16(float value) => BitConverter.UInt32BitsToSingle((uint)WeightTypes.ToBFloat16(value) << 16);

    /// <summary>The largest magnitude of an element's block.</summary>
    private static float LargestOf(float[] values, int i) => values.Skip(i / 64 * 64).Take(64).Max(Math.Abs);

    /// <summary>Numbers of all sizes around 0.05, as trained tables have them, and a few large ones.</summary>
    private static float[] Random(int width, int seed)
    {
        Random random = new(seed + width);
        return [.. Enumerable.Range(0, width).Select(i => (float)((random.NextDouble() - 0.5) * (i % 29 == 0 ? 2 : 0.1)))];
    }
}
