using System.Runtime.InteropServices;

namespace GeneratedEncoder.Tests;

/// <summary>Processors that somebody gave a team's thread (taskset -p) stay what they are.</summary>
public sealed partial class AffinityTests
{
    [SkippableFact]
    public void A_thread_stays_on_the_processors_that_somebody_gave_it()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Places threads on Linux with two processors or more.");
        EncoderCase encoder = EncoderCase.Of<WideMpnet>();
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 });
        Text text = Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens);
        Exception? failure = null;
        Thread caller = new(() => failure = Record.Exception(() =>
        {
            subject.Encode(text);
            int thread = Assert.Single(TeamThreads.Ids(encoder));
            foreach (ulong member in new ulong[] { 1, 2, 3 })
            {
                Assert.Equal(0, sched_setaffinity(thread, sizeof(ulong), member));
                for (int call = 0; call < 40; call++)
                {
                    // The caller goes from one processor to the other.
                    Assert.Equal(0, sched_setaffinity(0, sizeof(ulong), 1ul << (call % 2)));
                    subject.Encode(text);
                    Assert.True(sched_getaffinity(thread, sizeof(ulong), out ulong now) >= 0);
                    Assert.Equal(member, now);
                }
            }
        }));
        caller.Start();
        caller.Join();
        Assert.Null(failure);
    }

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nuint size, in ulong mask);

    [LibraryImport("libc")]
    private static partial int sched_getaffinity(int thread, nuint size, out ulong mask);
}
