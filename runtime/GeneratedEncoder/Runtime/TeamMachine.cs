using System.Diagnostics;

namespace GeneratedEncoder.Runtime;

/// <summary>What a team's threads share blocks with: words in memory, an event for each thread, and the call's work.</summary>
internal readonly struct TeamMachine(Team team, int words) : ISharingMachine
{
    /// <summary>Words two cache lines apart, since processors fetch lines in pairs: threads that look at one aren't disturbed by writes to another.</summary>
    private const int Distance = 16;

    /// <summary>Iterations of a wait between two looks: a tenth of a microsecond, for phases of short calls are microseconds long.</summary>
    private const int ShortSpin = 3;

    /// <summary>
    /// A thread looks for work this long before it sleeps: what sleeping and waking up cost (50 microseconds on a virtual machine), so
    /// that it never loses more than twice the least. In the meantime it keeps a processor from a thread that might have work.
    /// </summary>
    private static readonly long s_patience = Stopwatch.Frequency / 10_000; // 100 microseconds

    private readonly long[] _words = new long[(words + 1) * Distance];

    public long Read(int word) => Volatile.Read(ref At(word));

    public void Write(int word, long value) => Volatile.Write(ref At(word), value);

    public long Peek(int word) => At(word);

    public void Poke(int word, long value) => At(word) = value;

    public long Increment(int word) => Interlocked.Increment(ref At(word));

    public long CompareExchange(int word, long value, long expected) => Interlocked.CompareExchange(ref At(word), value, expected);

    public long Exchange(int word, long value) => Interlocked.Exchange(ref At(word), value);

    public void Fence() => Interlocked.MemoryBarrier();

    public bool Pause(ref long since)
    {
        long now = Stopwatch.GetTimestamp();
        since = since == 0 ? now : since;
        if (now - since >= s_patience)
        {
            return false;
        }

        Thread.SpinWait(ShortSpin);
        return true;
    }

    public void Sleep(int thread) => team.Sleep(thread);

    public void Signal(int thread) => team.Signal(thread);

    public int Begin(int phase) => team.BeginPhase(phase);

    public void Run(int phase, int block, int thread) => team.RunBlock(phase, block, thread);

    private ref long At(int word) => ref _words[(word + 1) * Distance];
}
