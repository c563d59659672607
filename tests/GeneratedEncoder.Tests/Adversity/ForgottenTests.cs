namespace GeneratedEncoder.Tests;

/// <summary>Finalizers are there for whoever forgets Dispose: threads and memory must not stay for good.</summary>
public sealed class ForgottenTests
{
    [SkippableTheory]
    [InlineData(2)]
    [InlineData(4)]
    public void Threads_and_memory_of_encoders_that_nobody_disposed_are_freed(int threads)
    {
        Skip.IfNot(TeamThreads.AreKnown, "Reads thread names from /proc.");
        ChildProcess.Run(["forgotten", nameof(WideFirstToken), $"{threads}"], ("DOTNET_PROCESSOR_COUNT", "4"));
    }

    [Fact]
    public void Threads_keep_nothing_of_what_their_first_caller_had_with_it() =>
        ChildProcess.Run(["forgotten-context", nameof(WideFirstToken), "2"], ("DOTNET_PROCESSOR_COUNT", "4"));
}
