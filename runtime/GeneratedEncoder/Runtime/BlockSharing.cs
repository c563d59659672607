namespace GeneratedEncoder.Runtime;

/// <summary>
/// How threads share a call's blocks: each takes the next one when it has time, and whoever finishes a phase's last block opens the next
/// phase. So a call waits for blocks and never for a thread: one that is late, asleep or was never started has no part in it, and the
/// caller alone would do all.
/// </summary>
/// <remarks>
/// Blocks are numbered through all calls of a team, and no word ever goes back: nothing is reset that somebody might still be counting.
/// <list type="bullet">
/// <item>Taken: blocks that threads have taken. A block is whose CompareExchange took its number.</item>
/// <item>Open: blocks that may be taken. Blocks from Taken to Open are free, all of one phase.</item>
/// <item>Done: blocks that are computed. If it is Open after a thread's own increment, nobody is at work but that thread.</item>
/// <item>Phase, First: the open phase and the number of its first block. Written before Open, while nobody is at work.</item>
/// <item>Ended: calls that have ended. The caller leaves when it counts its own.</item>
/// <item>Over: 1 when threads shall end.</item>
/// <item>Asleep + thread: 1 if the thread sleeps, or is about to.</item>
/// </list>
/// Each hand-over, with what puts it in order, is in runtime/README.md; BlockSharingTests try them all on a machine that orders nothing else.
/// </remarks>
/// <typeparam name="TMachine">Words, signals and work.</typeparam>
internal readonly struct BlockSharing<TMachine>(TMachine machine)
    where TMachine : struct, ISharingMachine
{
    private const int Taken = 0, Open = 1, Done = 2, Phase = 3, First = 4, Ended = 5, Over = 6, Asleep = 7;

    /// <summary>The call of threads that are nobody's caller and work on all of them.</summary>
    public const long EveryCall = -1;

    private readonly TMachine _machine = machine;

    /// <summary>How many words so many threads need.</summary>
    public static int Words(int threads) => Asleep + threads;

    /// <summary>Begins a call, and returns its number. One at a time.</summary>
    /// <param name="threads">How many threads there may be.</param>
    public long Begin(int threads)
    {
        long call = _machine.Peek(Ended) + 1;
        OpenPhase(0, threads);
        return call;
    }

    /// <summary>One turn of a thread: computes a block, or waits until there may be one. False when there is nothing more to do.</summary>
    /// <param name="thread">This thread's number: 0 for the caller's, which leaves when its call has ended.</param>
    /// <param name="threads">How many threads there may be.</param>
    /// <param name="call">The call's number, or <see cref="EveryCall"/>: until <see cref="End"/>.</param>
    public bool Turn(int thread, int threads, long call)
    {
        if (HasEnded(call))
        {
            return false;
        }

        if (!TryRunBlock(thread, threads))
        {
            Wait(thread, call);
        }

        return true;
    }

    /// <summary>Lets all threads end. No call may be under way.</summary>
    public void End(int threads)
    {
        _machine.Write(Over, 1);
        WakeSleepers(threads);
    }

    /// <summary>Takes the next block, if there is one, and computes it.</summary>
    private bool TryRunBlock(int thread, int threads)
    {
        long block = _machine.Read(Taken);
        if (block >= _machine.Read(Open))
        {
            return false;
        }

        if (_machine.CompareExchange(Taken, block + 1, block) != block)
        {
            return true; // Somebody was faster. There may be another one.
        }

        // The phase can't end before this block is done, so that what its opener wrote stands still. It is visible, since this thread
        // has read the opener's Open: only that one is larger than this block's number, as long as the block isn't done.
        int phase = (int)_machine.Peek(Phase);
        _machine.Run(phase, (int)(block - _machine.Peek(First)), thread);

        // The increments form a chain: whoever makes the last one sees what every thread wrote before its own.
        if (_machine.Increment(Done) == _machine.Read(Open))
        {
            OpenPhase(phase + 1, threads);
        }

        return true;
    }

    /// <summary>For the only thread at work.</summary>
    private void OpenPhase(int phase, int threads)
    {
        int blocks = _machine.Begin(phase);
        if (blocks == 0)
        {
            _machine.Write(Ended, _machine.Peek(Ended) + 1);
        }
        else
        {
            long open = _machine.Peek(Open);
            _machine.Poke(Phase, phase);
            _machine.Poke(First, open);
            _machine.Write(Open, open + blocks);
        }

        WakeSleepers(threads);
    }

    private bool HasEnded(long call) => call == EveryCall ? _machine.Read(Over) != 0 : _machine.Read(Ended) == call;

    private bool HasWork(long call) => _machine.Read(Taken) < _machine.Read(Open) || HasEnded(call);

    private void Wait(int thread, long call)
    {
        for (long since = 0; _machine.Pause(ref since);)
        {
            if (HasWork(call))
            {
                return;
            }
        }

        // Either this thread sees what somebody wrote before looking for sleepers, or that one sees this thread's word.
        _machine.Exchange(Asleep + thread, 1);
        if (!HasWork(call))
        {
            _machine.Sleep(thread);
        }

        _machine.Write(Asleep + thread, 0);
    }

    /// <summary>What was written before is seen by whoever isn't woken up, since it looks again before it sleeps.</summary>
    private void WakeSleepers(int threads)
    {
        _machine.Fence();
        for (int thread = 0; thread < threads; thread++)
        {
            if (_machine.Read(Asleep + thread) == 1 && _machine.Exchange(Asleep + thread, 0) == 1)
            {
                _machine.Signal(thread);
            }
        }
    }
}
