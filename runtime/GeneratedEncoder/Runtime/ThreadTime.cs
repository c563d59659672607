using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Runtime;

/// <summary>Time that the current thread was on a processor: unlike a clock's, it stands still while others have the processor.</summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux's <time.h>

    private static readonly bool s_isCounted = OperatingSystem.IsLinux() && nint.Size == sizeof(long) && clock_gettime(ThreadCpuTime, out _) == 0;

    /// <summary>In the stopwatch's ticks, of which only differences mean something. Where the system doesn't count it finely enough, the stopwatch itself.</summary>
    public static long Now()
    {
        if (!s_isCounted || clock_gettime(ThreadCpuTime, out TimeSpecification time) != 0)
        {
            return Stopwatch.GetTimestamp();
        }

        return time.Seconds * Stopwatch.Frequency + time.Nanoseconds * (Stopwatch.Frequency / 1_000_000) / 1000;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpecification time);

    /// <summary>struct timespec of 64-bit systems.</summary>
    private readonly struct TimeSpecification
    {
        public readonly long Seconds, Nanoseconds;
    }
}
