using Orleans.Concurrency;

namespace EmbeddingCluster;

/// <summary>
/// Online calls: a text's vector from the nearest silo. A call has an id of its own (<see cref="Guid.NewGuid"/>): calls to one id all go to one silo, wherever that is.
/// </summary>
public interface IEmbeddingGrain : IGrainWithGuidKey
{
    /// <summary>Computes a vector. It takes its turns between the texts of the silo's steps, and doesn't wait for a step's end.</summary>
    Task<OnlineEmbedding> EmbedAsync(string text);
}

/// <summary>A text's vector.</summary>
/// <param name="Model">Name and fingerprint of the model: vectors of different ones can't be compared.</param>
/// <param name="Vector">The vector.</param>
[GenerateSerializer, Immutable]
public sealed record OnlineEmbedding([property: Id(0)] string Model, [property: Id(1)] float[] Vector);

[StatelessWorker]
internal sealed class EmbeddingGrain(EmbeddingModel model) : Grain, IEmbeddingGrain
{
    public async Task<OnlineEmbedding> EmbedAsync(string text) => new(model.Identity, (await model.EmbedAsync([text], progress: null, CancellationToken.None))[0]);
}
