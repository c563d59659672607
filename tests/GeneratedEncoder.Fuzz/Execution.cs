using System.Diagnostics;

namespace GeneratedEncoder.Fuzz;

/// <summary>One input through one target, and what is wrong with how that went.</summary>
internal static class Execution
{
    /// <summary>An input is at most 64 KiB. What its reader allocates, and for how long it thinks, is to be in proportion.</summary>
    private const long MostBytes = 64 << 20, MostMilliseconds = 5000;

    /// <summary>Null if it was read, or refused as documented; else what happened.</summary>
    public static string? Finding(FuzzTarget target, byte[] input)
    {
        // What was slow is tried again: on a busy machine it may only have waited.
        return Once(target, input, out bool slow) is { } finding && !(slow && Once(target, input, out _) is null) ? finding : null;
    }

    private static string? Once(FuzzTarget target, byte[] input, out bool slow)
    {
        slow = false;
        long allocated = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
        }
        catch (Exception e) when (target.IsDocumented(e))
        {
        }
        catch (Exception e)
        {
            return e.ToString();
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        double milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        slow = milliseconds > MostMilliseconds;
        return allocated > MostBytes ? $"It allocated {allocated} bytes."
            : slow ? $"It took {milliseconds:F0} ms."
            : null;
    }
}
