using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A zeroed block of floats outside the managed heap, aligned to a cache line. Linux is asked to back a large one with pages of 2 MiB:
/// weights are streamed, and with pages of 4 KiB looking up their addresses takes up to a tenth of the time (Zen 5, 43 MB of panels).
/// Only whole pages are asked for, so that the block never takes more memory than its bytes.
/// </summary>
internal sealed unsafe partial class AlignedMemory : IDisposable
{
    private const nuint CacheLine = 64;
    private const nuint HugePage = 2 * 1024 * 1024;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of <sys/mman.h>, the same on all architectures that .NET runs on
    private void* _start;

    public AlignedMemory(long bytes)
    {
        Bytes = bytes;
        nuint size = (nuint)bytes;
        _start = NativeMemory.AlignedAlloc(size, size >= HugePage ? HugePage : CacheLine);
        if (size >= HugePage && OperatingSystem.IsLinux())
        {
            AskForHugePages(_start, size / HugePage * HugePage);
        }

        NativeMemory.Clear(_start, size);
        GC.AddMemoryPressure(bytes);
    }

    ~AlignedMemory() => Free();

    public long Bytes { get; }

    public ref float Start => ref Unsafe.AsRef<float>(_start);

    public Span<float> Slice(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Bytes / sizeof(float));
        return new Span<float>((float*)_start + start, length);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>A hint: where the system refuses it, pages stay as they are.</summary>
    private static void AskForHugePages(void* start, nuint length)
    {
        try
        {
            _ = madvise(start, length, AdviseHugePages);
        }
        catch (TypeLoadException)
        {
            // No such library here, or one that lacks the function.
        }
    }

    private void Free()
    {
        if (_start != null)
        {
            NativeMemory.AlignedFree(_start);
            _start = null;
            GC.RemoveMemoryPressure(Bytes);
        }
    }

    [LibraryImport("libc")]
    private static partial int madvise(void* address, nuint length, int advice);
}
