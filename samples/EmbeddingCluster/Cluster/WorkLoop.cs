namespace EmbeddingCluster;

/// <summary>The one loop of a process that pulls shards: started and stopped by the silo's worker grain, of which there may be one after another.</summary>
internal sealed class WorkLoop(ShardWorker worker)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Texts that were computed and committed.</summary>
    public long Computed => worker.Computed;

    /// <summary>Faults when the loop does; else it never ends.</summary>
    public Task Failure => _failure.Task;

    /// <summary>Starts the loop, unless it runs.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_loop.IsCompleted)
            {
                _stop = new CancellationTokenSource();
                _loop = RunAsync(_stop.Token);
            }
        }
    }

    /// <summary>Ends the loop; what it held is given back.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _stop.Cancel();
            return _loop;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await worker.RunAsync(cancellationToken);
        }
        catch (Exception e)
        {
            _failure.TrySetException(e);
        }
    }
}
