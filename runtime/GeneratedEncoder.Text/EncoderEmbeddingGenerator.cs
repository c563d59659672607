using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Text;

/// <summary>A text encoder as Microsoft.Extensions.AI knows embedding generators.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="convert">Makes an embedding of a vector, whose memory lasts as long as the call.</param>
internal sealed class EncoderEmbeddingGenerator<T, TEmbedding>(EncoderPipeline<T> encoder, Func<ReadOnlySpan<float>, TEmbedding> convert) : IEmbeddingGenerator<string, TEmbedding>
    where T : ITransformerEncoder<T>
    where TEmbedding : Embedding
{
    private const string TruncatedProperty = "truncated_tokens";

    private readonly EmbeddingGeneratorMetadata _metadata = new(ServiceMetrics.Provider, providerUri: null, encoder.Info.Name, encoder.Info.EmbeddingDimension);

    public async Task<GeneratedEmbeddings<TEmbedding>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        EncoderInfo info = encoder.Info;
        if (options?.ModelId is { } model && !IsThis(model, info.Name))
        {
            throw new ArgumentException($"The options ask for the model '{model}', but this generator has {info.Name}.", nameof(options));
        }

        int dimensions = encoder.Dimensions.Check(options?.Dimensions, info.Name, nameof(options));
        string? prompt = options?.PromptName ?? (options?.InputType is { } type ? encoder.Writer.PromptNameOf(type) : null);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        (TEmbedding Embedding, TokenUsage Usage)[] results = await encoder.EmbedAsync(values, prompt, Read, cancellationToken).ConfigureAwait(false);

        GeneratedEmbeddings<TEmbedding> embeddings = new(results.Length);
        long tokens = 0, truncated = 0;
        foreach ((TEmbedding embedding, TokenUsage usage) in results)
        {
            embeddings.Add(embedding);
            (tokens, truncated) = (tokens + usage.Tokens, truncated + usage.TruncatedTokens);
        }

        embeddings.Usage = new UsageDetails
        {
            InputTokenCount = tokens,
            TotalTokenCount = tokens,
            AdditionalCounts = new AdditionalPropertiesDictionary<long> { [TruncatedProperty] = truncated },
        };
        return embeddings;

        (TEmbedding, TokenUsage) Read(ReadOnlySpan<float> vector, TokenUsage usage, InputScratch scratch)
        {
            TEmbedding embedding = convert(EmbeddingDimensions.Cut(vector, dimensions, info.Normalize));
            (embedding.CreatedAt, embedding.ModelId) = (now, info.Name);
            embedding.AdditionalProperties = usage.IsTruncated ? new AdditionalPropertiesDictionary { [TruncatedProperty] = usage.TruncatedTokens } : null;
            return (embedding, usage);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return
            serviceKey is not null ? null :
            serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata :
            serviceType.IsInstanceOfType(this) ? this :
            serviceType.IsInstanceOfType(encoder) ? encoder :
            null;
    }

    public void Dispose() => encoder.Dispose();

    /// <summary>Whether a model's id means this one: by name, or by owner and name.</summary>
    private static bool IsThis(string id, string name) =>
        id.Equals(name, StringComparison.OrdinalIgnoreCase) || id.EndsWith($"/{name}", StringComparison.OrdinalIgnoreCase);
}
