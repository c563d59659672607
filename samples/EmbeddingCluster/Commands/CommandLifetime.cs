namespace EmbeddingCluster;

/// <summary>A host that lives as long as the command that started it. Signals are the command line's affair: it cancels the command's token.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
