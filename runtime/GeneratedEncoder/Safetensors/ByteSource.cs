using GeneratedEncoder.Runtime;
using Microsoft.Win32.SafeHandles;

namespace GeneratedEncoder.Safetensors;

/// <summary>Bytes that can be read anywhere: an open file's, or memory's.</summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>How many there were at first.</summary>
    public abstract long Length { get; }

    /// <summary>Whether reading them costs no call of the system, and nobody can take them away.</summary>
    public abstract bool IsInMemory { get; }

    /// <summary>Reads some; false if there are no longer as many.</summary>
    /// <exception cref="IOException">They can't be read.</exception>
    public abstract bool TryRead(long offset, Span<byte> destination);

    /// <summary>Whether there are still as many as at first.</summary>
    public abstract bool IsWhole();

    public virtual void Dispose()
    {
    }
}

/// <summary>
/// An open file's bytes. It is not mapped into memory: if somebody cuts a mapped file short, the next look at what was there ends the process, and a
/// read is only refused. The file stays open, and so locked against writers that ask (all on Windows, .NET's own elsewhere), until this is disposed.
/// </summary>
internal sealed class FileBytes : ByteSource
{
    private readonly SafeFileHandle _file;

    public FileBytes(string path)
    {
        RegularFile.Check(path);
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Length = RandomAccess.GetLength(_file);
        }
        catch (NotSupportedException e)
        {
            // A pipe or a terminal has no length.
            _file.Dispose();
            throw new InvalidDataException($"'{path}' is not a readable safetensors file. {e.Message}", e);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override long Length { get; }

    public override bool IsInMemory => false;

    public override bool TryRead(long offset, Span<byte> destination)
    {
        for (int read = 0, more; read < destination.Length; read += more)
        {
            more = RandomAccess.Read(_file, destination[read..], offset + read);
            if (more == 0)
            {
                return false;
            }
        }

        return true;
    }

    public override bool IsWhole() => RandomAccess.GetLength(_file) >= Length;

    public override void Dispose() => _file.Dispose();
}

/// <summary>Memory's bytes, read where they are.</summary>
internal sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : ByteSource
{
    public override long Length => bytes.Length;

    public override bool IsInMemory => true;

    public override bool TryRead(long offset, Span<byte> destination)
    {
        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
        return true;
    }

    public override bool IsWhole() => true;
}
