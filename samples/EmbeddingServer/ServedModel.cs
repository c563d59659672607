using GeneratedEncoder;
using GeneratedEncoder.Text;
using Microsoft.Extensions.AI;

namespace EmbeddingServer;

/// <summary>A model as routes see it, whatever its class.</summary>
internal abstract class ServedModel
{
    public abstract EncoderInfo Info { get; }

    public abstract TextTokenizer Tokenizer { get; }

    public string Name => Info.Name;

    /// <summary>A text's tokens as the encoder gets them.</summary>
    public abstract TokenizedText Tokenize(string text, string? promptName);
}

/// <summary>A model whose embeddings are served.</summary>
internal abstract class ServedEmbedder : ServedModel
{
    public abstract EmbeddingSimilarity Similarity { get; }

    /// <summary>Embeddings of texts, and how many tokens they had.</summary>
    public abstract Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(string[] texts, EmbeddingGenerationOptions options, CancellationToken cancellationToken);

    /// <summary>Each text's tokens' vectors, [tokens * HiddenSize].</summary>
    public abstract Task<float[][]> EncodeAsync(string[] texts, string? promptName, CancellationToken cancellationToken);
}

/// <summary>A model whose classes or rankings are served.</summary>
internal abstract class ServedClassifier : ServedModel
{
    public abstract Task<IReadOnlyList<Classification>> ClassifyAsync((string Text, string? Second)[] pairs, ScoreFunction scores, CancellationToken cancellationToken);

    public abstract Task<IReadOnlyList<RankedDocument>> RerankAsync(string query, string[] documents, ScoreFunction scores, CancellationToken cancellationToken);
}

/// <summary>An encoder whose embeddings are served.</summary>
internal sealed class ServedEmbedder<T>(EncoderPipeline<T> pipeline) : ServedEmbedder
    where T : ITransformerEncoder<T>
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator = pipeline.AsIEmbeddingGenerator();

    public override EncoderInfo Info => pipeline.Info;

    public override TextTokenizer Tokenizer => pipeline.Tokenizer;

    public override EmbeddingSimilarity Similarity => pipeline.Similarity;

    public override TokenizedText Tokenize(string text, string? promptName) => pipeline.Tokenize(text, promptName);

    public override Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(string[] texts, EmbeddingGenerationOptions options, CancellationToken cancellationToken) =>
        _generator.GenerateAsync(texts, options, cancellationToken);

    public override Task<float[][]> EncodeAsync(string[] texts, string? promptName, CancellationToken cancellationToken) => pipeline.EncodeAsync(texts, promptName, cancellationToken);
}

/// <summary>An encoder with a classifier's head.</summary>
internal sealed class ServedClassifier<T>(EncoderPipeline<T> pipeline) : ServedClassifier
    where T : ITransformerEncoder<T>, ISequenceClassifier
{
    public override EncoderInfo Info => pipeline.Info;

    public override TextTokenizer Tokenizer => pipeline.Tokenizer;

    public override TokenizedText Tokenize(string text, string? promptName) => pipeline.TokenizeInput(text);

    public override Task<IReadOnlyList<Classification>> ClassifyAsync((string Text, string? Second)[] pairs, ScoreFunction scores, CancellationToken cancellationToken) =>
        pipeline.ClassifyAsync(pairs, scores, cancellationToken: cancellationToken);

    public override Task<IReadOnlyList<RankedDocument>> RerankAsync(string query, string[] documents, ScoreFunction scores, CancellationToken cancellationToken) =>
        pipeline.RerankAsync(query, documents, scores, cancellationToken: cancellationToken);
}
