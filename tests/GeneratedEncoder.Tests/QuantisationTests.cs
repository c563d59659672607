using System.Runtime.Intrinsics.X86;
using GeneratedEncoder.Kernels;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>The emitted functions that make rows of eight bits, against a scalar transcription: the same bytes and scales in every width.</summary>
public sealed class QuantisationTests
{
    private const int MostInputs = 200;

    private delegate void Kernel(int rows, int k, int xStride, int stride, int scaleStride, ref float x, ref byte quantised, ref float scales);

    /// <summary>Each width, and what stands for 0 there.</summary>
    private static readonly (string Width, Kernel Rows, int Offset)[] s_kernels =
    [
        ("512 bits", QuantisationV512.Rows, Int8Layout.Offset),
        ("256 bits", QuantisationV256.Rows, Int8Layout.Offset),
        ("128 bits", QuantisationV128.Rows, Ssse3.IsSupported ? Int8Layout.Offset : 0),
    ];

    private static readonly Dictionary<string, Func<Random, int, float>> s_rows = new()
    {
        ["random"] = (random, _) => (float)(2 * random.NextDouble() - 1),
        ["zeros"] = (_, _) => 0,
        ["zeros of either sign"] = (_, i) => i % 3 == 0 ? -0f : 0,
        ["equal values"] = (_, _) => 0.7f,
        ["one value"] = (_, i) => i == 5 ? -3 : 0,
        ["ties"] = (_, i) => (i % 64 % 10) switch { 0 => 3, 1 => 1, _ => 0 },
        ["denormals"] = (random, _) => (float)(random.NextDouble() * 1e-40),
        ["just below the least"] = (_, i) => i == 7 ? 0.999e-30f : 0,
        ["just above the least"] = (_, i) => i == 7 ? 1.001e-30f : 0,
        ["outliers"] = (random, i) => i % 50 == 3 ? 1e4f : (float)random.NextDouble(),
        ["huge"] = (random, _) => (float)(1e36 * random.NextDouble()),
        ["too large for their sum"] = (_, i) => i % 2 == 0 ? 3e38f : -3e38f,
        ["NaN"] = (random, i) => i == 40 ? float.NaN : (float)random.NextDouble(),
        ["infinity"] = (random, i) => i == 0 ? float.PositiveInfinity : (float)random.NextDouble(),
        ["infinities"] = (_, i) => i % 2 == 0 ? float.NegativeInfinity : float.PositiveInfinity,
    };

