using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A zeroed block of floats outside the managed heap, aligned to a cache line. Linux is asked to back a large one with pages of 2 MiB:
/// weights are streamed, and with pages of 4 KiB looking up their addresses takes up to a tenth of the time (Zen 5, 43 MB of panels).
/// Only whole pages are asked for, so that the block never takes more memory than its bytes. The zeros are the system's, which gives a page
/// when it is first touched: of a workspace for long texts, short ones make no more resident than they use.
/// </summary>
internal sealed unsafe partial class AlignedMemory : IDisposable
{
    private const nuint CacheLine = 64;
    private const nuint HugePage = 2 * 1024 * 1024;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of <sys/mman.h>, the same on all architectures that .NET runs on
    private readonly Action<nint, long> _giveBack;
    private void* _start;

    public AlignedMemory(long bytes)
    {
        Bytes = bytes;
        (Func<long, nint> take, _giveBack) = Source;
        _start = (void*)take(bytes);
        GC.AddMemoryPressure(bytes);
    }

    ~AlignedMemory() => Free();

    /// <summary>Where zeroed blocks come from and go to. Tests have some whose neighbours can be neither read nor written.</summary>
    internal static (Func<long, nint> Take, Action<nint, long> GiveBack) Source { get; set; } = (Take, (start, _) => NativeMemory.Free(((void**)start)[-1]));

    public long Bytes { get; }

    public ref float Start => ref Unsafe.AsRef<float>(_start);

    public Span<float> Slice(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Bytes / sizeof(float));
        return new Span<float>((float*)_start + start, length);
    }

    /// <summary>Some of the bytes.</summary>
    public Span<byte> AsBytes(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Bytes);
        return new Span<byte>((byte*)_start + start, length);
    }

    /// <summary>Makes all of it zero again.</summary>
    public void Clear() => NativeMemory.Clear(_start, (nuint)Bytes);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static nint Take(long bytes)
    {
        nuint size = bytes <= nint.MaxValue ? (nuint)bytes : throw new OutOfMemoryException($"{bytes} bytes are more than this process can address.");
        nuint alignment = size >= HugePage ? HugePage : CacheLine;

        // Allocated zeroed, not aligned and then cleared: clearing would make all of it resident. Before the block stands what to free.
        void* whole = NativeMemory.AllocZeroed(size + alignment + (nuint)sizeof(void*));
        void** start = (void**)(((nuint)whole + (nuint)sizeof(void*) + alignment - 1) & ~(alignment - 1));
        start[-1] = whole;
        if (size >= HugePage && OperatingSystem.IsLinux())
        {
            AskForHugePages(start, size / HugePage * HugePage);
        }

        return (nint)start;
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
            _giveBack((nint)_start, Bytes);
            _start = null;
            GC.RemoveMemoryPressure(Bytes);
        }
    }

    [LibraryImport("libc")]
    private static partial int madvise(void* address, nuint length, int advice);
}
