using System.Runtime.InteropServices;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Packing many rows at once, on any number of threads, gives the bits of one number after another.</summary>
public sealed class PackerTests : IDisposable
{
    private const string Weight = "w.weight";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(64, 1, 1f)]
    [InlineData(130, 0.01f, 0.3f)]
    [InlineData(384, 1e10f, 1f)]
    [InlineData(77, 1e-29f, 1f)]
    [InlineData(1, 3, 1f)]
    public void Eight_bits_of_rows_together_are_those_of_rows_alone(int width, float size, float scale)
    {
        const int Count = 16;
        Random random = new(width);
        float[] rows = new float[Count * width];
        for (int i = 0; i < rows.Length; i++)
        {
            // Some outliers, some zeros, and rows of equal values, whose pairs tie.
            int row = i / width;
            rows[i] = row == 3 ? 0 : row == 5 ? size : size * (float)(random.NextDouble() - 0.5) * (random.Next(20) == 0 ? 30 : 1);
        }

        rows[6 * width] = float.NaN;
        rows[7 * width] = float.PositiveInfinity;
        rows[8 * width] = float.Epsilon;
        float[] panels = new float[2 * Int8Layout.Blocks(width) * Int8Layout.BlockFloats], expected = new float[panels.Length];

        Int8Packer.PackRows(rows, Count, Int8Layout.Columns, scale, panels);

        for (int row = 0; row < Count; row++)
        {
            PackAlone(rows.AsSpan(row * width, width), Int8Layout.Columns + row, scale, expected);
        }

        Bits.AssertSame(expected, panels);
    }

    /// <summary>Wide random searches find what chosen values don't: pairs that are both rounded up.</summary>
    [Fact]
    public void Eight_bits_of_a_thousand_random_blocks()
    {
        Random random = new(3);
        float[] row = new float[Int8Layout.BlockInputs], panels = new float[Int8Layout.BlockFloats], expected = new float[Int8Layout.BlockFloats];
        for (int i = 0; i < 1000; i++)
        {
            for (int k = 0; k < row.Length; k++)
            {
                row[k] = random.Next(-1000, 1001) / (float)(1 + random.Next(i + 1));
            }

            Int8Packer.PackRows(row, 1, i % 16, 1, panels);
            PackAlone(row, i % 16, 1, expected);
            Bits.AssertSame(expected, panels);
        }
    }

    [Theory]
    [InlineData(WeightFormat.Float32)]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void Any_number_of_threads_packs_the_same(WeightFormat format)
    {
        const int Rows = 1000, Width = 301, Columns = 50 * 32;
        Save(Rows, Width, _ => false);
        float[] one = Pack(threads: 1), many = Pack(threads: 4);

        Assert.Contains(one, value => value != 0);
        Bits.AssertSame(one, many);

        float[] Pack(int threads)
        {
            using ModelTensors tensors = Open(threads);
            float[] panels = new float[Columns / 16 * Math.Max(16 * Width, Int8Layout.Blocks(Width) * Int8Layout.BlockFloats)];
            tensors.PackWeight(format, Weight, Rows, 0, Rows, Width, 20, 32, 1, 1, panels);
            return panels;
        }
    }

    /// <summary>Threads that find other mistakes, or find theirs sooner, don't change what is said.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void The_first_mistake_is_reported_on_any_number_of_threads(int threads)
    {
        const int Rows = 4000, Width = 301;
        Save(Rows, Width, row => row is 1207 or 2400 or 3999);
        using ModelTensors tensors = Open(threads);
        tensors.RefuseNonFinite();

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => tensors.PackWeight(Weight, Rows, 0, Rows, Width, Rows, Rows, 1, 1, new float[Rows * Width]));

        Assert.Contains($"holds NaN as its element {1207 * Width},", exception.Message, StringComparison.Ordinal);
    }

    private void Save(int rows, int width, Func<int, bool> isBad)
    {
        Random random = new(1);
        float[] values = [.. Enumerable.Range(0, rows * width).Select(i => i % width == 0 && isBad(i / width) ? float.NaN : (float)random.NextDouble() - 0.5f)];
        SafetensorsWriter.Write(_folder["model.safetensors"], WeightType.F32, [(Weight, new Tensor([rows, width], values))]);
    }

    private ModelTensors Open(int threads)
    {
        ModelTensors tensors = ModelTensors.Open(_folder["model.safetensors"], Weight);
        tensors.UseThreads(threads);
        return tensors;
    }

    /// <summary>What the packer is to do, a number at a time.</summary>
    private static void PackAlone(ReadOnlySpan<float> row, int column, float scale, Span<float> panels)
    {
        int blocks = Int8Layout.Blocks(row.Length), lane = column % Int8Layout.Columns;
        for (int block = 0; block < blocks; block++)
        {
            float[] values = new float[Int8Layout.BlockInputs];
            row[(block * Int8Layout.BlockInputs)..Math.Min(row.Length, (block + 1) * Int8Layout.BlockInputs)].CopyTo(values);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= scale;
                values[i] = (Int8Layout.Signs >> i & 1) == 0 ? values[i] : -values[i];
            }

            for (int distance = values.Length / 2; distance > 0; distance /= 2)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    if ((i & distance) == 0)
                    {
                        (values[i], values[i + distance]) = (values[i] + values[i + distance], values[i] - values[i + distance]);
                    }
                }
            }

            float step = RoundAlone(values, out sbyte[] weights);
            Span<float> packed = panels.Slice((column / Int8Layout.Columns * blocks + block) * Int8Layout.BlockFloats, Int8Layout.BlockFloats);
            packed[lane] = BitConverter.Int32BitsToSingle(-Int8Layout.Offset * weights.Sum(weight => weight));
            packed[Int8Layout.Scales + lane] = step / Int8Layout.BlockInputs;
            for (int line = 0; line < Int8Layout.Lines; line++)
            {
                packed[Int8Layout.FirstLine + line * Int8Layout.Columns + lane] = MemoryMarshal.Read<float>(MemoryMarshal.AsBytes(weights.AsSpan(4 * line, 4)));
            }
        }
    }

    private static float RoundAlone(float[] values, out sbyte[] weights)
    {
        weights = new sbyte[values.Length];
        float mostOfPair = 0;
        for (int i = 0; i < values.Length; i += 2)
        {
            mostOfPair = Math.Max(mostOfPair, Math.Abs(values[i]) + Math.Abs(values[i + 1]));
        }

        if (!float.IsFinite(mostOfPair))
        {
            return float.NaN;
        }

        if (mostOfPair < Int8Layout.Least)
        {
            return 0;
        }

        float step = Math.Max(values.Max(Math.Abs) / Int8Layout.Most, mostOfPair / Int8Layout.MostOfPair);
        while (true)
        {
            RoundAlone(values, 1 / step, weights);
            sbyte[] rounded = weights;
            if (Enumerable.Range(0, values.Length).GroupBy(i => (i / 16, i / 2 % 2)).All(sum => sum.Sum(i => rounded[i] * rounded[i]) <= Int8Layout.MostSquaresOfWeights))
            {
                return step;
            }

            step *= Int8Layout.Coarser;
        }
    }

    private static void RoundAlone(float[] values, float inverse, sbyte[] weights)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            float a = values[i] * inverse, b = values[i + 1] * inverse;
            int x = (int)MathF.Round(a, MidpointRounding.ToEven), y = (int)MathF.Round(b, MidpointRounding.ToEven);
            if (Math.Abs(x) + Math.Abs(y) > Int8Layout.MostOfPair)
            {
                if (Math.Abs(x) - Math.Abs(a) >= Math.Abs(y) - Math.Abs(b))
                {
                    x -= Math.Sign(x);
                }
                else
                {
                    y -= Math.Sign(y);
                }
            }

            (weights[i], weights[i + 1]) = ((sbyte)x, (sbyte)y);
        }
    }
}
