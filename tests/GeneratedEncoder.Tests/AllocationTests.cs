using System.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Calls leave nothing for the garbage collector. These tests run alone, and no collection may start meanwhile: one that
/// other threads cause takes away this thread's allocation buffer, and the runtime counts what was left of it as allocated.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class AllocationTests
{
    private const long Budget = 8 << 20;

    public static TheoryData<string> Names => EncoderCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void No_call_allocates_a_single_byte(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);

        AssertNoAllocation(EntryPoint.All(subject, encoder, Math.Min(7, encoder.Shape.MaxTokens)));
    }

    /// <summary>Rows are expanded where they are wanted.</summary>
    [Theory]
    [InlineData($"{nameof(OddGelu)}.Int8")]
    [InlineData($"{nameof(OddGelu)}.BFloat16")]
    [InlineData($"{nameof(AlbertTwoGroups)}.Int8")]
    [InlineData($"{nameof(BertWords)}.Int8")]
    [InlineData($"{nameof(MinilmInt8)}.Int8")]
    public void No_call_with_a_narrow_word_table_allocates_a_single_byte(string name) => No_call_allocates_a_single_byte(name);

    /// <summary>The caller's own thread is what is counted; the team's threads only run what the caller runs too.</summary>
    [Fact]
    public void No_call_on_a_team_allocates_a_single_byte()
    {
        EncoderCase encoder = EncoderCase.Of<WideFirstToken>();
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 });

        AssertNoAllocation(EntryPoint.All(subject, encoder, encoder.Shape.MaxTokens));
    }

    private static void AssertNoAllocation(IReadOnlyList<EntryPoint> entries)
    {
        // The first calls may allocate in the runtime's own name, for the types that they load.
        _ = AllocatedBy([.. entries.Select(entry => entry.Call)], times: 10);
        long[] allocated = AllocatedBy([.. entries.Select(entry => entry.Call)], times: 100);

        Assert.All(entries.Zip(allocated), pair =>
            Assert.True(pair.Second == 0, $"100 calls of {pair.First.Name} allocated {pair.Second} bytes."));
    }

    [Fact]
    public void The_count_would_show_an_allocation() =>
        Assert.InRange(AllocatedBy([() => GC.KeepAlive(new byte[1])], times: 100).Single(), 100, 100 * 64);

    /// <summary>Bytes that this thread allocated in so many calls of each.</summary>
    private static long[] AllocatedBy(Action[] calls, int times)
    {
        long[] allocated = new long[calls.Length];
        Assert.True(GC.TryStartNoGCRegion(Budget));
        for (int i = 0; i < calls.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int time = 0; time < times; time++)
            {
                calls[i]();
            }

            allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
        GC.EndNoGCRegion();
        return allocated;
    }
}

/// <summary>Tests that nothing else may run beside.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
