namespace GeneratedEncoder.Benchmarks;

/// <summary>Threads that do the same kind of thing at the same time, the caller's among them.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Barrier _barrier;
    private Action<int>? _work;

    public Crew(int count)
    {
        Count = count;
        _barrier = new Barrier(count);
        for (int i = 1; i < count; i++)
        {
            int index = i;
            new Thread(() => Live(index)) { IsBackground = true }.Start();
        }
    }

    /// <summary>How many threads.</summary>
    public int Count { get; }

    /// <summary>Calls the work on each thread with the thread's number, and waits for all of them.</summary>
    public void Run(Action<int> work)
    {
        _work = work;
        _barrier.SignalAndWait();
        work(0);
        _barrier.SignalAndWait();
    }

    /// <summary>Lets the threads end. The barrier is left to the collector: they may still be leaving it.</summary>
    public void Dispose()
    {
        _work = null;
        _barrier.SignalAndWait();
    }

    private void Live(int index)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_work is not Action<int> work)
            {
                return;
            }

            work(index);
            _barrier.SignalAndWait();
        }
    }
}
