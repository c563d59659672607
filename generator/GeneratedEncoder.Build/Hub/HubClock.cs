using System.Diagnostics;

namespace GeneratedEncoder.Build.Hub;

/// <summary>Time as downloads see it. Tests have one of their own, which doesn't wait.</summary>
internal class HubClock
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>The time since its start.</summary>
    public virtual TimeSpan Now => _watch.Elapsed;

    /// <summary>Waits, but not longer than until the build is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It is.</exception>
    public virtual void Wait(TimeSpan time, CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(time);
        cancellation.ThrowIfCancellationRequested();
    }
}
