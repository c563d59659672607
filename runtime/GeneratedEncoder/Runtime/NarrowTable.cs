using System.Buffers;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Runtime;

/// <summary>A table of narrow rows, in memory outside the managed heap.</summary>
internal sealed class NarrowTable : IDisposable
{
    private readonly int _rowBytes;
    private readonly AlignedMemory _memory;
    private bool _isDisposed;

    /// <summary>
    /// Reads a table block by block, so that no more of it is ever in memory as float32, and rounds its rows. Blocks are shared among the load's threads.
    /// </summary>
    /// <param name="model">The model's files.</param>
    /// <param name="tensor">[count, width]</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="format">Not <see cref="WordTableFormat.FromFile"/>.</param>
    /// <exception cref="InvalidDataException">A file has become shorter, or an element is not finite where it has to be.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="OutOfMemoryException">The memory can't be had.</exception>
    public NarrowTable(SafetensorsModel model, TensorInfo tensor, int count, int width, WordTableFormat format)
    {
        Format = format;
        _rowBytes = NarrowRow.Bytes(format, width);
        _memory = new AlignedMemory((long)count * _rowBytes);
        try
        {
            Fill(model, tensor, count, width);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How rows are held.</summary>
    public WordTableFormat Format { get; }

    /// <summary>Expands one row to float32. Allocates nothing.</summary>
    /// <param name="row">Which; there must be one.</param>
    /// <param name="destination">[width]</param>
    /// <exception cref="ObjectDisposedException">The table's encoder was disposed.</exception>
    public void CopyRow(int row, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        NarrowRow.Expand(Format, _memory.AsBytes((long)row * _rowBytes, _rowBytes), destination);
        GC.KeepAlive(_memory);
    }

    /// <summary>Frees the memory. No call may be running.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _memory.Dispose();
    }

    private void Fill(SafetensorsModel model, TensorInfo tensor, int count, int width)
    {
        int most = Math.Clamp(ModelTensors.BlockElements / width, 1, count);
        LoadBlocks.Run((count + most - 1) / most, model.Threads, index =>
        {
            int first = index * most, rows = Math.Min(most, count - first);
            float[] block = ArrayPool<float>.Shared.Rent(rows * width);
            try
            {
                Span<float> values = block.AsSpan(0, rows * width);
                model.Read(tensor, (long)first * width, values);
                for (int row = 0; row < rows; row++)
                {
                    NarrowRow.Pack(Format, values.Slice(row * width, width), _memory.AsBytes((long)(first + row) * _rowBytes, _rowBytes));
                }
            }
            finally
            {
                ArrayPool<float>.Shared.Return(block);
            }
        });
    }
}
