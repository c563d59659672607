using System.Diagnostics;

namespace GeneratedEncoder.Benchmarks;

/// <summary>One of several things timed in turn.</summary>
/// <param name="Call">What is timed.</param>
/// <param name="Prepare">What is done before each turn, untimed.</param>
internal sealed record Contestant(Action Call, Action? Prepare = null);

/// <summary>How long calls took.</summary>
/// <param name="Median">The median of their milliseconds.</param>
/// <param name="Spread">Their interquartile range, over the median: how restless the machine was.</param>
/// <param name="Calls">How many calls were timed.</param>
internal sealed record Timing(double Median, double Spread, int Calls);

/// <summary>
/// Times contestants in turn, round after round, so that what disturbs the machine for a while disturbs all of them alike.
/// A turn begins with one call that isn't timed, because the contestant before has taken the caches; a call that is long
/// against filling them does without.
/// </summary>
internal static class Rounds
{
    // Two, not more: calls of many seconds are long enough to be steady, and are not to take minutes.
    private const int FewestRounds = 2;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_tedious = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Times each contestant's calls, for at least this long in all, and in two rounds at least. Rounds of many seconds are announced on the standard error.
    /// </summary>
    public static Timing[] Measure(IReadOnlyList<Contestant> contestants, double seconds)
    {
        TimeSpan[] lengths = contestants.Select(WarmUp).ToArray();
        bool tedious = lengths.Aggregate((sum, length) => sum + length) > s_tedious;
        List<double>[] times = contestants.Select(_ => new List<double>()).ToArray();
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < FewestRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; round++)
        {
            if (tedious)
            {
                Progress.Report($"round {round + 1}; calls take {string.Join(", ", lengths.Select(length => $"{length.TotalSeconds:F1}"))} s");
            }

            for (int i = 0; i < times.Length; i++)
            {
                TakeTurn(contestants[i], lengths[i], times[i]);
            }
        }

        return Array.ConvertAll(times, Summary);
    }

    /// <summary>The middle one of some numbers, or the mean of the two in the middle.</summary>
    public static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static Timing Summary(List<double> times)
    {
        double[] sorted = [.. times.Order()];
        double median = Median(times);
        return new Timing(median, (sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4]) / median, sorted.Length);
    }

    /// <summary>Calls until the JIT has had its time. Returns how long one takes.</summary>
    private static TimeSpan WarmUp(Contestant contestant)
    {
        contestant.Prepare?.Invoke();
        long start = Stopwatch.GetTimestamp(), last;
        do
        {
            last = Stopwatch.GetTimestamp();
            contestant.Call();
        }
        while (Stopwatch.GetElapsedTime(start) < s_warmUp);

        return Stopwatch.GetElapsedTime(last);
    }

    private static void TakeTurn(Contestant contestant, TimeSpan length, List<double> times)
    {
        contestant.Prepare?.Invoke();
        if (length < s_long)
        {
            contestant.Call();
        }

        int calls = Math.Max(1, (int)(s_turn / length));
        for (int i = 0; i < calls; i++)
        {
            long start = Stopwatch.GetTimestamp();
            contestant.Call();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }
}
