namespace EmbeddingCluster;

/// <summary>A silo's worker, by which others can see to it that it works. Its key is the silo's address.</summary>
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Starts the silo's loop, if it doesn't run.</summary>
    Task EnsureRunningAsync();
}

/// <summary>
/// The loop runs beside the grain's turns, which last an instant. It ends with the grain: when the silo shuts down, or when another part of the cluster has
/// deactivated it.
/// </summary>
[KeepAlive]
[NamedSiloPlacement]
internal sealed class WorkerGrain(WorkLoop loop) : Grain, IWorkerGrain
{
    public Task EnsureRunningAsync()
    {
        loop.Start();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => loop.StopAsync().WaitAsync(cancellationToken);
}
