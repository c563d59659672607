using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>A team's thread leaves its caller's processor, and never the processors that it was allowed.</summary>
public sealed class ThreadPlacementTests
{
    [SkippableFact]
    public void A_thread_leaves_a_processor_that_it_is_kept_off() => OnOwnThread(placement =>
    {
        int before = ThreadPlacement.CurrentProcessor();

        placement.KeepOff(before);

        Assert.NotEqual(before, ThreadPlacement.CurrentProcessor());
    });

    [SkippableFact]
    public void A_thread_with_one_processor_left_stays_on_it() => OnOwnThread(placement =>
    {
        // All but one are taken away, one after another, each time from what a fresh look allows.
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            ThreadPlacement.OfCurrentThread()!.KeepOff(ThreadPlacement.CurrentProcessor());
        }

        int last = ThreadPlacement.CurrentProcessor();
        ThreadPlacement.OfCurrentThread()!.KeepOff(last);
        Assert.Equal(last, ThreadPlacement.CurrentProcessor());
    });

    [SkippableFact]
    public void A_processor_that_does_not_exist_changes_nothing() => OnOwnThread(placement =>
    {
        placement.KeepOff(-1);
        placement.KeepOff(int.MaxValue);
        placement.KeepOff(1023);
    });

    /// <summary>On a thread of its own, since it stays where it was put.</summary>
    private static void OnOwnThread(Action<ThreadPlacement> test)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Places threads on Linux with two processors or more.");
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(() => test(ThreadPlacement.OfCurrentThread()!)));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
