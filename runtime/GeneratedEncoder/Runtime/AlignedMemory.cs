using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Runtime;

/// <summary>A zeroed block of floats outside the managed heap, aligned to a cache line.</summary>
internal sealed unsafe class AlignedMemory : IDisposable
{
    private const nuint CacheLine = 64;
    private void* _start;

    public AlignedMemory(long bytes)
    {
        Bytes = bytes;
        _start = NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);
        NativeMemory.Clear(_start, (nuint)bytes);
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

    private void Free()
    {
        if (_start != null)
        {
            NativeMemory.AlignedFree(_start);
            _start = null;
            GC.RemoveMemoryPressure(Bytes);
        }
    }
}
