using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Text;

/// <summary>A text encoder as Microsoft.Extensions.AI knows embedding generators.</summary>
internal sealed class EncoderEmbeddingGenerator<T> : IEmbeddingGenerator<string, Embedding<float>>
    where T : ITransformerEncoder<T>
{
    private const string PromptProperty = "prompt_name";
    private const string TruncatedProperty = "truncated_tokens";

    private readonly EncoderPipeline<T> _encoder;
    private readonly EmbeddingGeneratorMetadata _metadata;

    public EncoderEmbeddingGenerator(EncoderPipeline<T> encoder)
    {
        _encoder = encoder;
        _metadata = new EmbeddingGeneratorMetadata("generated-encoder", providerUri: null, encoder.Info.Name, encoder.Info.EmbeddingDimension);
    }

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        try
        {
            return Task.FromResult(Generate(values, options, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<GeneratedEmbeddings<Embedding<float>>>(cancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException<GeneratedEmbeddings<Embedding<float>>>(e);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return
            serviceKey is not null ? null :
            serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata :
            serviceType.IsInstanceOfType(this) ? this :
            serviceType.IsInstanceOfType(_encoder) ? _encoder :
            null;
    }

    public void Dispose() => _encoder.Dispose();

    private GeneratedEmbeddings<Embedding<float>> Generate(
        IEnumerable<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        EncoderInfo info = _encoder.Info;
        if (options?.ModelId is { } model && !IsThis(model, info.Name))
        {
            throw new ArgumentException($"The options ask for the model '{model}', but this generator has {info.Name}.", nameof(options));
        }

        int dimensions = _encoder.Dimensions.Check(options?.Dimensions, info.Name, nameof(options));
        string? prompt = null;
        if (options?.AdditionalProperties?.TryGetValue(PromptProperty, out object? name) == true && name is not null)
        {
            prompt = name as string ?? throw new ArgumentException($"The property '{PromptProperty}' must be a string, but is a {name.GetType()}.", nameof(options));
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        GeneratedEmbeddings<Embedding<float>> embeddings = [];
        long truncated = 0;
        long tokens = _encoder.Embed(
            values, prompt, countsAll: true,
            (vector, usage) =>
            {
                truncated += usage.TruncatedTokens;
                embeddings.Add(new Embedding<float>(Cut(vector, dimensions, info.Normalize))
                {
                    CreatedAt = now,
                    ModelId = info.Name,
                    AdditionalProperties = usage.IsTruncated ? new AdditionalPropertiesDictionary { [TruncatedProperty] = usage.TruncatedTokens } : null,
                });
            },
            progress: null, cancellationToken);
        embeddings.Usage = new UsageDetails
        {
            InputTokenCount = tokens,
            TotalTokenCount = tokens,
            AdditionalCounts = new AdditionalPropertiesDictionary<long> { [TruncatedProperty] = truncated },
        };
        return embeddings;
    }

    /// <summary>Whether a model's id means this one: by name, or by owner and name.</summary>
    private static bool IsThis(string id, string name) =>
        id.Equals(name, StringComparison.OrdinalIgnoreCase) || id.EndsWith($"/{name}", StringComparison.OrdinalIgnoreCase);

    /// <summary>An embedding's first numbers, of length 1 again where the whole has length 1.</summary>
    private static float[] Cut(ReadOnlySpan<float> embedding, int dimensions, bool normalized)
    {
        float[] cut = embedding[..dimensions].ToArray();
        if (!normalized || dimensions == embedding.Length)
        {
            return cut;
        }

        double squares = 0;
        foreach (float value in cut)
        {
            squares += (double)value * value;
        }

        double scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (int i = 0; i < cut.Length; i++)
        {
            cut[i] = (float)(cut[i] * scale);
        }

        return cut;
    }
}
