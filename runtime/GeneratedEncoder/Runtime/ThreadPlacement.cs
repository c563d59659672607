using System.Runtime.InteropServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Keeps a thread of a team off the processor that its caller runs on. Linux often wakes a thread on its waker's processor and
/// moves it only after milliseconds: until then two threads share one processor, and a short call takes longer than on one
/// thread. Elsewhere, and where the system refuses, this does nothing. The processors that the thread was allowed at its
/// start (a container's cpuset, say) are never exceeded.
/// </summary>
internal sealed unsafe class ThreadPlacement
{
    private const int MaskBytes = 128; // 1,024 processors, as glibc's cpu_set_t

    private readonly byte[] _allowed = new byte[MaskBytes];
    private readonly int _thread;
    private int _avoided = -1;

    private ThreadPlacement(int thread) => _thread = thread;

    /// <summary>For the calling thread; null where threads can't be placed.</summary>
    public static ThreadPlacement? OfCurrentThread()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            ThreadPlacement placement = new(gettid());
            fixed (byte* mask = placement._allowed)
            {
                // Sets what is set already: a system that refuses says so here, and the runtime looks up the function now, not in a call.
                return sched_getaffinity(0, MaskBytes, mask) >= 0 && sched_getcpu() >= 0
                    && sched_setaffinity(placement._thread, MaskBytes, mask) == 0 ? placement : null;
            }
        }
        catch (TypeLoadException)
        {
            return null; // No such library here, or one that lacks a function: it works without, only less well.
        }
    }

    /// <summary>The processor that the calling thread runs on. To be asked only where a placement could be had.</summary>
    public static int CurrentProcessor() => sched_getcpu();

    /// <summary>Lets the thread run on any processor it may use but this one, if another is left.</summary>
    public void KeepOff(int processor)
    {
        if (processor == _avoided || (uint)processor >= 8 * MaskBytes)
        {
            return;
        }

        byte* mask = stackalloc byte[MaskBytes];
        _allowed.CopyTo(new Span<byte>(mask, MaskBytes));
        mask[processor / 8] &= (byte)~(1 << (processor % 8));
        if (new Span<byte>(mask, MaskBytes).ContainsAnyExcept((byte)0) && sched_setaffinity(_thread, MaskBytes, mask) == 0)
        {
            _avoided = processor;
        }
    }

    [DllImport("libc")]
    private static extern int gettid();

    [DllImport("libc")]
    private static extern int sched_getcpu();

    [DllImport("libc")]
    private static extern int sched_getaffinity(int thread, nuint size, byte* mask);

    [DllImport("libc")]
    private static extern int sched_setaffinity(int thread, nuint size, byte* mask);
}
