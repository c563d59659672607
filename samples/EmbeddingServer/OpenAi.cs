using System.Buffers.Binary;
using GeneratedEncoder.Text;
using Microsoft.Extensions.AI;

namespace EmbeddingServer;

/// <summary>OpenAI's routes.</summary>
internal static class OpenAi
{
    public static void MapOpenAi(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder routes = app.MapGroup("/v1").WithTags("OpenAI").WithMetadata(new ErrorFormOf(ErrorForm.OpenAi));
        routes.MapPost("/embeddings", EmbedAsync).WithSummary("Embeddings of texts");
        routes.MapGet("/models", (ModelCatalog models) => new ModelList([.. models.Models.Select(model => new ModelEntry(model.Name, models.Started))])).WithSummary("The models");

        // The rest of the path: an id may be "owner/name", with a slash or with its %2F, which routing leaves alone.
        routes.MapGet("/models/{**id}", (string id, ModelCatalog models) => new ModelEntry(models.Find(Uri.UnescapeDataString(id)).Name, models.Started)).WithSummary("One model");
    }

    private static async Task<EmbeddingList> EmbedAsync(EmbeddingRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken)
    {
        models.Find(request.Model);
        ServedEmbedder model = models.Find<ServedEmbedder>(request.Model, "gives embeddings");
        string[] texts = inputs.Texts(request.Input, model, "input");
        bool isBase64 = request.EncodingFormat switch
        {
            null or "float" => false,
            "base64" => true,
            string other => throw ApiException.Wrong("encoding_format", $"encoding_format is '{other}'; there are float and base64."),
        };
        EmbeddingGenerationOptions options = new() { Dimensions = request.Dimensions, InputType = InputTypeOf(request.InputType) };
        GeneratedEmbeddings<Embedding<float>> embeddings = await model.EmbedAsync(texts, options, cancellationToken);
        return new EmbeddingList(
            [.. embeddings.Select((embedding, index) => new EmbeddingEntry(index, isBase64 ? Base64(embedding.Vector.Span) : embedding.Vector))],
            model.Name,
            new Usage(embeddings.Usage!.InputTokenCount!.Value));
    }

    /// <summary>What an input is embedded for: no member of OpenAI's, but one that many servers of open models take.</summary>
    public static EmbeddingInputType? InputTypeOf(string? name) => name switch
    {
        null or "" => null,
        "query" or "search_query" => EmbeddingInputType.Query,
        "document" or "passage" or "search_document" => EmbeddingInputType.Document,
        _ => throw ApiException.Wrong("input_type", $"input_type is '{name}'; there are query and document."),
    };

    /// <summary>Floats as clients read them: little-endian, whatever the machine.</summary>
    private static string Base64(ReadOnlySpan<float> vector)
    {
        byte[] bytes = new byte[4 * vector.Length];
        for (int i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), vector[i]);
        }

        return Convert.ToBase64String(bytes);
    }

    internal sealed record EmbeddingRequest(TextInput Input, string? Model = null, string? EncodingFormat = null, int? Dimensions = null, string? User = null, string? InputType = null);

    /// <param name="Embedding">Numbers, or a string in base64.</param>
    /// <param name="Index">Which of the inputs it is of.</param>
    internal sealed record EmbeddingEntry(int Index, object Embedding)
    {
        public string Object => "embedding";
    }

    internal sealed record Usage(long PromptTokens)
    {
        public long TotalTokens => PromptTokens;
    }

    internal sealed record EmbeddingList(EmbeddingEntry[] Data, string Model, Usage Usage)
    {
        public string Object => "list";
    }

    internal sealed record ModelEntry(string Id, long Created)
    {
        public string Object => "model";

        public string OwnedBy => "generated-encoder";
    }

    internal sealed record ModelList(ModelEntry[] Data)
    {
        public string Object => "list";
    }
}
