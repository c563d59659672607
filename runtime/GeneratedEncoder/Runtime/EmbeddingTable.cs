using System.ComponentModel;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A word table that stays where it is, in the mapped file and in its own element type: of 30,000 rows a text
/// touches a few, and only those are ever read. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class EmbeddingTable
{
    private readonly byte* _rows;
    private readonly TensorType _type;
    private readonly int _count, _rowBytes;

    internal EmbeddingTable(byte* rows, TensorType type, int count, int width)
    {
        _rows = rows;
        _count = count;
        _type = type;
        _rowBytes = width * SafetensorsHeader.ElementSize(type);
    }

    /// <summary>Copies one row as float32.</summary>
    /// <param name="row">The token id.</param>
    /// <param name="destination">[HiddenSize]</param>
    public void CopyRow(int row, Span<float> destination) =>
        TensorDecoder.Decode(new ReadOnlySpan<byte>(_rows + (long)CallGuard.Row(row, _count) * _rowBytes, _rowBytes), _type, destination);
}
