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

    /// <summary>Number of a call for threads that are nobody's caller.</summary>
    private const long NoCall = -1;

    private readonly TMachine _machine = machine;

    /// <summary>How many words so many threads need.</summary>
    public static int Words(int threads) => Asleep + threads;

    /// <summary>Runs a call to its end, on this thread, which is number 0, and on all others that come. One call at a time.</summary>
    /// <param name="threads">How many threads there may be, this one among them.</param>
    public void Call(int threads)
    {
        long call = _machine.Peek(Ended) + 1;
        OpenPhase(0, threads);
        while (_machine.Read(Ended) != call)
        {
            if (!TryRunBlock(0, threads))
            {
                Wait(0, call);
            }
        }
    }

    /// <summary>Takes blocks of all calls until <see cref="End"/>.</summary>
    /// <param name="thread">This thread's number, from 1.</param>
    /// <param name="threads">How many threads there may be.</param>
    public void Serve(int thread, int threads)
    {
        while (_machine.Read(Over) == 0)
        {
            if (!TryRunBlock(thread, threads))
            {
                Wait(thread, NoCall);
            }
        }
    }

    /// <summary>Lets all threads leave <see cref="Serve"/>. No call may be under way.</summary>
    public void End(int threads)
    {
        _machine.Write(Over, 1);
        WakeSleepers(threads);
    }

    private bool TryRunBlock(int thread, int threads)
    {
        long block = _machine.Read(Taken);
        if (block >= _machine.Read(Open) || _machine.CompareExchange(Taken, block + 1, block) != block)
        {
            return Ready(NoCall); // Somebody was faster, but something may be left.
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

    private bool Ready(long call) =>
        _machine.Read(Taken) < _machine.Read(Open) || (call == NoCall ? _machine.Read(Over) != 0 : _machine.Read(Ended) == call);

    private void Wait(int thread, long call)
    {
        for (long since = 0; !Ready(call);)
        {
            if (!_machine.Pause(ref since))
            {
                // Either this thread sees what somebody wrote before looking for sleepers, or that one sees this thread's word.
                _machine.Exchange(Asleep + thread, 1);
                if (!Ready(call))
                {
                    _machine.Sleep(thread);
                }

                _machine.Write(Asleep + thread, 0);
                return;
            }
        }
    }

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
