using System.Diagnostics;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Says on the standard error what a long run is doing.</summary>
internal static class Progress
{
    private static readonly long s_start = Stopwatch.GetTimestamp();

    /// <summary>Prints what begins now, and how long the run has taken so far.</summary>
    public static void Report(string step) =>
        Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(s_start).TotalSeconds,4:F0} s] {step}");
}