    public static TheoryData<string, int> Rows
    {
        get
        {
            TheoryData<string, int> rows = [];
            foreach (string kind in s_rows.Keys)
            {
                foreach (int k in new[] { 1, 2, 63, 64, 65, 128, MostInputs })
                {
                    rows.Add(kind, k);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_width_has_the_bytes_and_scales_of_the_definition(string kind, int k)
    {
        const int Count = 3, XStride = MostInputs + 3, Guard = 64;
        int blocks = Int8Layout.Blocks(k), stride = (blocks + 1) * Int8Layout.BlockInputs, scaleStride = blocks + 1;
        Random random = new(k);
        float[] x = new float[Count * XStride];
        Array.Fill(x, float.NaN); // What follows a row is nobody's.
        for (int row = 0; row < Count; row++)
        {
            for (int i = 0; i < k; i++)
            {
                x[row * XStride + i] = s_rows[kind](random, i);
            }
        }

        foreach ((string width, Kernel kernel, int offset) in s_kernels)
        {
            byte[] bytes = new byte[Count * stride + Guard];
            float[] scales = new float[Count * scaleStride];
            Array.Fill(bytes, (byte)0xEE);
            Array.Fill(scales, 7);

            kernel(Count, k, XStride, stride, scaleStride, ref x[0], ref bytes[0], ref scales[0]);

            for (int row = 0; row < Count; row++)
            {
                for (int block = 0; block < blocks; block++)
                {
                    int first = block * Int8Layout.BlockInputs;
                    (int[] expected, float scale) = Definition(x.AsSpan(row * XStride + first, Math.Min(Int8Layout.BlockInputs, k - first)));
                    Assert.Equal(BitConverter.SingleToInt32Bits(scale), BitConverter.SingleToInt32Bits(scales[row * scaleStride + block]));

                    // NaN times anything is NaN: the bytes beside such a scale mean nothing.
                    if (!float.IsNaN(scale))
                    {
                        int[] actual = [.. bytes.AsSpan(row * stride + first, Int8Layout.BlockInputs).ToArray().Select(value => value - offset)];
                        Assert.True(expected.SequenceEqual(offset == 0 ? [.. actual.Select(value => (int)(sbyte)value)] : actual), $"{width}, row {row}, block {block}: {string.Join(" ", actual)}");
                    }
                }

                Assert.Equal(7, scales[row * scaleStride + blocks]);
                Assert.All(bytes[(row * stride + blocks * Int8Layout.BlockInputs)..((row + 1) * stride)], value => Assert.Equal(0xEE, value));
            }
        }
    }

    /// <summary>The largest sum is 20 and others 10: 63.5 steps, which are rounded to the even 64, not away from what is added later.</summary>
    [Fact]
    public void Ties_are_met_and_go_to_the_even_step()
    {
        Random random = new(1);
        float[] row = [.. Enumerable.Range(0, Int8Layout.BlockInputs).Select(i => s_rows["ties"](random, i))];

        (int[] values, float scale) = Definition(row);

        Assert.Equal(20 / 127f, scale);
        Assert.Contains(64, values.Select(Math.Abs));
        Assert.DoesNotContain(63, values.Select(Math.Abs));
    }

    /// <summary>One large value becomes 64 of one magnitude, of which eight have squares of 8 * 127 * 127: their steps are 1.75 times as large as they would be without the bound.</summary>
    [Fact]
    public void Squares_are_as_large_as_sums_of_16_bits_allow_and_no_larger()
    {
        float[] row = new float[Int8Layout.BlockInputs];
        row[5] = -3;

        (int[] values, float scale) = Definition(row);

        Assert.All(values, value => Assert.Equal(73, Math.Abs(value)));
        Assert.InRange(scale, 3 / 73.5f, 3 / 72.5f);
        Assert.InRange(SquaresOfSums(values).Max(), 8 * 73 * 73, Int8Layout.MostSquaresOfActivations);
    }

    /// <summary>Rows that are hardest for the bound: of few values, whose norms are large, and of many that are just rounded up.</summary>
    [Fact]
    public void Squares_never_pass_the_bound_whatever_the_row()
    {
        Random random = new(11);
        int most = 0;
        for (int trial = 0; trial < 20_000; trial++)
        {
            // A row of the rotation's own columns is turned into one of few large values.
            float[] row = new float[Int8Layout.BlockInputs];
            for (int i = random.Next(1, 9); i > 0; i--)
            {
                row[random.Next(row.Length)] = (float)(2 * random.NextDouble() - 1) * MathF.Pow(10, random.Next(-3, 4));
            }

            most = Math.Max(most, SquaresOfSums(Definition(row).Values).Max());
        }

        Assert.InRange(most, 43_000, Int8Layout.MostSquaresOfActivations);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("infinity")]
    [InlineData("infinities")]
    [InlineData("too large for their sum")]
    public void What_is_no_finite_number_makes_its_blocks_scale_NaN(string kind)
    {
        Random random = new(1);
        Assert.True(float.IsNaN(Definition([.. Enumerable.Range(0, Int8Layout.BlockInputs).Select(i => s_rows[kind](random, i))]).Scale));
    }

    /// <summary>
    /// Signs changed, sums and differences of values 32, 16, ... 1 apart, and the nearest steps of the 127 to either side, ties to even, with what one of
    /// them stands for; of larger steps where the squares that belong together would be too much. A block that ends early is filled up with zeros.
    /// </summary>
    private static (int[] Values, float Scale) Definition(ReadOnlySpan<float> row)
    {
        float[] values = new float[Int8Layout.BlockInputs];
        row.CopyTo(values);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (Int8Layout.Signs >> i & 1) == 1 ? -values[i] : values[i];
        }

        for (int distance = values.Length / 2; distance >= 1; distance /= 2)
        {
            for (int i = 0; i < values.Length; i++)
            {
                if ((i & distance) == 0)
                {
                    (values[i], values[i + distance]) = (values[i] + values[i + distance], values[i] - values[i + distance]);
                }
            }
        }

        if (values.Any(value => !float.IsFinite(value)))
        {
            return (new int[values.Length], float.NaN);
        }

        float most = values.Max(MathF.Abs);
        if (most < Int8Layout.Least)
        {
            return (new int[values.Length], 0);
        }

        float factor = Int8Layout.Most / most;
        float[] steps = [.. values.Select(value => value * factor)];
        float norm = MathF.Max(Int8Layout.MostNormOfActivations, MathF.Sqrt(Enumerable.Range(0, values.Length / 16).SelectMany(sum => new[] { Squares(steps, 16 * sum), Squares(steps, 16 * sum + 2) }).Max()));
        float smaller = Int8Layout.MostNormOfActivations / norm;
        return ([.. steps.Select(value => (int)MathF.Round(value * smaller, MidpointRounding.ToEven))], most / Int8Layout.Most * (norm / Int8Layout.MostNormOfActivations));
    }

    /// <summary>The squares of two neighbouring values of each of four lines, in the order in which every width adds them.</summary>
    private static float Squares(float[] steps, int first)
    {
        float Square(int i) => steps[first + i] * steps[first + i];
        float Lines(int i) => (Square(i) + Square(i + 8)) + (Square(i + 4) + Square(i + 12));
        return Lines(0) + Lines(1);
    }

    /// <summary>For the eight values of each sum in 16 bits, the first two of four lines or the last two, their squares together.</summary>
    private static IEnumerable<int> SquaresOfSums(int[] values) =>
        Enumerable.Range(0, values.Length).GroupBy(i => (i / 16, i / 2 % 2)).Select(sum => sum.Sum(i => values[i] * values[i]));
}
