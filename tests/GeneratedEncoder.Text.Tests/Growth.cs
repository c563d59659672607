using System.Globalization;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Whether work grows with its input's size or with the size's square, told by the processor's time in a way that a busy machine can't
/// spoil: both sizes are tried in turn until their least times differ as linear work's do. Other work only ever adds to a time, so what
/// is linear gets there sooner or later, and what is quadratic never does.
/// </summary>
internal static class Growth
{
    /// <summary>Between 4, which is linear, and 16, which is quadratic, of an input four times as long.</summary>
    private const double MostOfFourTimes = 10;

    private const int Tries = 40;

    /// <summary>What is too short for the clock.</summary>
    private static readonly TimeSpan s_noise = TimeSpan.FromMilliseconds(3);

    /// <summary>Null, or what was measured of work that takes more than its share for an input four times as long.</summary>
    public static string? Fault(Action once, Action fourTimes)
    {
        TimeSpan one = TimeSpan.MaxValue, four = TimeSpan.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            one = Least(one, once);
            four = Least(four, fourTimes);
            if (four <= MostOfFourTimes * one + s_noise)
            {
                return null;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{one.TotalMilliseconds:F2} ms, and {four.TotalMilliseconds:F2} ms of four times as much");
    }

    private static TimeSpan Least(TimeSpan least, Action work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        work();
        TimeSpan taken = Environment.CpuUsage.TotalTime - before;
        return taken < least ? taken : least;
    }
}
