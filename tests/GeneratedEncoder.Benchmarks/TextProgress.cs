using System.Diagnostics;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Many texts, one after the other: says every few seconds how many are done.</summary>
/// <param name="what">Who computes them.</param>
/// <param name="count">How many there are.</param>
internal sealed class TextProgress(string what, int count)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private long _reported;
    private int _done;

    /// <summary>Another one begins.</summary>
    public void Next()
    {
        if (_done == 0 || Stopwatch.GetElapsedTime(_reported) > s_interval)
        {
            Progress.Report(_done == 0 ? $"{what}, {count} texts" : $"{what}, {_done} of {count} texts");
            _reported = Stopwatch.GetTimestamp();
        }

        _done++;
    }
}
