using System.Reflection;
using System.Text.Json;
using GeneratedEncoder;
using GeneratedEncoder.Text;
using Microsoft.Extensions.AI;

namespace EmbeddingServer;

/// <summary>The routes of Hugging Face's text-embeddings-inference, which serves one model; here it is the first that can do what a route does.</summary>
internal static class TextEmbeddingsInference
{
    public static void MapTextEmbeddingsInference(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder routes = app.MapGroup("").WithTags("text-embeddings-inference").WithMetadata(new ErrorFormOf(ErrorForm.TextEmbeddingsInference));
        routes.MapPost("/embed", EmbedAsync).WithSummary("Embeddings of texts");
        routes.MapPost("/", EmbedAsync).WithSummary("The same, where clients send it that know an address only");
        routes.MapPost("/embed_all", EmbedAllAsync).WithSummary("Vectors of texts' tokens");
        routes.MapPost("/similarity", SimilarityAsync).WithSummary("How near texts are to one");
        routes.MapPost("/rerank", RerankAsync).WithSummary("Texts by how well they answer a query");
        routes.MapPost("/predict", PredictAsync).WithSummary("Classes of texts, or of pairs");
        routes.MapPost("/tokenize", Tokenize).WithSummary("Tokens of texts");
        routes.MapGet("/info", Info).WithSummary("The model and the server's limits");
    }

    private static async Task<ReadOnlyMemory<float>[]> EmbedAsync(EmbedRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken)
    {
        ServedEmbedder model = models.Find<ServedEmbedder>(null, "gives embeddings");
        string[] texts = inputs.Texts(request.Inputs, model, "inputs");
        bool normalizes = request.Normalize ?? true;
        if (!normalizes && model.Info.Normalize)
        {
            throw ApiException.Wrong("normalize", $"normalize is false, but embeddings of {model.Name} have length 1 by the model's own last step.");
        }

        EmbeddingGenerationOptions options = new() { Dimensions = request.Dimensions, PromptName = request.PromptName };
        GeneratedEmbeddings<Embedding<float>> embeddings = await model.EmbedAsync(texts, options, cancellationToken);
        CheckTruncation(request.Truncate, embeddings.Usage!.AdditionalCounts!["truncated_tokens"] > 0, model);
        return [.. embeddings.Select(embedding => normalizes && !model.Info.Normalize ? Normalized(embedding.Vector) : embedding.Vector)];
    }

    private static async Task<float[][][]> EmbedAllAsync(EmbedAllRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken)
    {
        ServedEmbedder model = models.Find<ServedEmbedder>(null, "gives embeddings");
        float[][] hidden = await model.EncodeAsync(inputs.Texts(request.Inputs, model, "inputs"), request.PromptName, cancellationToken);
        return Array.ConvertAll(hidden, vectors => vectors.Chunk(model.Info.HiddenSize).ToArray());
    }

    private static async Task<float[]> SimilarityAsync(SimilarityRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken)
    {
        ServedEmbedder model = models.Find<ServedEmbedder>(null, "gives embeddings");
        string[] sentences = inputs.Checked(request.Inputs.Sentences, "sentences");
        EmbeddingGenerationOptions options = new() { PromptName = request.Parameters?.PromptName };
        GeneratedEmbeddings<Embedding<float>> embeddings = await model.EmbedAsync([request.Inputs.SourceSentence, .. sentences], options, cancellationToken);
        CheckTruncation(request.Parameters?.Truncate, embeddings.Usage!.AdditionalCounts!["truncated_tokens"] > 0, model);
        return [.. embeddings.Skip(1).Select(embedding => model.Similarity.Score(embeddings[0].Vector.Span, embedding.Vector.Span))];
    }

    private static async Task<RankedText[]> RerankAsync(RerankRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken)
    {
        ServedClassifier model = Rerank.FindRanker(models, null);
        string[] texts = inputs.Checked(request.Texts, "texts");
        IReadOnlyList<RankedDocument> ranking = await model.RerankAsync(request.Query, texts, request.RawScores == true ? ScoreFunction.None : ScoreFunction.Sigmoid, cancellationToken);
        CheckTruncation(request.Truncate, ranking.Any(document => document.Usage.IsTruncated), model);
        return [.. ranking.Select(document => new RankedText(document.Index, document.Score, request.ReturnText == true ? texts[document.Index] : null))];
    }

