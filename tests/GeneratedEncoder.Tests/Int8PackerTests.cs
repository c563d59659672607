using System.Runtime.InteropServices;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>What packing makes of weights in eight bits: within their bounds, and close to what they were.</summary>
public sealed class Int8PackerTests
{
    private const int Column = 21, Columns = 32;

    private static readonly Dictionary<string, Func<Random, int, float>> s_rows = new()
    {
        ["random"] = (random, _) => (float)(2 * random.NextDouble() - 1),
        ["normal"] = (random, _) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())),
        ["spikes"] = (random, i) => random.Next(9) == 0 ? 1000 : (float)random.NextDouble(),
        ["one spike"] = (_, i) => i == 3 ? -5 : 0,
        ["two spikes"] = (_, i) => i is 3 or 9 ? 5 : 0,
        ["constant"] = (_, _) => 0.3f,
        ["alternating"] = (_, i) => i % 2 == 0 ? 0.3f : -0.3f,
        ["whole numbers"] = (random, _) => random.Next(-3, 4),
        ["tiny"] = (random, _) => (float)(random.NextDouble() * 1e-28),
        ["huge"] = (random, _) => (float)(random.NextDouble() * 1e36),
        ["zeros"] = (_, _) => 0,
    };

    public static TheoryData<string, int> Rows
    {
        get
        {
            TheoryData<string, int> rows = [];
            foreach (string kind in s_rows.Keys)
            {
                foreach (int k in new[] { 1, 2, 63, 64, 65, 200, 384 })
                {
                    rows.Add(kind, k);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Weights_are_within_half_a_step_and_pairs_within_their_bound(string kind, int k)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            float[] row = [.. Enumerable.Range(0, k).Select(i => s_rows[kind](random, i))];
            foreach (float scale in new[] { 1, 0.36f })
            {
                Assert.All(Unpack(Pack(row, scale), k), (block, i) => AssertClose(block, row.AsSpan(64 * i, Math.Min(64, k - 64 * i)), scale));
            }
        }
    }

    /// <summary>Whose rounded values would exceed the bound together: there are such, or the test above would show nothing of them.</summary>
    [Fact]
    public void Pairs_at_the_bound_are_met()
    {
        Random random = new(1);
        int[] sums = [.. Enumerable.Range(0, 500).SelectMany(_ =>
        {
            float[] row = [.. Enumerable.Range(0, 64).Select(_ => (float)(2 * random.NextDouble() - 1))];
            sbyte[] weights = Unpack(Pack(row, 1), 64)[0].Weights;
            return weights.Chunk(2).Select(pair => Math.Abs(pair[0]) + Math.Abs(pair[1]));
        })];

        Assert.Equal(Int8Layout.MostOfPair, sums.Max());
        Assert.True(sums.Count(sum => sum == Int8Layout.MostOfPair) > 100);
    }

    /// <summary>One large weight becomes 64 of one magnitude: without the bound all of them would be 127 and eight of their squares 129,032.</summary>
    [Fact]
    public void Squares_at_the_bound_are_met()
    {
        float[] row = new float[Int8Layout.BlockInputs];
        row[3] = -5;
        Block block = Unpack(Pack(row, 1), row.Length)[0];

        Assert.All(block.Weights, weight => Assert.Equal(55, Math.Abs(weight)));
        Assert.InRange(MostSquares(block), 8 * 55 * 55, Int8Layout.MostSquaresOfWeights);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3e38f)]
    public void A_weight_that_is_no_finite_number_makes_its_blocks_scale_NaN(float weight)
    {
        float[] row = new float[200];
        Array.Fill(row, 1);
        (row[70], row[71]) = (weight, weight);

        Block[] blocks = Unpack(Pack(row, 1), row.Length);

        Assert.Equal([false, true, false, false], blocks.Select(block => float.IsNaN(block.Scale)));
    }

    [Fact]
    public void Only_the_column_is_written()
    {
        float[] panels = new float[Columns / Int8Layout.Columns * 4 * Int8Layout.BlockFloats];
        Array.Fill(panels, 7f);

        Int8Packer.PackRows(new float[200], 1, Column, 1, panels);

        int changed = panels.Count(value => BitConverter.SingleToInt32Bits(value) != BitConverter.SingleToInt32Bits(7f));
        Assert.Equal(4 * (1 + Int8Layout.Lines + 1), changed);
        Assert.All(panels[..(panels.Length / 2)], value => Assert.Equal(7f, value));
    }

    private static void AssertClose(Block block, ReadOnlySpan<float> row, float scale)
    {
        double[] rotated = Rotated(row, scale);
        int sum = 0;
        for (int i = 0; i < rotated.Length; i += 2)
        {
            int one = block.Weights[i], other = block.Weights[i + 1];
            sum += one + other;
            Assert.InRange(Math.Abs(one), 0, Int8Layout.Most);
            Assert.InRange(Math.Abs(other), 0, Int8Layout.Most);
            Assert.InRange(Math.Abs(one) + Math.Abs(other), 0, Int8Layout.MostOfPair);
        }

        Assert.Equal(-Int8Layout.Offset * sum, block.Correction);
        Assert.InRange(MostSquares(block), 0, Int8Layout.MostSquaresOfWeights);

        // Sums of 64 in single precision lie a little beside those in double precision.
        double step = (double)block.Scale * Int8Layout.BlockInputs, slack = 1e-5 * rotated.Max(Math.Abs) + Int8Layout.Least;
        for (int i = 0; i < rotated.Length; i++)
        {
            Assert.InRange(Math.Abs(block.Weights[i] * step - rotated[i]), 0, 0.5 * step + slack);
        }

        // Rotated back, an error is the mean of 64 of those, of either sign.
        double[] back = Back([.. block.Weights.Select(weight => weight * step)]);
        for (int i = 0; i < back.Length; i++)
        {
            Assert.InRange(Math.Abs(back[i] - (i < row.Length ? (double)row[i] * scale : 0)), 0, 0.5 * step + slack);
        }
    }

    /// <summary>The largest sum of the squares of eight weights whose products are added up in 16 bits: the first two of four lines, or the last two.</summary>
    private static int MostSquares(Block block) =>
        Enumerable.Range(0, block.Weights.Length).GroupBy(i => (i / 16, i / 2 % 2)).Max(sum => sum.Sum(i => block.Weights[i] * block.Weights[i]));

    private static float[] Pack(float[] row, float scale)
    {
        float[] panels = new float[Columns / Int8Layout.Columns * Int8Layout.Blocks(row.Length) * Int8Layout.BlockFloats];
        Int8Packer.PackRows(row, 1, Column, scale, panels);
        return panels;
    }

    /// <summary>A column's blocks: lines of four inputs, between the corrections and the scales.</summary>
    private static Block[] Unpack(float[] panels, int k)
    {
        int blocks = Int8Layout.Blocks(k), lane = Column % Int8Layout.Columns;
        return [.. Enumerable.Range(0, blocks).Select(block =>
        {
            float[] packed = panels[((Column / Int8Layout.Columns * blocks + block) * Int8Layout.BlockFloats)..];
            int[] lines = [.. Enumerable.Range(0, Int8Layout.Lines).Select(line => BitConverter.SingleToInt32Bits(packed[Int8Layout.FirstLine + line * Int8Layout.Columns + lane]))];
            return new Block(MemoryMarshal.Cast<int, sbyte>(lines).ToArray(), BitConverter.SingleToInt32Bits(packed[lane]), packed[Int8Layout.Scales + lane]);
        })];
    }

    /// <summary>A block's signs changed, and its transform without the factor of 1/8.</summary>
    private static double[] Rotated(ReadOnlySpan<float> row, float scale)
    {
        double[] values = new double[Int8Layout.BlockInputs];
        for (int i = 0; i < row.Length; i++)
        {
            values[i] = (Int8Layout.Signs >> i & 1) == 1 ? -(double)row[i] * scale : (double)row[i] * scale;
        }

        return Transformed(values);
    }

    /// <summary>The transform is its own inverse, but for a factor of 64.</summary>
    private static double[] Back(double[] rotated)
    {
        double[] values = Transformed(rotated);
        return [.. values.Select((value, i) => ((Int8Layout.Signs >> i & 1) == 1 ? -value : value) / Int8Layout.BlockInputs)];
    }

    /// <summary>By the matrix's definition: the sign of an element is the parity of what its row and column have in common.</summary>
    private static double[] Transformed(double[] values) =>
        [.. Enumerable.Range(0, values.Length).Select(row => values.Select((value, column) => int.PopCount(row & column) % 2 == 0 ? value : -value).Sum())];

    private sealed record Block(sbyte[] Weights, int Correction, float Scale);
}
