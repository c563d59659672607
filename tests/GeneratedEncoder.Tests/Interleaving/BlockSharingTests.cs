using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>
/// The team's protocol itself, not a copy of it, on memory that orders nothing but what the protocol asks for: in every order of steps, every
/// block is computed once, sees all that the phases before have written, and nobody waits for ever.
/// </summary>
public sealed class BlockSharingTests(ITestOutputHelper output)
{
    private const int MostStates = 400_000;

    /// <summary>What is taken away from the machine, to see that it is missed.</summary>
    public enum Weakness
    {
        None,
        WritesDoNotRelease,
        ReadsDoNotAcquire,
        NoFence,
        SleepersDoNotLookAgain,
    }

    [Theory]
    [InlineData(2, 1, 2, 2)]
    [InlineData(2, 2, 1, 1)]
    public void Every_block_is_computed_once_and_sees_what_came_before(int threads, int calls, int phases, int blocks)
    {
        Interleavings all = Run(Weakness.None, threads, calls, phases, blocks);

        output.WriteLine($"{all.States} states");
        Assert.Null(all.Finding);
    }

    [Theory]
    [InlineData(Weakness.WritesDoNotRelease)]
    [InlineData(Weakness.ReadsDoNotAcquire)]
    [InlineData(Weakness.NoFence)]
    [InlineData(Weakness.SleepersDoNotLookAgain)]
    public void Nothing_that_orders_the_steps_is_needless(Weakness weakness)
    {
        Interleavings all = Run(weakness, threads: 2, calls: 1, phases: 2, blocks: 2);

        output.WriteLine($"{all.States} states: {all.Finding}");
        Assert.NotNull(all.Finding);
        Assert.DoesNotContain("more states", all.Finding, StringComparison.Ordinal);
    }

    /// <summary>
    /// The protocol that this one replaced: whoever came last set the count of arrivals back and then ended the meeting, with plain stores. On a
    /// processor that shows them in the other order a thread arrives at the next meeting, and its arrival is overwritten.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_count_that_is_set_back_by_a_plain_store_is_found_out(bool releases)
    {
        const int arrived = 0, meetings = 1;
        Action<ModelThread>[] threads = [.. Enumerable.Repeat<Action<ModelThread>>(
            thread =>
            {
                for (int meeting = 0; meeting < 2; meeting++)
                {
                    if (thread.Exchange(arrived, count => count + 1) + 1 == 2)
                    {
                        thread.Write(arrived, 0, releases);
                        thread.Write(meetings, meeting + 1, releases);
                    }
                    else
                    {
                        thread.AwaitOther(meetings, meeting);
                    }
                }
            },
            2)];

        Interleavings all = Interleavings.Of(words: 2, MostStates, threads);

        output.WriteLine($"{all.States} states: {all.Finding}");
        Assert.Equal(releases ? null : "The threads wait for each other for ever.", all.Finding);
    }

    private static Interleavings Run(Weakness weakness, int threads, int calls, int phases, int blocks)
    {
        int words = BlockSharing<Machine>.Words(threads);
        Work work = new(words, phases, blocks);
        return Interleavings.Of(
            words + 1 + phases * blocks,
            MostStates,
            [
                thread =>
                {
                    BlockSharing<Machine> sharing = new(new Machine(thread, work, weakness));
                    while (thread.Stage < 2 * calls)
                    {
                        int call = thread.Stage / 2 + 1;
                        if (thread.Stage % 2 == 0)
                        {
                            thread.Write(work.Current, call, releases: false);
                            thread.Assert(sharing.Begin(threads) == call, "A call has another's number.");
                            thread.Begin(thread.Stage + 1);
                        }

                        if (sharing.Turn(0, threads, call))
                        {
                            thread.Begin(thread.Stage);
                        }

                        for (int block = 0; block < blocks; block++)
                        {
                            thread.Assert(thread.Read(work.Cell(phases - 1, block), acquires: false) == call, "The caller doesn't see a result.");
                        }

                        thread.Begin(thread.Stage + 1);
                    }

                    sharing.End(threads);
                },
                .. Enumerable.Range(1, threads - 1).Select<int, Action<ModelThread>>(index => thread =>
                {
                    if (new BlockSharing<Machine>(new Machine(thread, work, weakness)).Turn(index, threads, BlockSharing<Machine>.EveryCall))
                    {
                        thread.Begin(0);
                    }
                }),
            ]);
    }

    /// <summary>Where a call's number and its results lie, behind the protocol's own words.</summary>
    private sealed record Work(int Current, int Phases, int Blocks)
    {
        public int Cell(int phase, int block) => Current + 1 + phase * Blocks + block;
    }

    private readonly struct Machine(ModelThread thread, Work work, Weakness weakness) : ISharingMachine
    {
        public long Read(int word) => thread.Read(word, acquires: weakness != Weakness.ReadsDoNotAcquire);

        public void Write(int word, long value) => thread.Write(word, value, releases: weakness != Weakness.WritesDoNotRelease);

        public long Peek(int word) => thread.Read(word, acquires: false);

        public void Poke(int word, long value) => thread.Write(word, value, releases: false);

        public long Increment(int word) => thread.Exchange(word, value => value + 1) + 1;

        public long CompareExchange(int word, long value, long expected) => thread.Exchange(word, found => found == expected ? value : null);

        public long Exchange(int word, long value)
        {
            if (weakness == Weakness.SleepersDoNotLookAgain && value == 1)
            {
                thread.Write(word, 1);
                return 0;
            }

            return thread.Exchange(word, _ => value);
        }

        public void Fence()
        {
            if (weakness != Weakness.NoFence)
            {
                thread.Fence();
            }
        }

        public bool Pause(ref long since) => false;

        public void Sleep(int index) => thread.Sleep();

        public void Signal(int index) => thread.Signal(index);

        public int Begin(int phase) => phase < work.Phases ? work.Blocks : 0;

        public void Run(int phase, int block, int index)
        {
            // The call is known, the phase before is there, and nobody has computed this block in this call.
            long call = thread.Read(work.Current, acquires: false);
            for (int other = 0; phase > 0 && other < work.Blocks; other++)
            {
                thread.Assert(thread.Read(work.Cell(phase - 1, other), acquires: false) == call, "A block doesn't see what the phase before it has written.");
            }

            thread.Assert(block >= 0 && block < work.Blocks, "There is no such block.");
            thread.Assert(thread.Count(work.Cell(phase, block)) == call, "A block was computed twice, or for another call.");
            thread.Write(work.Cell(phase, block), call, releases: false);
        }
    }
}