    /// <summary>Text, a pair of texts, or a list of lists with one or two: the answer has the same form.</summary>
    private static async Task<object> PredictAsync(PredictRequest request, ModelCatalog models, Inputs inputs, CancellationToken cancellationToken)
    {
        ServedClassifier model = models.Find<ServedClassifier>(null, "classifies texts", model => model.Info.NumLabels > 0);
        (string, string?)[] texts = request.Inputs switch
        {
            { ValueKind: JsonValueKind.String } text => [(Text(text), null)],
            { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Array => inputs.Checked([.. list.EnumerateArray().Select(Pair)], "inputs"),
            { ValueKind: JsonValueKind.Array } list => [Pair(list)],
            _ => throw NoPairs(),
        };
        bool isBatch = request.Inputs is { ValueKind: JsonValueKind.Array } all && all[0].ValueKind == JsonValueKind.Array;
        ScoreFunction scores = request.RawScores == true ? ScoreFunction.None : ScoreFunction.Model;
        IReadOnlyList<Classification> classes = await model.ClassifyAsync(texts, scores, cancellationToken);
        CheckTruncation(request.Truncate, classes.Any(result => result.Usage.IsTruncated), model);
        Prediction[][] predictions = [.. classes.Select(result => result.Scores
            .Select((score, index) => new Prediction(score, index < model.Info.Labels.Count ? model.Info.Labels[index] : $"LABEL_{index}"))
            .OrderByDescending(prediction => prediction.Score).ToArray())];
        return isBatch ? predictions : predictions[0];

        static (string, string?) Pair(JsonElement list) =>
            list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is 1 or 2 && list.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String)
                ? (Text(list[0]), list.GetArrayLength() == 2 ? Text(list[1]) : null)
                : throw NoPairs();

        static string Text(JsonElement text)
        {
            try
            {
                return text.GetString()!;
            }
            catch (InvalidOperationException)
            {
                throw ApiException.Wrong("inputs", "A text is no Unicode.");
            }
        }

        static ApiException NoPairs() => ApiException.Wrong("inputs", "inputs is a text, a list of one or two texts, or a list of such lists.");
    }

    private static Token[][] Tokenize(TokenizeRequest request, ModelCatalog models, Inputs inputs)
    {
        ServedModel model = models.Models[0];
        return Array.ConvertAll(inputs.Texts(request.Inputs, model, "inputs"), text => model.Tokenize(text, request.PromptName)
            .Where(token => request.AddSpecialTokens != false || token.Source != TokenSource.Special)
            .Select(token => token.Source == TokenSource.Text
                ? new Token(token.Id, text.Substring(token.Start, token.Length), Special: false, token.Start, token.Start + token.Length)
                : new Token(token.Id, token.Token, token.Source == TokenSource.Special, null, null))
            .ToArray());
    }

    private static ServerInfo Info(ModelCatalog models, Inputs inputs)
    {
        ServedModel model = models.Models[0];
        EncoderInfo info = model.Info;
        Dictionary<string, string> labels = Enumerable.Range(0, info.NumLabels).ToDictionary(index => $"{index}", index => index < info.Labels.Count ? info.Labels[index] : $"LABEL_{index}");
        ModelKind kind = model is not ServedClassifier ? new ModelKind { Embedding = new PoolingOf(info.Pooling.ToString().ToLowerInvariant()) }
            : info.NumLabels == 1 ? new ModelKind { Reranker = new LabelsOf(labels) }
            : new ModelKind { Classifier = new LabelsOf(labels) };
        return new ServerInfo(
            model.Name, kind, info.MaxTokens, inputs.Most, AutoTruncate: true, typeof(EncoderInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "");
    }

    /// <summary>Texts are cut unless a request says that they must not be.</summary>
    private static void CheckTruncation(bool? truncate, bool isTruncated, ServedModel model)
    {
        if (truncate == false && isTruncated)
        {
            throw new ApiException(StatusCodes.Status413PayloadTooLarge, $"A text has more than the {model.Info.MaxTokens} tokens that {model.Name} reads, and truncate is false.");
        }
    }

    private static ReadOnlyMemory<float> Normalized(ReadOnlyMemory<float> vector)
    {
        double squares = 0;
        foreach (float value in vector.Span)
        {
            squares += (double)value * value;
        }

        return squares == 0 ? vector : Array.ConvertAll(vector.ToArray(), value => (float)(value / Math.Sqrt(squares)));
    }

    internal sealed record EmbedRequest(TextInput Inputs, bool? Normalize = null, bool? Truncate = null, string? PromptName = null, int? Dimensions = null);

    internal sealed record EmbedAllRequest(TextInput Inputs, string? PromptName = null);

    internal sealed record SimilarityRequest(SimilarityInputs Inputs, SimilarityParameters? Parameters = null);

    internal sealed record SimilarityInputs(string SourceSentence, string[] Sentences);

    internal sealed record SimilarityParameters(bool? Truncate = null, string? PromptName = null);

    internal sealed record RerankRequest(string Query, string[] Texts, bool? RawScores = null, bool? ReturnText = null, bool? Truncate = null);

    internal sealed record RankedText(int Index, float Score, string? Text);

    internal sealed record PredictRequest(JsonElement Inputs, bool? RawScores = null, bool? Truncate = null);

    internal sealed record Prediction(float Score, string Label);

    internal sealed record TokenizeRequest(TextInput Inputs, bool? AddSpecialTokens = null, string? PromptName = null);

    internal sealed record Token(int Id, string Text, bool Special, int? Start, int? Stop);

    internal sealed record ServerInfo(string ModelId, ModelKind ModelType, int MaxInputLength, int MaxClientBatchSize, bool AutoTruncate, string Version);

    internal sealed record ModelKind
    {
        public PoolingOf? Embedding { get; init; }

        public LabelsOf? Classifier { get; init; }

        public LabelsOf? Reranker { get; init; }
    }

    internal sealed record PoolingOf(string Pooling);

    internal sealed record LabelsOf(Dictionary<string, string> Id2label);
}
