using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Tests;

/// <summary>A table gives the same rows from memory and from the file, whatever type it is stored in.</summary>
public sealed class EmbeddingTableTests : IDisposable
{
    private const int Rows = 100;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WeightType.F32, 52, 64)]
    [InlineData(WeightType.F16, 52, 64)]
    [InlineData(WeightType.BF16, 52, 64)]
    [InlineData(WeightType.F32, 64, 64)]
    [InlineData(WeightType.F16, 64, 64)]
    [InlineData(WeightType.F16, 1, 16)]
    [InlineData(WeightType.BF16, 17, 32)]
    public void One_by_one_and_in_blocks(WeightType type, int width, int stride)
    {
        float[] values = [.. Enumerable.Range(0, Rows * width).Select(i => (float)(Half)((i * 37 % 251) - 125))];
        SafetensorsWriter.Write(_folder["table"], type, [("first", Zeros(3)), ("table", new Tensor([Rows, width], values)), ("last", Zeros(5))]);
        using SafetensorsModel model = SafetensorsModel.Open(_folder["table"]);
        TensorInfo tensor = model.Tensors["table"];

        foreach (EmbeddingTable table in new[] { new EmbeddingTable(model, tensor, Rows, width), new EmbeddingTable(model, tensor, Rows, width, mostBytesInMemory: 0) })
        {
            float[] row = new float[width];
            for (int id = 0; id < Rows; id++)
            {
                table.CopyRow(id, row);
                Bits.AssertSame(values.AsSpan(id * width, width), row, $"Row {id}.");
            }

            foreach ((int first, int count) in new[] { (0, Rows), (0, 1), (Rows - 1, 1), (13, 7) })
            {
                float[] block = new float[count * stride];
                Array.Fill(block, float.NaN);
                table.CopyRows(first, count, stride, block);
                for (int i = 0; i < count; i++)
                {
                    Bits.AssertSame([.. values.AsSpan((first + i) * width, width), .. new float[stride - width]], block.AsSpan(i * stride, stride), $"Row {first + i}.");
                }
            }
        }
    }

    [Fact]
    public void Rows_that_there_are_not()
    {
        SafetensorsWriter.Write(_folder["table"], WeightType.F32, [("table", new Tensor([Rows, 4], new float[Rows * 4]))]);
        using SafetensorsModel model = SafetensorsModel.Open(_folder["table"]);
        EmbeddingTable table = new(model, model.Tensors["table"], Rows, 4, mostBytesInMemory: 0);

        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRow(-1, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRow(Rows, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRows(Rows - 1, 2, 4, new float[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRows(-1, 2, 4, new float[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRow(0, new float[3]));
    }

    private static Tensor Zeros(int count) => new([count], new float[count]);
}
