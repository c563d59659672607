using System.Collections.Concurrent;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>The threads that work on one call: all of them, in step, and gone when they are no longer wanted.</summary>
public sealed class TeamTests
{
    /// <summary>Notes who did what, and whether anything was begun before what it needs was done.</summary>
    private sealed class Noted(int phases, int blocks) : TeamWork
    {
        private readonly int[,] _runs = new int[phases, blocks];
        private int _begun, _done;

        public readonly ConcurrentDictionary<int, int> BlocksOfThread = new();
        public bool WasTooEarly;

        public bool IsWhole => _begun == phases && _runs.Cast<int>().All(runs => runs == 1);

        public override int Begin(int phase)
        {
            WasTooEarly |= phase != _begun || Volatile.Read(ref _done) != _begun * blocks;
            if (phase == phases)
            {
                return 0;
            }

            _begun++;
            return blocks;
        }

        public override void Run(int phase, int block, int thread)
        {
            WasTooEarly |= phase != Volatile.Read(ref _begun) - 1;
            Interlocked.Increment(ref _runs[phase, block]);
            BlocksOfThread.AddOrUpdate(thread, 1, (_, count) => count + 1);
            Interlocked.Increment(ref _done);
        }
    }

    private sealed class Failing(int failingPhase, int failingBlock) : TeamWork
    {
        public override int Begin(int phase) =>
            failingBlock < 0 && phase == failingPhase ? throw new InvalidOperationException("as it should") : phase < 3 ? 4 : 0;

        public override void Run(int phase, int block, int thread)
        {
            if (phase == failingPhase && block == failingBlock)
            {
                throw new InvalidOperationException("as it should");
            }
        }
    }

    /// <summary>One block a thread, each of which stays in its own until it is let go.</summary>
    private sealed class Held(int blocks) : TeamWork
    {
        public readonly CountdownEvent Started = new(blocks);
        public readonly ManualResetEventSlim LetGo = new();

        public override int Begin(int phase) => phase == 0 ? blocks : 0;

