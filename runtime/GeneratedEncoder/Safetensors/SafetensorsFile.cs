using System.Buffers.Binary;
using GeneratedEncoder.Runtime;
using Microsoft.Win32.SafeHandles;

namespace GeneratedEncoder.Safetensors;

/// <summary>
/// A safetensors file: its entries, and each tensor's bytes, read where and when they are asked for. It is not mapped into memory:
/// if somebody cuts a mapped file short, the next look at what was there ends the process, and a read is only refused. The file
/// stays open, and so locked against writers that ask (all on Windows, .NET's own elsewhere), until this is disposed.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly long _length, _dataStart;

    private SafetensorsFile(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
        _length = RandomAccess.GetLength(file);
        if (_length < 8)
        {
            throw new InvalidDataException($"It has {_length} bytes; a safetensors file starts with 8 bytes that give its header's length.");
        }

        Span<byte> start = stackalloc byte[8];
        Read(0, start);
        byte[] header = new byte[CheckedHeaderLength(start, _length)];
        Read(8, header);
        _dataStart = 8 + header.Length;
        Tensors = SafetensorsHeader.Parse(header, _length - _dataStart);
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The entries of the header, by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file, or a damaged one, or no ordinary file.</exception>
    /// <exception cref="IOException">It can't be opened or read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RegularFile.Check(path);
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new SafetensorsFile(path, file);
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is InvalidDataException or NotSupportedException)
            {
                // Not supported: a pipe or a terminal has no length.
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
        if (RandomAccess.GetLength(_file) < _length)
        {
            throw CutShort();
        }
    }

    public void Dispose() => _file.Dispose();

    private void Read(long offset, Span<byte> destination)
    {
        for (int read = 0; read < destination.Length;)
        {
            int more = RandomAccess.Read(_file, destination[read..], offset + read);
            read += more > 0 ? more : throw CutShort();
        }
    }

    private InvalidDataException CutShort() => new(
        $"The file '{Path}' had {_length} bytes when it was opened and has become shorter; a model's file must not be changed while it is in use.");

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
