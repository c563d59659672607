using System.Runtime.InteropServices;

namespace GeneratedEncoder.Benchmarks.Parts;

/// <summary>A block of floats that stays in its place, aligned to a cache line.</summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    private const nuint CacheLine = 64;

    public NativeFloats(int length)
    {
        nuint bytes = (nuint)length * sizeof(float);
        Address = (nint)NativeMemory.AlignedAlloc(bytes, CacheLine);
        NativeMemory.Clear((void*)Address, bytes);
    }

    /// <summary>Where it begins.</summary>
    public nint Address { get; }

    /// <summary>Fills its beginning.</summary>
    public void Set(ReadOnlySpan<float> values) => values.CopyTo(new Span<float>((void*)Address, values.Length));

    /// <summary>Frees it.</summary>
    public void Dispose() => NativeMemory.AlignedFree((void*)Address);
}
