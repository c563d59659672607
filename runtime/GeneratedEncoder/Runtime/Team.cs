using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// The threads that work on one call beside its caller. They are the instance's own, start with the first call that wants
/// them, and sleep between calls, but for a tenth of a millisecond in which the next one may come. One call at a time has the
/// team; another caller meanwhile does its work alone. For generated code.
/// </summary>
/// <remarks>
/// A call is finished or never begun: nothing takes its caller away while others compute, and threads that can't be started are
/// missed by nobody. Between calls, threads hold nothing but this: an encoder that nobody disposed of can be collected, and then ends them.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Team : IDisposable
{
    /// <summary>When a thread can't be started, the team tries again after 1, 2, 4, ... calls, and then after every so many.</summary>
    private const int LongestPause = 1024;

    private readonly BlockSharing<TeamMachine> _sharing;
    private readonly AutoResetEvent[] _signals;
    private readonly bool[] _started;
    private readonly Action<Thread> _start;
    private readonly string _name;
    private readonly SharingGain _gain = new();
    private TeamWork? _work;
    private Exception? _failure;
    private int _busy, _missing, _pause = 1, _callsToPause; // _busy: whether a caller has the team; the others are its own
    private bool _interrupted;
    private int _phases, _blocks; // of the call so far; of the phase
    private long _computed; // what the caller has computed: ticks of its own time, and how many phases' worth
    private double _share;

    internal Team(string name, int members, Action<Thread>? start = null)
    {
        _name = name;
        _signals = [.. Enumerable.Range(0, members).Select(_ => new AutoResetEvent(false))];
        _started = new bool[members];
        _missing = members - 1;
        _start = start ?? (thread => thread.UnsafeStart()); // A thread would keep its starter's ExecutionContext, and all that hangs on it, for good.
        _sharing = new BlockSharing<TeamMachine>(new TeamMachine(this, BlockSharing<TeamMachine>.Words(members)));
    }

    /// <summary>Whether calls are shared also while one thread would be faster. Tests want them to be.</summary>
    internal static bool SharesAlways { get; set; }

    /// <summary>The most threads that work on a call, its caller's among them.</summary>
    public int Members => _signals.Length;

    /// <summary>
    /// Runs the work on the caller's thread and on all others that have time. False, and nothing done, while another call has the
    /// team, if it has no thread, or while one is faster alone.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="tokens">Its size, at least 1: calls of about the same size are compared with each other.</param>
    public bool TryRun(TeamWork work, int tokens)
    {
        if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            return false;
        }

        try
        {
            StartMissing();
            if (_missing == Members - 1 || !(SharesAlways || _gain.Pays(tokens)))
            {
                return false;
            }

            (_work, _phases, _computed, _share) = (work, 0, 0, 0);
            long start = Stopwatch.GetTimestamp(), call = _sharing.Begin(Members);
            while (_sharing.Turn(0, Members, call))
            {
            }

            _gain.Add(tokens, Stopwatch.GetTimestamp() - start, _computed, _share / Math.Max(1, _phases));
            if (_failure is not null)
            {
                ExceptionDispatchInfo.Throw(_failure);
            }

            return true;
        }
        finally
        {
            _work = null;
            _failure = null;
            bool interrupted = _interrupted;
            _interrupted = false;
            Volatile.Write(ref _busy, 0);
            if (interrupted)
            {
                Thread.CurrentThread.Interrupt(); // It was meant for the caller's own waits.
            }
        }
    }

    /// <summary>Lets the threads end. No call may be under way.</summary>
    public void Dispose() => _sharing.End(Members);

    /// <summary>Whatever ends the wait, it has ended: nothing that a system or a caller's context throws may take a caller away from its call.</summary>
    internal void Sleep(int thread)
    {
        try
        {
            _signals[thread].WaitOne();
        }
        catch (Exception e)
        {
            if (thread == 0 && e is ThreadInterruptedException)
            {
                _interrupted = true;
            }
        }
    }

    internal void Signal(int thread) => _signals[thread].Set();

    /// <summary>In a frame of its own, as is RunBlock: what a thread's endless one has once held, it may hold for good.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal int BeginPhase(int phase)
    {
        try
        {
            _phases = phase;
            return _blocks = Volatile.Read(ref _failure) is null ? _work!.Begin(phase) : 0;
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            return 0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void RunBlock(int phase, int block, int thread)
    {
        try
        {
            if (Volatile.Read(ref _failure) is not null)
            {
                return;
            }

            if (thread != 0)
            {
                _work!.Run(phase, block, thread);
                return;
            }

            long start = ThreadTime.Now();
            _work!.Run(phase, block, thread);
            _computed += ThreadTime.Now() - start;
            _share += 1.0 / _blocks;
        }
        catch (Exception e)
        {
            // The block counts as done, and the phase as the last: nobody waits for ever, and the caller gets the exception.
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }

    private void Live(int index)
    {
        while (_sharing.Turn(index, Members, BlockSharing<TeamMachine>.EveryCall))
        {
        }
    }

    private void StartMissing()
    {
        if (_missing == 0 || _callsToPause-- > 0)
        {
            return;
        }

        try
        {
            for (int i = 1; i < Members; i++)
            {
                if (!_started[i])
                {
                    int index = i;
                    _start(new Thread(() => Live(index)) { IsBackground = true, Name = $"{_name} {index}" });
                    _started[i] = true;
                    _missing--;
                }
            }
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // A limit on threads or memory: those that there are do the work.
            _callsToPause = _pause;
            _pause = Math.Min(2 * _pause, LongestPause);
        }
    }
}
