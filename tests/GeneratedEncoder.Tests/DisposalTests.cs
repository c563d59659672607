using System.Runtime.CompilerServices;

namespace GeneratedEncoder.Tests;

/// <summary>The end of an instance, and the options it starts with.</summary>
public sealed class DisposalTests
{
    public static TheoryData<string> Names => EncoderCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_call_of_a_disposed_encoder_names_its_class(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        subject.Encoder.Dispose();

        Assert.All(EntryPoint.All(subject, encoder, tokens: 1), entry =>
        {
            ObjectDisposedException exception = Assert.Throws<ObjectDisposedException>(entry.Call);
            Assert.Equal(name, exception.ObjectName);
            Assert.All(entry.Outputs, output => Assert.All(output, value => Assert.Equal(0, value)));
        });
    }

    [Fact]
    public void Disposing_twice_is_fine()
    {
        using Subject subject = Subject.Load(EncoderCase.Of<OddGelu>());
        subject.Encoder.Dispose();
        subject.Encoder.Dispose();
    }

    /// <summary>Finalizers are there for whoever forgets Dispose: the model file must not stay open for good.</summary>
    [SkippableFact]
    public void The_file_of_an_encoder_that_nobody_disposed_is_closed_by_the_garbage_collector()
    {
        Skip.IfNot(OpenFiles.AreKnown, "This system does not list what a process has open.");
        using TempFolder folder = new();
        EncoderCase.Of<Tiny>().Model.Save(folder["model.safetensors"]);

        Assert.True(UseAndForget(folder["model.safetensors"]));

        // Twice: what one finalizer lets go of may have a finalizer of its own.
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(OpenFiles.Contain(folder["model.safetensors"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Options_are_at_least_1(int value)
    {
        ArgumentOutOfRangeException threads = Assert.Throws<ArgumentOutOfRangeException>(() => new EncoderOptions { MaxDegreeOfParallelism = value });
        ArgumentOutOfRangeException calls = Assert.Throws<ArgumentOutOfRangeException>(() => new EncoderOptions { MaxConcurrentCalls = value });

        Assert.Equal(nameof(EncoderOptions.MaxDegreeOfParallelism), threads.ParamName);
        Assert.Equal(nameof(EncoderOptions.MaxConcurrentCalls), calls.ParamName);
        Assert.StartsWith($"MaxConcurrentCalls must be at least 1, but is {value}.", calls.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_default_to_one_thread_a_call_and_a_call_a_processor()
    {
        EncoderOptions options = new();
        Assert.Equal(1, options.MaxDegreeOfParallelism);
        Assert.Equal(Environment.ProcessorCount, options.MaxConcurrentCalls);
    }

    /// <summary>The numbers are upper bounds, and int.MaxValue is how "no bound" is said.</summary>
    [Fact]
    public void Options_may_be_as_large_as_an_int()
    {
        EncoderCase encoder = EncoderCase.Of<OddGelu>();
        using Subject expected = Subject.Load(encoder);
        using Subject unbounded = Subject.Load(encoder, new EncoderOptions { MaxConcurrentCalls = int.MaxValue, MaxDegreeOfParallelism = int.MaxValue });
        Text text = Text.Random(encoder.Shape, seed: 1, tokens: 9);

        Bits.AssertSame(expected.Encode(text), unbounded.Encode(text));
    }

    /// <summary>In a method of its own, so that no local of the test keeps the encoder alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool UseAndForget(string path)
    {
        Tiny.Load(path).Embed([1], new float[Tiny.HiddenSize]);
        return OpenFiles.Contain(path);
    }
}
