using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// The threads that work on one call beside its caller. They are the instance's own, start with the first call that wants
/// them, and sleep between calls, but for a tenth of a millisecond in which the next one may come. One call at a time has the
/// team; another caller meanwhile does its work alone. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Team : IDisposable
{
    /// <summary>Iterations of a wait between two looks: a tenth of a microsecond, for meetings are microseconds apart in short calls.</summary>
    private const int ShortSpin = 3;

    /// <summary>
    /// Within a call, members wait for each other this long before they sleep: a few times what sleeping and waking up cost
    /// (about 50 microseconds on a virtual machine), since after that the other one would wait in its turn.
    /// </summary>
    private static readonly long s_patience = Stopwatch.Frequency / 5_000; // 200 microseconds

    /// <summary>
    /// After a call, members look for the next one this long before they sleep: waking them costs some 25 microseconds, a sixth of
    /// a short call.
    /// </summary>
    private static readonly long s_linger = Stopwatch.Frequency / 10_000; // 100 microseconds

    private readonly object _calls = new(), _meeting = new();
    private readonly Thread[] _threads;
    private readonly ThreadPlacement?[] _placements;
    private readonly string _name;
    private TeamWork? _work;
    private int _call, _working, _busy; // number of the current call; members still at it; whether a caller has the team
    private int _arrived, _meetings;
    private Exception? _failure;
    private bool _started, _disposed;

    internal Team(string name, int members)
    {
        _name = name;
        _threads = new Thread[members - 1];
        _placements = new ThreadPlacement?[members - 1];
    }

    private int Members => _threads.Length + 1;

    /// <summary>Runs the work on all members, the caller's thread among them. False, and nothing done, while another call has the team.</summary>
    public bool TryRun(TeamWork work)
    {
        if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            return false;
        }

        try
        {
            Begin(work);
            RunShare(work, 0);
            AwaitOthers();
            if (_failure is not null)
            {
                ExceptionDispatchInfo.Throw(_failure);
            }

            return true;
        }
        finally
        {
            _work = null;
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Lets the threads end. No call may be under way.</summary>
    public void Dispose()
    {
        lock (_calls)
        {
            _disposed = true;
            Monitor.PulseAll(_calls);
        }
    }

    internal void Meet(int index)
    {
        int meeting = Volatile.Read(ref _meetings);
        if (Interlocked.Increment(ref _arrived) == Members)
        {
            EndMeeting();
        }
        else
        {
            Wait(meeting);
        }

        if (index == 0)
        {
            KeepOthersOffThisProcessor();
        }

        if (Volatile.Read(ref _failure) is not null)
        {
            throw new OperationCanceledException("Another member of the team failed.");
        }
    }

    private void Begin(TeamWork work)
    {
        if (!_started)
        {
            Start();
        }

        KeepOthersOffThisProcessor();
        _arrived = 0;
        _failure = null;
        lock (_calls)
        {
            _work = work;
            _working = _threads.Length;
            _call++;
            Monitor.PulseAll(_calls);
        }
    }

    /// <summary>For the caller's thread at the start and at every meeting: it may have been moved to where a member runs.</summary>
    private void KeepOthersOffThisProcessor()
    {
        foreach (ThreadPlacement? placement in _placements)
        {
            placement?.KeepOff(ThreadPlacement.CurrentProcessor());
        }
    }

    private void Start()
    {
        for (int i = 0; i < _threads.Length; i++)
        {
            int index = i + 1;
            _threads[i] = new Thread(() => Live(index)) { IsBackground = true, Name = $"{_name} {index}" };
            _threads[i].Start();
        }

        _started = true;
    }

    private void Live(int index)
    {
        Volatile.Write(ref _placements[index - 1], ThreadPlacement.OfCurrentThread());
        for (int seen = 0; ;)
        {
            TeamWork work;
            Linger(seen);
            lock (_calls)
            {
                while (_call == seen && !_disposed)
                {
                    Monitor.Wait(_calls);
                }

                if (_disposed)
                {
                    return;
                }

                seen = _call;
                work = _work!;
            }

            RunShare(work, index);
            if (Interlocked.Decrement(ref _working) == 0)
            {
                lock (_calls)
                {
                    Monitor.PulseAll(_calls);
                }
            }
        }
    }

    /// <summary>Until there is another call than the last one seen, or not soon enough.</summary>
    private void Linger(int seen)
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _call) == seen && !Volatile.Read(ref _disposed) && Stopwatch.GetTimestamp() - start < s_linger)
        {
            Thread.SpinWait(ShortSpin);
        }
    }

    private void RunShare(TeamWork work, int index)
    {
        try
        {
            work.Run(new TeamMember(this, index, Members));
        }
        catch (Exception e)
        {
            // The others may be waiting for this member: they must not wait for ever.
            Interlocked.CompareExchange(ref _failure, e, null);
            EndMeeting();
        }
    }

    private void AwaitOthers()
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _working) > 0)
        {
            if (Stopwatch.GetTimestamp() - start < s_patience)
            {
                Thread.SpinWait(ShortSpin);
                continue;
            }

            lock (_calls)
            {
                while (Volatile.Read(ref _working) > 0)
                {
                    Monitor.Wait(_calls);
                }
            }
        }
    }

    private void Wait(int meeting)
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _meetings) == meeting && Volatile.Read(ref _failure) is null)
        {
            if (Stopwatch.GetTimestamp() - start < s_patience)
            {
                Thread.SpinWait(ShortSpin);
                continue;
            }

            lock (_meeting)
            {
                while (_meetings == meeting && Volatile.Read(ref _failure) is null)
                {
                    Monitor.Wait(_meeting);
                }
            }
        }
    }

    private void EndMeeting()
    {
        lock (_meeting)
        {
            _arrived = 0;
            _meetings++;
            Monitor.PulseAll(_meeting);
        }
    }
}
