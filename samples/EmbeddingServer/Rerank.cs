using System.Text.Json;
using System.Text.Json.Serialization;
using GeneratedEncoder.Text;

namespace EmbeddingServer;

/// <summary>Rankings as Cohere and Jina have them: one answer, in which either's clients find what they look for.</summary>
internal static class Rerank
{
    public static void MapRerank(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder routes = app.MapGroup("").WithTags("Rerank (Cohere, Jina)").WithMetadata(new ErrorFormOf(ErrorForm.Rerank));
        routes.MapPost("/v1/rerank", (RerankRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken) => RerankAsync(request, "1", models, inputs, cancellationToken))
            .WithSummary("Documents by how well they answer a query");
        routes.MapPost("/v2/rerank", (RerankRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken) => RerankAsync(request, "2", models, inputs, cancellationToken))
            .WithSummary("The same");
    }

    /// <summary>The model of this name that ranks; the first that does, if none is named.</summary>
    public static ServedClassifier FindRanker(ModelCatalog models, string? name) => models.Find<ServedClassifier>(name, "ranks texts", model => model.Info.NumLabels == 1);

    private static async Task<RerankResponse> RerankAsync(RerankRequest request, string version, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken)
    {
        ServedClassifier model = FindRanker(models, request.Model);
        string[] documents = Array.ConvertAll(inputs.Checked(request.Documents, "documents"), document => document.Text);
        if (request.TopN is < 1)
        {
            throw ApiException.Wrong("top_n", $"top_n is {request.TopN}, but must be at least 1.");
        }

        // From 0 to 1, as both have it, whatever the model's own function is.
        IReadOnlyList<RankedDocument> ranking = await model.RerankAsync(request.Query, documents, ScoreFunction.Sigmoid, cancellationToken);
        long tokens = ranking.Sum(document => (long)document.Usage.Tokens);
        return new RerankResponse(
            Guid.NewGuid().ToString(), model.Name,
            [.. ranking.Take(request.TopN ?? documents.Length).Select(document => new RerankResult(
                document.Index, document.Score, request.ReturnDocuments == true ? new RerankDocument(documents[document.Index]) : null))],
            new RerankMeta(new ApiVersion(version), new BilledUnits(1)), new RerankUsage(tokens, tokens));
    }

    internal sealed record RerankRequest(string Query, RerankDocument[] Documents, string? Model = null, int? TopN = null, bool? ReturnDocuments = null);

    internal sealed record RerankResponse(string Id, string Model, RerankResult[] Results, RerankMeta Meta, RerankUsage Usage)
    {
        public string Object => "list";
    }

    internal sealed record RerankResult(int Index, float RelevanceScore, RerankDocument? Document);

    internal sealed record RerankMeta(ApiVersion ApiVersion, BilledUnits BilledUnits);

    internal sealed record ApiVersion(string Version);

    internal sealed record BilledUnits(int SearchUnits);

    internal sealed record RerankUsage(long PromptTokens, long TotalTokens);

    /// <summary>A document: {"text": ...}, which clients may also send as a mere string.</summary>
    [JsonConverter(typeof(RerankDocumentConverter))]
    internal sealed record RerankDocument(string Text);

    private sealed class RerankDocumentConverter : JsonConverter<RerankDocument>
    {
        public override RerankDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new RerankDocument(TextInputConverter.Text(ref reader));
            }

            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String
                ? new RerankDocument(text.GetString()!)
                : throw new JsonException("a document is a string, or an object with a text.");
        }

        public override void Write(Utf8JsonWriter writer, RerankDocument value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("text", value.Text);
            writer.WriteEndObject();
        }
    }
}
