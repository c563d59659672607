using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace EmbeddingServer;

/// <summary>Ollama's route for embeddings.</summary>
internal static class Ollama
{
    public static void MapOllama(this IEndpointRouteBuilder app) => app.MapPost("/api/embed", EmbedAsync)
        .WithTags("Ollama").WithSummary("Embeddings of texts").WithMetadata(new ErrorFormOf(ErrorForm.Ollama));

    private static async Task<EmbedResponse> EmbedAsync(EmbedRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();

        // "name:tag", as its models are called; a model here has no tags.
        string? name = request.Model?.Split(':')[0];
        models.Find(name);
        ServedEmbedder model = models.Find<ServedEmbedder>(name, "gives embeddings");
        GeneratedEmbeddings<Embedding<float>> embeddings = await model.EmbedAsync(
            inputs.Texts(request.Input, model, "input"), new EmbeddingGenerationOptions { Dimensions = request.Dimensions }, cancellationToken);
        if (request.Truncate == false && embeddings.Usage!.AdditionalCounts!["truncated_tokens"] > 0)
        {
            throw ApiException.Wrong("input", $"A text has more than the {model.Info.MaxTokens} tokens that {model.Name} reads, and truncate is false.");
        }

        return new EmbedResponse(
            request.Model!, [.. embeddings.Select(embedding => embedding.Vector)], (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds, LoadDuration: 0, embeddings.Usage!.InputTokenCount!.Value);
    }

    internal sealed record EmbedRequest(TextInput Input, string? Model = null, bool? Truncate = null, int? Dimensions = null);

    /// <param name="Model">The model, as the request called it.</param>
    /// <param name="Embeddings">A vector a text.</param>
    /// <param name="TotalDuration">Nanoseconds.</param>
    /// <param name="LoadDuration">Nanoseconds; the model is loaded since the start.</param>
    /// <param name="PromptEvalCount">Tokens.</param>
    internal sealed record EmbedResponse(string Model, ReadOnlyMemory<float>[] Embeddings, long TotalDuration, long LoadDuration, long PromptEvalCount);
}
