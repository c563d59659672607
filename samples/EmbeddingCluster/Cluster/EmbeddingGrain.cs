using Orleans.Concurrency;

namespace EmbeddingCluster;

/// <summary>
/// Online calls: a text's vector from the nearest silo. A call has an id of its own (<see cref="Guid.NewGuid"/>): calls to one id all go to one silo, wherever that is.
/// </summary>
public interface IEmbeddingGrain : IGrainWithGuidKey
{
    /// <summary>Computes a vector. It takes its turns between those of the silo's steps, and doesn't wait for a step's end.</summary>
    Task<float[]> EmbedAsync(string text);
}

[StatelessWorker]
internal sealed class EmbeddingGrain(EmbeddingModel model) : Grain, IEmbeddingGrain
{
    public async Task<float[]> EmbedAsync(string text) => (await model.EmbedAsync([text], progress: null, CancellationToken.None))[0];
}
