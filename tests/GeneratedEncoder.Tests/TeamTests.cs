using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>The threads that work on one call: all of them, in step, and gone when they are no longer wanted.</summary>
public sealed class TeamTests
{
    /// <summary>Counts members in and out of meetings.</summary>
    private sealed class Meetings(int rounds) : TeamWork
    {
        private int _arrived;

        public int Runs;
        public bool SawTooFew;

        public override void Run(in TeamMember member)
        {
            for (int round = 1; round <= rounds; round++)
            {
                Interlocked.Increment(ref _arrived);
                member.Meet();
                SawTooFew |= Volatile.Read(ref _arrived) < round * member.Count;
                member.Meet();
            }

            Interlocked.Increment(ref Runs);
        }
    }

    private sealed class Failing(int failingMember) : TeamWork
    {
        public override void Run(in TeamMember member)
        {
            member.Meet();
            if (member.Index == failingMember)
            {
                throw new InvalidOperationException("as it should");
            }

            member.Meet();
            member.Meet();
        }
    }

    /// <summary>Stays in its call until it is let go.</summary>
    private sealed class Held : TeamWork
    {
        public readonly ManualResetEventSlim Started = new(), LetGo = new();

        public override void Run(in TeamMember member)
        {
            Started.Set();
            LetGo.Wait();
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Nobody_leaves_a_meeting_before_all_have_arrived(int members)
    {
        using Team team = new("Meetings", members);
        Meetings work = new(rounds: 500);

        Assert.True(team.TryRun(work));
        Assert.True(team.TryRun(work));

        Assert.Equal(2 * members, work.Runs);
        Assert.False(work.SawTooFew);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_member_that_fails_stops_no_other_for_ever_and_the_caller_gets_its_exception(int failingMember)
    {
        using Team team = new("Failing", 3);

        Assert.Equal("as it should", Assert.Throws<InvalidOperationException>(() => team.TryRun(new Failing(failingMember))).Message);

        Meetings after = new(rounds: 3);
        Assert.True(team.TryRun(after));
        Assert.Equal(3, after.Runs);
    }

    [Fact]
    public async Task A_second_caller_is_sent_away_while_the_team_is_busy()
    {
        using Team team = new("Busy", 2);
        Held held = new();
        Task first = Task.Run(() => Assert.True(team.TryRun(held)));
        held.Started.Wait();

        Assert.False(team.TryRun(new Meetings(1)));

        held.LetGo.Set();
        await first;
        Assert.True(team.TryRun(new Meetings(1)));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(7, 3)]
    [InlineData(512, 4)]
    public void Shares_cover_everything_once_and_are_nearly_equal(int items, int members)
    {
        (int First, int End)[] shares = [.. Enumerable.Range(0, members).Select(i => new TeamMember(null, i, members).Share(items))];

        Assert.Equal(0, shares[0].First);
        Assert.Equal(items, shares[^1].End);
        Assert.All(shares.Zip(shares.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.First));
        Assert.InRange(shares.Max(s => s.End - s.First) - shares.Min(s => s.End - s.First), 0, 1);
    }

    [SkippableFact]
    public void Threads_start_with_the_first_large_call_and_end_with_the_instance()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Reads thread names from /proc, and needs two processors.");
        EncoderCase encoder = EncoderCase.Of<WideFirstToken>();
        using (Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 }))
        {
            Assert.Equal(0, ThreadsOf(encoder));
            subject.Encode(Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens));
            Assert.Equal(1, ThreadsOf(encoder));
        }

        Assert.True(SpinWait.SpinUntil(() => ThreadsOf(encoder) == 0, TimeSpan.FromSeconds(10)));
    }

    /// <summary>Every thread reads all weights: with 15 tokens two would get fewer than eight each, and gain nothing.</summary>
    [SkippableFact]
    public void A_text_too_short_to_share_starts_no_thread()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Reads thread names from /proc, and needs two processors.");
        EncoderCase encoder = EncoderCase.Of<WideClassifier>();
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 });

        subject.Encode(Text.Random(encoder.Shape, 1, 15));
        Assert.Equal(0, ThreadsOf(encoder));
        subject.Encode(Text.Random(encoder.Shape, 1, 16));
        Assert.Equal(1, ThreadsOf(encoder));
    }

    [SkippableFact]
    public void Threads_sleep_when_no_other_call_comes()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Reads thread states from /proc, and needs two processors.");
        EncoderCase encoder = EncoderCase.Of<WidePrenorm>();
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 });
        subject.Encode(Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens));

        Assert.True(SpinWait.SpinUntil(() => ThreadsOf(encoder, "S") == 1, TimeSpan.FromSeconds(10)), "A thread of the team is still busy.");
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

    /// <summary>Threads of this process that carry the encoder's name, in any state or in that of a letter; Linux keeps the name's first 15 letters.</summary>
    private static int ThreadsOf(EncoderCase encoder, string state = "") => Directory.GetDirectories("/proc/self/task").Count(task =>
    {
        try
        {
            string[] lines = File.ReadAllLines(Path.Combine(task, "status"));
            return Value(lines, "Name:").StartsWith(encoder.Name[..Math.Min(13, encoder.Name.Length)], StringComparison.Ordinal)
                && Value(lines, "State:").StartsWith(state, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It ended meanwhile.
        }

        static string Value(string[] lines, string label) => lines.First(line => line.StartsWith(label, StringComparison.Ordinal))[label.Length..].Trim();
    });
}
