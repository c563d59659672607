using System.ComponentModel;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A table of one row a word. A large one stays in the file, in its own element type: of 30,000 rows a text touches a few, and only
/// those are ever read. A small one is held in memory, since the encoders that have one are done with a token sooner than the
/// system with a read. A model that is in memory has its table there already, and it is read where it is. Where <see cref="EncoderOptions.WordTable"/> says so, a
/// word table is in memory in few bits. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EmbeddingTable
{
    /// <summary>Of a table that is held in memory, as float32.</summary>
    internal const long MostBytesInMemory = 16 << 20;

    // Where the rows are: in memory, as float32 or narrow, or else in the file.
    private readonly float[]? _rows;
    private readonly NarrowTable? _narrow;
    private readonly SafetensorsFile? _file;

    private readonly TensorInfo _tensor;
    private readonly int _count, _width;

    internal EmbeddingTable(SafetensorsModel model, TensorInfo tensor, int count, int width, long mostBytesInMemory = MostBytesInMemory)
    {
        (_file, _tensor, _count, _width) = (model.FileOf(tensor), tensor, count, width);
        if (!_file.IsInMemory && (long)count * width * sizeof(float) <= mostBytesInMemory)
        {
            _rows = GC.AllocateUninitializedArray<float>(count * width);
            model.Read(tensor, 0, _rows);
            return;
        }

        model.KeepReading(_file);
        if (model.RefusesNonFinite)
        {
            // To be looked through as a whole, of which nothing is kept.
            float[] block = new float[Math.Max(1, ModelTensors.BlockElements / width) * width];
            long elements = (long)count * width;
            for (long first = 0; first < elements; first += block.Length)
            {
                model.Read(tensor, first, block.AsSpan(0, (int)Math.Min(block.Length, elements - first)));
            }
        }
    }

    internal EmbeddingTable(NarrowTable narrow, TensorInfo tensor, int count, int width) => (_narrow, _tensor, _count, _width) = (narrow, tensor, count, width);

    /// <summary>The tensor that has the rows.</summary>
    internal TensorInfo Tensor => _tensor;

    /// <summary>Whether each element is the file's own, whatever form it has.</summary>
    internal bool IsExact => _narrow is null || (_narrow.Format == WordTableFormat.BFloat16 && _tensor.Type == TensorType.BF16);

    /// <summary>Copies one row as float32.</summary>
    /// <param name="row">The token id.</param>
    /// <param name="destination">[width]</param>
    /// <exception cref="InvalidDataException">The row has to be read, and the file has become too short.</exception>
    /// <exception cref="IOException">It has to be read, and can't be.</exception>
    /// <exception cref="ObjectDisposedException">The row was narrow, in memory that has been freed.</exception>
    public void CopyRow(int row, Span<float> destination) => Copy(CallGuard.Row(row, _count), destination[.._width]);

    /// <summary>Copies some rows as float32, to rows of <paramref name="stride"/> floats that end with zeros.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="stride">Floats from a row to the next, at least the table's width.</param>
    /// <param name="destination">[rows * stride]</param>
    /// <exception cref="InvalidDataException">The rows have to be read, and the file has become too short.</exception>
    /// <exception cref="IOException">They have to be read, and can't be.</exception>
    /// <exception cref="ObjectDisposedException">They were narrow, in memory that has been freed.</exception>
    public void CopyRows(int first, int rows, int stride, Span<float> destination)
    {
        _ = CallGuard.Row(first, _count);
        _ = CallGuard.Row(first + rows - 1, _count);
        destination = destination[..(rows * stride)];
        Copy(first, destination[^(rows * _width)..]);
        TensorDecoder.Spread(rows, _width, stride, destination);
    }

    /// <summary>Copies as many rows as there is room for.</summary>
    private void Copy(int first, Span<float> destination)
    {
        if (_rows is not null)
        {
            _rows.AsSpan(first * _width, destination.Length).CopyTo(destination);
        }
        else if (_narrow is not null)
        {
            for (; destination.Length > 0; destination = destination[_width..])
            {
                _narrow.CopyRow(first++, destination[.._width]);
            }
        }
        else
        {
            TensorDecoder.Read(_file!, _tensor, (long)first * _width, destination);
        }
    }
}
