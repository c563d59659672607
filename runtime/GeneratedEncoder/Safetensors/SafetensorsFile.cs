using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace GeneratedEncoder.Safetensors;

/// <summary>
/// A memory-mapped safetensors file: its entries, and each tensor's bytes where they lie. The file stays open, and so locked
/// against writers that ask (all on Windows, .NET's own elsewhere), until this is disposed.
/// </summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;
    private bool _disposed;

    private SafetensorsFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, long length)
    {
        Path = path;
        _file = file;
        _view = view;
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            start += _view.PointerOffset;
            long headerLength = CheckedHeaderLength(new ReadOnlySpan<byte>(start, 8), length);
            Tensors = SafetensorsHeader.Parse(new ReadOnlySpan<byte>(start + 8, (int)headerLength), length - 8 - headerLength);
            _data = start + 8 + headerLength;
        }
        catch
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            throw;
        }
    }

    // Handles free themselves, but not while a pointer into the view is counted as in use.
    ~SafetensorsFile() => ReleasePointer();

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The entries of the header, by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Maps a file and checks its header.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file, or a damaged one.</exception>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            long length = stream.Length;
            if (length < 8)
            {
                throw new InvalidDataException($"It has {length} bytes; a safetensors file starts with 8 bytes that give its header's length.");
            }

            file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            return new SafetensorsFile(path, file, view, length);
        }
        catch (Exception e)
        {
            view?.Dispose();
            file?.Dispose();
            stream.Dispose();
            if (e is InvalidDataException)
            {
                throw new InvalidDataException($"'{path}' is not a readable safetensors file. {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>The address of a tensor's first byte; valid until this is disposed, not necessarily aligned.</summary>
    public byte* AddressOf(TensorInfo tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _data + tensor.Begin;
    }

    public void Dispose()
    {
        ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    private void ReleasePointer()
    {
        // Without a data address the constructor failed, and has released it itself.
        if (!_disposed && _data != null)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static long CheckedHeaderLength(ReadOnlySpan<byte> start, long fileLength)
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

        return (long)length;
    }
}
