using Orleans.Runtime;

namespace EmbeddingCluster;

/// <summary>
/// What happens when a silo must not go on, since the others have declared it dead: the process was stopped for too long, or cut off. Orleans would end the process;
/// here the silo alone ends, and the process joins the cluster anew. The work table needs no membership to keep its rows right.
/// </summary>
internal sealed class SiloLoss : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _loss = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the silo must end, with the reason.</summary>
    public Task<string> Reason => _loss.Task;

    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender, string? context, Exception? exception) => _loss.TrySetResult(exception?.Message ?? context ?? "no reason given");
}
