namespace GeneratedEncoder.Tests;

/// <summary>Calls leave nothing for the garbage collector.</summary>
public sealed class AllocationTests
{
    public static TheoryData<string> Names => EncoderCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void No_call_allocates_a_single_byte(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        foreach (EntryPoint entry in EntryPoint.All(subject, encoder, Math.Min(7, encoder.Shape.MaxTokens)))
        {
            // The first calls may allocate in the runtime's own name: type loading, tiering.
            long warmUp = AllocatedBy(entry.Call, times: 10);
            long allocated = AllocatedBy(entry.Call, times: 100);

            Assert.True(allocated == 0, $"100 calls of {entry.Name} allocated {allocated} bytes (the 10 before: {warmUp}).");
        }
    }

    [Fact]
    public void The_count_would_show_an_allocation() => Assert.True(AllocatedBy(() => GC.KeepAlive(new byte[1]), times: 100) >= 100);

    private static long AllocatedBy(Action call, int times)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
        {
            call();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
