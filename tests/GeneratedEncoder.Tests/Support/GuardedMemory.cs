using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Memory between two pages that can be neither read nor written: who goes past its edge ends the process. Linux only. A block
/// touches one of the two pages; what lies between it and the other is filled with NaN.
/// </summary>
internal static unsafe partial class GuardedMemory
{
    private const int Private = 2, Anonymous = 0x20;
    private const int Nothing = 0, Read = 1, ReadWrite = 3;

    private static readonly long s_page = Environment.SystemPageSize;

    /// <summary>A zeroed block.</summary>
    /// <param name="bytes">Its size, a multiple of 4.</param>
    /// <param name="atEnd">Whether its end touches a guard, rather than its start.</param>
    /// <param name="alignment">Of its start; where its end can't touch the guard therefore, it comes as near as that allows.</param>
    public static nint Take(long bytes, bool atEnd, int alignment = 4)
    {
        long room = Room(bytes);
        nint start = mmap(0, (nuint)(room + 2 * s_page), Nothing, Private | Anonymous, -1, 0);
        if (start == -1 || mprotect(start + (nint)s_page, (nuint)room, ReadWrite) != 0)
        {
            throw new Win32Exception();
        }

        start += (nint)s_page;
        new Span<float>((void*)start, (int)(room / 4)).Fill(float.NaN);
        nint block = atEnd ? start + (nint)((room - bytes) / alignment * alignment) : start;
        new Span<byte>((void*)block, (int)bytes).Clear();
        return block;
    }

    /// <summary>Gives a block of <see cref="Take"/> back.</summary>
    public static void GiveBack(nint block, long bytes) => _ = munmap(Start(block) - (nint)s_page, (nuint)(Room(bytes) + 2 * s_page));

    /// <summary>Lets nobody write to a block any more.</summary>
    public static void Freeze(nint block, long bytes)
    {
        if (mprotect(Start(block), (nuint)Room(bytes), Read) != 0)
        {
            throw new Win32Exception();
        }
    }

    private static long Room(long bytes) => Math.Max(1, (bytes + s_page - 1) / s_page) * s_page;

    /// <summary>The start of the block's first page. An empty block at the end stands where the guard begins.</summary>
    private static nint Start(nint block) => block % (nint)s_page == 0 ? block : block / (nint)s_page * (nint)s_page;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mprotect(nint address, nuint length, int protection);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);
}

/// <summary>A span in guarded memory.</summary>
internal sealed unsafe class GuardedSpan<T>(int length, bool atEnd) : IDisposable
    where T : unmanaged
{
    private readonly nint _start = GuardedMemory.Take(Math.Max(1, length) * sizeof(T), atEnd);

    /// <summary>The span. An empty one starts at the guard, or ends there.</summary>
    public Span<T> Span => length > 0 ? new((void*)_start, length) : new((void*)(_start + (atEnd ? sizeof(T) : 0)), 0);

    /// <summary>A copy that can't be written to.</summary>
    public static GuardedSpan<T> Of(ReadOnlySpan<T> values, bool atEnd)
    {
        GuardedSpan<T> guarded = new(values.Length, atEnd);
        values.CopyTo(guarded.Span);
        GuardedMemory.Freeze(guarded._start, Math.Max(1, values.Length) * sizeof(T));
        return guarded;
    }

    public void Dispose() => GuardedMemory.GiveBack(_start, Math.Max(1, length) * sizeof(T));
}
