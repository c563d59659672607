using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Runtime;

/// <summary>A zeroed block of floats outside the managed heap, aligned to a cache line.</summary>
internal sealed unsafe class AlignedMemory : IDisposable
{
    private const nuint CacheLine = 64;
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
    internal static (Func<long, nint> Take, Action<nint, long> GiveBack) Source { get; set; } = (Take, (start, _) => NativeMemory.AlignedFree((void*)start));

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

    private static nint Take(long bytes)
    {
        void* start = NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);
        NativeMemory.Clear(start, (nuint)bytes);
        return (nint)start;
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
}
