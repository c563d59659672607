using System.Buffers.Binary;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Safetensors;

/// <summary>A safetensors file: its entries, and each tensor's bytes, read where and when they are asked for.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly ByteSource _bytes;
    private readonly long _dataStart;

    private SafetensorsFile(string path, ByteSource bytes)
    {
        Path = path;
        _bytes = bytes;
        if (bytes.Length < 8)
        {
            throw new InvalidDataException($"It has {bytes.Length} bytes; a safetensors file starts with 8 bytes that give its header's length.");
        }

        Span<byte> start = stackalloc byte[8];
        Read(0, start);
        byte[] header = new byte[CheckedHeaderLength(start, bytes.Length)];
        Read(8, header);
        _dataStart = 8 + header.Length;
        Tensors = SafetensorsHeader.Parse(header, bytes.Length - _dataStart);
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The entries of the header, by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Whether the file is in memory, and so read where it is.</summary>
    public bool IsInMemory => _bytes.IsInMemory;

    /// <summary>Checks a file's header.</summary>
    /// <param name="source">The folder that has the file.</param>
    /// <param name="path">The file, as <paramref name="source"/> or a caller named it.</param>
    /// <exception cref="InvalidDataException">It is not a safetensors file, or a damaged one, or no ordinary file.</exception>
    /// <exception cref="IOException">It can't be opened or read.</exception>
    public static SafetensorsFile Open(ModelSource source, string path)
    {
        ByteSource bytes = source.Open(path);
        try
        {
            return new SafetensorsFile(path, bytes);
        }
        catch (Exception e)
        {
            bytes.Dispose();
            if (e is InvalidDataException)
            {
                throw new InvalidDataException($"'{path}' is not a readable safetensors file. {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Reads some of a tensor's bytes.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="begin">Where in the tensor.</param>
    /// <param name="destination">Is filled.</param>
    /// <exception cref="InvalidDataException">The file has become shorter since it was opened.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public void Read(TensorInfo tensor, long begin, Span<byte> destination) => Read(_dataStart + tensor.Begin + begin, destination);

    /// <summary>Refuses a file that has become shorter since it was opened.</summary>
    public void CheckLength()
    {
        if (!_bytes.IsWhole())
        {
            throw CutShort();
        }
    }

    public void Dispose() => _bytes.Dispose();

    private void Read(long offset, Span<byte> destination)
    {
        if (!_bytes.TryRead(offset, destination))
        {
            throw CutShort();
        }
    }

    private InvalidDataException CutShort() => new(
        $"The file '{Path}' had {_bytes.Length} bytes when it was opened and has become shorter; a model's file must not be changed while it is in use.");

    private static int CheckedHeaderLength(ReadOnlySpan<byte> start, long fileLength)
    {
        if (start.SequenceEqual("version "u8))
        {
            throw new InvalidDataException("It is a Git LFS pointer: the model itself was not downloaded (git lfs pull fetches it).");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > SafetensorsHeader.MaxLength || (long)length > fileLength - 8)
        {
            throw new InvalidDataException(
                $"Its first 8 bytes give a header of {length} bytes, but the file has {fileLength} bytes " +
                $"and a header at most {SafetensorsHeader.MaxLength}.");
        }

        return (int)length;
    }
}
