using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Asynchronous calls give what the synchronous ones give.</summary>
public sealed class AsynchronousCallTests
{
    private static readonly string[] Texts = ["hello world", "", "The cat sat", "[MASK] cat"];

    [Fact]
    public async Task Embeddings_with_counts()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> pipeline = model.Load<Embedder>();
        string longText = string.Join(' ', Enumerable.Repeat("cat", 50));

        TextEmbedding expected = pipeline.EmbedText(longText), single = await pipeline.EmbedTextAsync(longText).Soonest();
        IReadOnlyList<TextEmbedding> several = await pipeline.EmbedTextsAsync([longText, "a"]).Soonest();

        Assert.Equal(new TokenUsage(24, 78), single.Usage);
        Assert.Equal((expected.Usage, expected.Vector.ToArray()), (single.Usage, single.Vector.ToArray()), Same);
        Assert.Equal((expected.Usage, expected.Vector.ToArray()), (several[0].Usage, several[0].Vector.ToArray()), Same);

        static bool Same((TokenUsage, float[]) one, (TokenUsage, float[]) other) => one.Item1 == other.Item1 && one.Item2.AsSpan().SequenceEqual(other.Item2);
    }

    [Fact]
    public async Task Classes()
    {
        using TinyModel model = TinyModel.For<Classifier>();
        using EncoderPipeline<Classifier> pipeline = model.Load<Classifier>();

        IReadOnlyList<Classification> results = await pipeline.ClassifyAsync(Texts).Soonest();

        Assert.Equal(pipeline.Classify(Texts).Select(result => result.Scores), results.Select(result => result.Scores));
        Assert.Equal(pipeline.Classify("a", "b").Scores, (await pipeline.ClassifyAsync("a", "b").Soonest()).Scores);
        Assert.Equal(
            [pipeline.Classify("a", "b").Scores, pipeline.Classify("a").Scores],
            (await pipeline.ClassifyAsync([("a", "b"), ("a", null)]).Soonest()).Select(result => result.Scores));
        Assert.Equal(pipeline.Classify("a", scores: ScoreFunction.None).Scores, (await pipeline.ClassifyAsync("a", scores: ScoreFunction.None).Soonest()).Scores);
    }

    [Fact]
    public async Task Rankings()
    {
        using TinyModel model = TinyModel.For<Ranker>();
        using EncoderPipeline<Ranker> pipeline = model.Load<Ranker>();

        Assert.Equal(pipeline.Rerank("a cat", Texts), await pipeline.RerankAsync("a cat", Texts).Soonest());
        Assert.Equal(pipeline.Rerank("a cat", Texts, ScoreFunction.None), await pipeline.RerankAsync("a cat", Texts, ScoreFunction.None).Soonest());
    }

    [Fact]
    public async Task A_ranking_by_several_labels_is_refused()
    {
        using TinyModel model = TinyModel.For<Classifier>();
        using EncoderPipeline<Classifier> pipeline = model.Load<Classifier>();

        Assert.Contains("has 3 labels", (await Assert.ThrowsAsync<NotSupportedException>(() => pipeline.RerankAsync("a", ["b"]))).Message);
    }

    [Fact]
    public async Task Labels_of_tokens()
    {
        using TinyModel model = TinyModel.For<Labeller>();
        using EncoderPipeline<Labeller> pipeline = model.Load<Labeller>();

        foreach (string text in Texts)
        {
            Assert.Equal(pipeline.LabelTokens(text), await pipeline.LabelTokensAsync(text).Soonest());
        }
    }

    [Fact]
    public async Task Guesses()
    {
        using TinyModel model = TinyModel.For<Guesser>();
        using EncoderPipeline<Guesser> pipeline = model.Load<Guesser>();

        Assert.Equal(pipeline.PredictMasked("[MASK] cat", 3), await pipeline.PredictMaskedAsync("[MASK] cat", 3).Soonest());
        await Assert.ThrowsAsync<ArgumentException>(() => pipeline.PredictMaskedAsync("no mask").Soonest());
    }

    [Fact]
    public async Task Vectors_of_tokens()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> pipeline = model.Load<Embedder>();

        float[][] hidden = await pipeline.EncodeAsync(Texts).Soonest();

        Assert.Equal(
            Texts.Select(text =>
            {
                int[] ids = [.. pipeline.Tokenize(text).Select(token => token.Id)];
                float[] expected = new float[ids.Length * Embedder.HiddenSize];
                pipeline.Encoder.Encode(ids, expected);
                return expected;
            }),
            hidden);
    }

    [Fact]
    public async Task Queries_and_documents_have_the_model_s_prompts()
    {
        using TinyModel model = TinyModel.For<PromptedEmbedder>();
        using EncoderPipeline<PromptedEmbedder> pipeline = model.Load<PromptedEmbedder>();
        float[] query = pipeline.Embed("hello", "query"), passage = pipeline.Embed("hello", "passage"), spanned = new float[query.Length];

        Assert.NotEqual(query, passage);
        Assert.Equal(query, pipeline.EmbedQuery("hello"));
        Assert.Equal(passage, pipeline.EmbedDocument("hello"));
        Assert.Equal([passage], pipeline.EmbedDocuments(["hello"]));
        Assert.Equal(query, await pipeline.EmbedQueryAsync("hello").Soonest());
        Assert.Equal(passage, await pipeline.EmbedDocumentAsync("hello").Soonest());
        Assert.Equal([passage], await pipeline.EmbedDocumentsAsync(["hello"]).Soonest());
        Assert.Equal(pipeline.CountTokens("hello", "query"), pipeline.EmbedQuery("hello".AsSpan(), spanned));
        Assert.Equal(query, spanned);
        pipeline.EmbedDocument("hello".AsSpan(), spanned);
        Assert.Equal(passage, spanned);
    }

    [Fact]
    public void A_model_without_prompts_embeds_queries_as_any_text()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> pipeline = model.Load<Embedder>();

        Assert.Equal(pipeline.Embed("hello"), pipeline.EmbedQuery("hello"));
        Assert.Equal(pipeline.Embed("hello"), pipeline.EmbedDocument("hello"));
    }

    [Fact]
    public async Task A_generator_s_options_choose_the_prompt()
    {
        using TinyModel model = TinyModel.For<PromptedEmbedder>();
        using EncoderPipeline<PromptedEmbedder> pipeline = model.Load<PromptedEmbedder>();
        IEmbeddingGenerator<string, Embedding<float>> generator = pipeline.AsIEmbeddingGenerator();
        EmbeddingGenerationOptions options = new() { InputType = EmbeddingInputType.Query };

        Assert.Equal("query", options.AdditionalProperties!["input_type"]);
        Assert.Equal(pipeline.Embed("hello", "query"), (await generator.GenerateVectorAsync("hello", options.Clone())).ToArray());
        options.PromptName = "passage"; // A name goes before.
        Assert.Equal(pipeline.Embed("hello", "passage"), (await generator.GenerateVectorAsync("hello", options)).ToArray());
        options.PromptName = "";
        Assert.Equal(pipeline.Embed("hello", ""), (await generator.GenerateVectorAsync("hello", options)).ToArray());
        options.PromptName = null;
        options.InputType = EmbeddingInputType.Document;
        Assert.Equal(pipeline.Embed("hello", "passage"), (await generator.GenerateVectorAsync("hello", options)).ToArray());
        options.AdditionalProperties["input_type"] = "clustering";
        Assert.Contains("must be query or document, but is 'clustering'", (await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["hello"], options))).Message);
    }

    [Fact]
    public async Task A_model_is_loaded_without_blocking_and_a_cancelled_load_is_let_go_of()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> pipeline = await EncoderPipeline.LoadAsync<Embedder>(model.Folder).Soonest();
        using EncoderPipeline<Embedder> byOptions = await EncoderPipeline.LoadAsync<Embedder>(options: new EncoderPipelineOptions { ModelFolder = model.Folder }).Soonest();

        Assert.Equal(pipeline.Embed("a"), byOptions.Embed("a"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EncoderPipeline.LoadAsync<Embedder>(model.Folder, cancellationToken: new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<IOException>(() => EncoderPipeline.LoadAsync<Embedder>(Path.Combine(model.Folder, "none")).Soonest());
        await Assert.ThrowsAsync<ArgumentNullException>("folder", () => EncoderPipeline.LoadAsync<Embedder>().Soonest());
    }
}