        public override void Run(int phase, int block, int thread)
        {
            Started.Signal();
            if (thread > 0)
            {
                LetGo.Wait();
            }
            else
            {
                SpinWait.SpinUntil(() => Started.IsSet); // A wait that an interrupt doesn't end.
            }
        }
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 5)]
    [InlineData(5, 12)]
    [InlineData(8, 3)]
    public void Every_block_is_run_once_and_no_phase_begins_before_the_last_has_ended(int members, int blocks)
    {
        using Team team = new("Blocks", members);
        for (int call = 0; call < 200; call++)
        {
            Noted work = new(phases: 13, blocks);

            Assert.True(team.TryRun(work, 1));

            Assert.True(work.IsWhole);
            Assert.False(work.WasTooEarly);
        }
    }

    [Fact]
    public async Task Threads_work_at_the_same_time()
    {
        using Team team = new("Held", 4);
        Held held = new(blocks: 4);
        Task call = Task.Run(() => Assert.True(team.TryRun(held, 1)));

        Assert.True(held.Started.Wait(TimeSpan.FromSeconds(30)));

        held.LetGo.Set();
        await call;
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3)]
    [InlineData(1, -1)]
    [InlineData(2, -1)]
    public void Work_that_fails_ends_the_call_with_its_exception_and_the_team_goes_on(int phase, int block)
    {
        using Team team = new("Failing", 3);

        Assert.Equal("as it should", Assert.Throws<InvalidOperationException>(() => team.TryRun(new Failing(phase, block), 1)).Message);

        Noted after = new(phases: 3, blocks: 3);
        Assert.True(team.TryRun(after, 1));
        Assert.True(after.IsWhole);
    }

    [Fact]
    public async Task A_second_caller_is_sent_away_while_the_team_is_busy()
    {
        using Team team = new("Busy", 2);
        Held held = new(blocks: 2);
        Task first = Task.Run(() => Assert.True(team.TryRun(held, 1)));
        held.Started.Wait();

        Assert.False(team.TryRun(new Noted(1, 1), 1));

        held.LetGo.Set();
        await first;
        Assert.True(team.TryRun(new Noted(1, 1), 1));
    }

    [Fact]
    public void A_caller_that_is_interrupted_stays_until_its_call_has_ended_and_has_the_interrupt_then()
    {
        using Team team = new("Interrupted", 2);
        Held held = new(blocks: 2);
        Exception? after = null;
        bool ended = false;
        Thread caller = new(() =>
        {
            team.TryRun(held, 1);
            Volatile.Write(ref ended, true);
            after = Record.Exception(() => Thread.Sleep(1));
        });
        caller.Start();
        held.Started.Wait();
        for (int i = 0; i < 20; i++)
        {
            caller.Interrupt();
            Thread.Sleep(1);
        }

        Assert.False(Volatile.Read(ref ended));
        held.LetGo.Set();
        caller.Join();
        Assert.IsType<ThreadInterruptedException>(after);
    }

    /// <summary>A container's limit: the first thread starts, the second doesn't.</summary>
    [Fact]
    public void Threads_that_can_not_be_started_are_missed_by_nobody_and_tried_again_less_and_less_often()
    {
        int tries = 0, allowed = 1;
        using Team team = new("Limited", 3, thread =>
        {
            tries++;
            if (allowed-- <= 0)
            {
                throw new OutOfMemoryException();
            }

            thread.UnsafeStart();
        });
        for (int call = 0; call < 200; call++)
        {
            Noted work = new(phases: 5, blocks: 6);
            Assert.True(team.TryRun(work, 1));
            Assert.True(work.IsWhole);
            Assert.DoesNotContain(2, work.BlocksOfThread.Keys);
        }

        Assert.InRange(tries, 3, 12);

        allowed = 1;
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Noted work = new(phases: 5, blocks: 60);
                return team.TryRun(work, 1) && work.IsWhole && work.BlocksOfThread.ContainsKey(2);
            },
            TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_team_without_any_thread_sends_its_caller_away()
    {
        using Team team = new("Alone", 3, _ => throw new OutOfMemoryException());

        Assert.All(Enumerable.Range(0, 10), _ => Assert.False(team.TryRun(new Noted(1, 1), 1)));
    }

    /// <summary>As on a machine that has other things to do: a member that was started and never gets a processor.</summary>
    [Fact]
    public void The_caller_alone_does_everything_if_no_thread_comes()
    {
        using Team team = new("Absent", 3, _ => { });
        Noted work = new(phases: 9, blocks: 4);

        Assert.True(team.TryRun(work, 1));

        Assert.True(work.IsWhole);
        Assert.Equal([0], work.BlocksOfThread.Keys);
    }

    [Theory]
    [InlineData(1, 4, 32, 1)]
    [InlineData(7, 2, 32, 2)]
    [InlineData(64, 2, 32, 2)]
    [InlineData(65, 2, 32, 4)]
    [InlineData(512, 3, 32, 18)]
    public void Rows_are_cut_into_blocks_of_which_each_thread_can_have_as_many(int rows, int threads, int most, int expected)
    {
        int blocks = Cut.Blocks(rows, threads, most);
        (int First, int End)[] parts = [.. Enumerable.Range(0, blocks).Select(block => Cut.Rows(block, blocks, rows))];

        Assert.Equal(expected, blocks);
        Assert.Equal(0, parts[0].First);
        Assert.Equal(rows, parts[^1].End);
        Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.First));
        Assert.InRange(parts.Max(s => s.End - s.First) - parts.Min(s => s.End - s.First), 0, 1);
        Assert.InRange(parts.Max(s => s.End - s.First), 1, most);
    }

    private abstract class Cut : TeamWork
    {
        public static int Blocks(int rows, int threads, int most) => BlocksOf(rows, threads, most);

        public static (int First, int End) Rows(int block, int blocks, int rows) => RowsOf(block, blocks, rows);
    }

    [SkippableFact]
    public void Threads_start_with_the_first_large_call_and_end_with_the_instance()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Reads thread names from /proc, and needs two processors.");
        EncoderCase encoder = EncoderCase.Of<WideFirstToken>();
        using (Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 }))
        {
            Assert.Equal(0, TeamThreads.Of(encoder));
            subject.Encode(Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens));
            Assert.Equal(1, TeamThreads.Of(encoder));
        }

        Assert.True(SpinWait.SpinUntil(() => TeamThreads.Of(encoder) == 0, TimeSpan.FromSeconds(10)));
    }

    /// <summary>Every thread reads all weights: with 15 tokens two would get fewer than eight each, and gain nothing.</summary>
    [SkippableFact]
    public void A_text_too_short_to_share_starts_no_thread()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Reads thread names from /proc, and needs two processors.");
        EncoderCase encoder = EncoderCase.Of<WideClassifier>();
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 });

        subject.Encode(Text.Random(encoder.Shape, 1, 15));
        Assert.Equal(0, TeamThreads.Of(encoder));
        subject.Encode(Text.Random(encoder.Shape, 1, 16));
        Assert.Equal(1, TeamThreads.Of(encoder));
    }

    [SkippableFact]
    public void Threads_sleep_when_no_other_call_comes()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Reads thread states from /proc, and needs two processors.");
        EncoderCase encoder = EncoderCase.Of<WidePrenorm>();
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 });
        subject.Encode(Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens));

        Assert.True(SpinWait.SpinUntil(() => TeamThreads.Of(encoder, "S") == 1, TimeSpan.FromSeconds(10)), "A thread of the team is still busy.");
    }

    [Fact]
    public void Callers_at_once_on_teams_and_alone_get_the_bits_of_one_thread()
    {
        EncoderCase encoder = EncoderCase.Of<WideFirstToken>();
        Text[] texts = [.. Enumerable.Range(0, 12).Select(i => Text.Random(encoder.Shape, (ulong)i, 1 + i * 6))];
        using Subject alone = Subject.Load(encoder), teams = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 4, MaxConcurrentCalls = 3 });
        (float[] Hidden, float[] Embedding)[] expected = [.. texts.Select(text => (alone.Encode(text), alone.Embed(text)))];

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            Bits.AssertSame(expected[i % 12].Hidden, teams.Encode(texts[i % 12]));
            Bits.AssertSame(expected[i % 12].Embedding, teams.Embed(texts[i % 12]));
        });
    }
}
