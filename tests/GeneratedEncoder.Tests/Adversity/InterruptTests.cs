namespace GeneratedEncoder.Tests;

/// <summary>Thread.Interrupt on callers, in processes of their own: what it once did was to end them, or to hang them.</summary>
public sealed class InterruptTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    public void Interrupted_callers_of_a_team_finish_their_calls(int threads, int processors) => ChildProcess.Run(
        ["interrupts", nameof(Minilm), "2", "2", $"{threads}", "3"], ("DOTNET_PROCESSOR_COUNT", $"{processors}"), ("DOTNET_DbgEnableMiniDump", "0"));

    [Fact]
    public void No_workspace_is_lost_when_the_callers_that_wait_for_it_are_interrupted() =>
        ChildProcess.Run(["interrupts", nameof(OddGelu), "8", "1", "1", "3"]);

    /// <summary>It was meant for the caller's own waits.</summary>
    [Fact]
    public void An_interrupt_that_came_before_the_call_is_there_after_it()
    {
        EncoderCase encoder = EncoderCase.Of<WideFirstToken>();
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 });
        Text text = Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens);
        float[] expected = subject.Encode(text), actual = [];
        Exception? inCall = null, after = null;
        Thread caller = new(() =>
        {
            Thread.CurrentThread.Interrupt();
            inCall = Record.Exception(() => actual = subject.Encode(text));
            after = Record.Exception(() => Thread.Sleep(1));
        });
        caller.Start();
        caller.Join();

        Assert.Null(inCall);
        Bits.AssertSame(expected, actual);
        Assert.IsType<ThreadInterruptedException>(after);
    }
}
