using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Tests;

/// <summary>Word tables in few bits, out of files of every type.</summary>
public sealed class NarrowTableTests : IDisposable
{
    /// <summary>Several blocks of a load, the last of which is not full.</summary>
    private const int Rows = 3000;

    private readonly TempFolder _folder = new();

    public static TheoryData<WordTableFormat, WeightType, int> Cases
    {
        get
        {
            TheoryData<WordTableFormat, WeightType, int> cases = [];
            foreach (WordTableFormat format in new[] { WordTableFormat.BFloat16, WordTableFormat.Int8 })
            {
                foreach (WeightType type in Enum.GetValues<WeightType>())
                {
                    Array.ForEach([1, 20, 52, 64, 131], width => cases.Add(format, type, width));
                }
            }

            return cases;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_row_is_the_files_rounded(WordTableFormat format, WeightType type, int width)
    {
        Tensor words = Write(type, width);
        foreach (int threads in new[] { 1, 2, 5 })
        {
            using SafetensorsModel model = SafetensorsModel.Open(_folder["table"]);
            model.Threads = threads;
            using NarrowTable narrow = Open(model, width, format);
            EmbeddingTable table = new(narrow, model.Tensors["table"], Rows, width);
            float[] row = new float[width];
            for (int id = 0; id < Rows; id++)
            {
                table.CopyRow(id, row);
                Bits.AssertSame(Rounded(format, words, id, width), row, $"Row {id} on {threads} threads.");
            }
        }
    }

    [Theory]
    [InlineData(WordTableFormat.BFloat16)]
    [InlineData(WordTableFormat.Int8)]
    public void Blocks_of_rows_end_with_zeros(WordTableFormat format)
    {
        const int width = 52, stride = 64;
        Tensor words = Write(WeightType.F32, width);
        using SafetensorsModel model = SafetensorsModel.Open(_folder["table"]);
        using NarrowTable narrow = Open(model, width, format);
        EmbeddingTable table = new(narrow, model.Tensors["table"], Rows, width);
        foreach ((int first, int count) in new[] { (0, Rows), (0, 1), (Rows - 1, 1), (13, 7) })
        {
            float[] block = new float[count * stride];
            Array.Fill(block, float.NaN);
            table.CopyRows(first, count, stride, block);
            for (int i = 0; i < count; i++)
            {
                Bits.AssertSame([.. Rounded(format, words, first + i, width), .. new float[stride - width]], block.AsSpan(i * stride, stride), $"Row {first + i}.");
            }
        }
    }

    [Fact]
    public void Rows_that_there_are_not()
    {
        Write(WeightType.F32, 4);
        using SafetensorsModel model = SafetensorsModel.Open(_folder["table"]);
        using NarrowTable narrow = Open(model, 4, WordTableFormat.Int8);
        EmbeddingTable table = new(narrow, model.Tensors["table"], Rows, 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRow(-1, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRow(Rows, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRows(Rows - 1, 2, 4, new float[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.CopyRow(0, new float[3]));
    }

    [Fact]
    public void Of_a_table_that_was_freed_no_row_is_read()
    {
        Write(WeightType.F32, 4);
        using SafetensorsModel model = SafetensorsModel.Open(_folder["table"]);
        NarrowTable narrow = Open(model, 4, WordTableFormat.BFloat16);
        narrow.Dispose();
        narrow.Dispose();

        Assert.Throws<ObjectDisposedException>(() => narrow.CopyRow(0, new float[4]));
    }

    /// <summary>Whichever thread comes to it: the first in the file is named, as on one thread.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_number_that_is_not_finite_is_refused_where_that_is_asked_for(int threads)
    {
        const int width = 64, first = 1700 * width + 3;
        Tensor words = Write(WeightType.BF16, width);
        words.Values[first] = float.PositiveInfinity;
        words.Values[^1] = float.NaN;
        SafetensorsWriter.Write(_folder["table"], WeightType.BF16, [("table", words)]);
        using SafetensorsModel model = SafetensorsModel.Open(_folder["table"]);
        (model.Threads, model.RefusesNonFinite) = (threads, true);

        string message = Assert.Throws<InvalidDataException>(() => Open(model, width, WordTableFormat.Int8)).Message;

        Assert.Contains($"The tensor 'table' in '{_folder["table"]}' holds {float.PositiveInfinity} as its element {first},", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_becomes_shorter_meanwhile_is_refused()
    {
        Write(WeightType.F32, 64);
        using SafetensorsModel model = SafetensorsModel.Open(_folder["table"]);
        using (FileStream file = new(_folder["table"], new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.ReadWrite }))
        {
            file.SetLength(file.Length / 2);
        }

        Assert.Contains("has become shorter", Assert.Throws<InvalidDataException>(() => Open(model, 64, WordTableFormat.Int8)).Message, StringComparison.Ordinal);
    }

    private static NarrowTable Open(SafetensorsModel model, int width, WordTableFormat format) => new(model, model.Tensors["table"], Rows, width, format);

    private static float[] Rounded(WordTableFormat format, Tensor words, int row, int width)
    {
        float[] values = words.Values[(row * width)..((row + 1) * width)];
        return format == WordTableFormat.Int8 ? NarrowRowTests.PlainInt8(values) : Array.ConvertAll(values, NarrowRowTests.PlainBFloat16);
    }

    /// <summary>Writes a table, with other tensors at either side. Returns it as it is in the file.</summary>
    private Tensor Write(WeightType type, int width)
    {
        Random random = new(width);
        Tensor words = new([Rows, width], [.. Enumerable.Range(0, Rows * width).Select(_ => (float)(Half)(random.NextDouble() - 0.5))]);
        Tensor stored = type == WeightType.BF16 ? words with { Values = Array.ConvertAll(words.Values, NarrowRowTests.PlainBFloat16) } : words;
        SafetensorsWriter.Write(_folder["table"], type, [("first", new Tensor([3], new float[3])), ("table", stored), ("last", new Tensor([5], new float[5]))]);
        return stored;
    }
}
