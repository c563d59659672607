using System.Text.Json.Nodes;

namespace GeneratedEncoder.Server.Tests;

/// <summary>text-embeddings-inference's routes.</summary>
public sealed class TextEmbeddingsInferenceTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string LongText = string.Join(' ', Enumerable.Repeat("a", 100));

    private readonly RunningServer _server = fixture.Server;

    [Theory]
    [InlineData("/embed")]
    [InlineData("/")]
    public async Task Embed_gives_a_vector_a_text(string path)
    {
        (int status, JsonNode body) = await _server.PostAsync(path, new { inputs = new[] { "hello world", "a cat" }, normalize = true, truncate = true });

        Assert.Equal(200, status);
        Assert.Equal(_server.Embedder.Embed(["hello world", "a cat"]), body.AsArray().Select(Json.Vector));
        Assert.Equal(_server.Embedder.Embed("a"), Assert.Single((await _server.PostAsync(path, new { inputs = "a" })).Body.AsArray()).Vector());
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_cut_unless_it_must_not_be()
    {
        Assert.Equal(200, (await _server.PostAsync("/embed", new { inputs = LongText })).Status);

        (int status, JsonNode body) = await _server.PostAsync("/embed", new { inputs = LongText, truncate = false });

        Assert.Equal(413, status);
        Assert.Equal("A text has more than the 24 tokens that Embedder reads, and truncate is false.", body["error"].Text());
        Assert.Equal("Validation", body["error_type"].Text());
    }

    [Fact]
    public async Task Embed_all_gives_a_vector_a_token()
    {
        (_, JsonNode body) = await _server.PostAsync("/embed_all", new { inputs = new[] { "hello world" } });

        float[][] vectors = [.. Assert.Single(body.AsArray())!.AsArray().Select(Json.Vector)];
        int[] ids = _server.Embedder.Tokenizer.Encode("hello world");
        float[] expected = new float[ids.Length * Embedder.HiddenSize];
        _server.Embedder.Encoder.Encode(ids, expected);
        Assert.Equal(expected, vectors.SelectMany(vector => vector));
        Assert.Equal(ids.Length, vectors.Length);
    }

    [Fact]
    public async Task Similarity_compares_texts_with_one()
    {
        (_, JsonNode body) = await _server.PostAsync("/similarity", new { inputs = new { source_sentence = "hello world", sentences = new[] { "a cat", "hello world" } } });

        float[] scores = body.Vector();
        Assert.Equal(EmbeddingSimilarity.Cosine.Score(_server.Embedder.Embed("hello world"), _server.Embedder.Embed("a cat")), scores[0]);
        Assert.Equal(1, scores[1], 1e-5);
    }

    [Fact]
    public async Task Rerank_ranks()
    {
        string[] texts = ["hello world", "a cat", "The cat sat"];
        IReadOnlyList<RankedDocument> expected = _server.Pipeline<Ranker>("Ranker").Rerank("a cat", texts, ScoreFunction.Sigmoid);

        (_, JsonNode body) = await _server.PostAsync("/rerank", new { query = "a cat", texts, return_text = true });
        (_, JsonNode raw) = await _server.PostAsync("/rerank", new { query = "a cat", texts, raw_scores = true });

        Assert.Equal(expected.Select(document => (document.Index, document.Score, texts[document.Index])), body.AsArray().Select(document => (document!["index"]!.GetValue<int>(), document["score"]!.GetValue<float>(), document["text"].Text())));
        Assert.Equal(_server.Pipeline<Ranker>("Ranker").Rerank("a cat", texts, ScoreFunction.None).Select(document => document.Score), raw.AsArray().Select(document => document!["score"]!.GetValue<float>()));
        Assert.False(raw[0]!.AsObject().ContainsKey("text"));
    }

    [Fact]
    public async Task Predict_gives_labels_and_scores_in_the_form_of_its_input()
    {
        EncoderPipeline<Classifier> classifier = _server.Pipeline<Classifier>("Classifier");

        AssertLabels(classifier.Classify("hello world"), (await _server.PostAsync("/predict", new { inputs = "hello world" })).Body);
        AssertLabels(classifier.Classify("a", "b"), (await _server.PostAsync("/predict", new { inputs = new[] { "a", "b" } })).Body);
        AssertLabels(classifier.Classify("a", scores: ScoreFunction.None), (await _server.PostAsync("/predict", new { inputs = new[] { "a" }, raw_scores = true })).Body);
        JsonNode batch = (await _server.PostAsync("/predict", new { inputs = new[] { new[] { "a" }, ["a", "b"] } })).Body;
        AssertLabels(classifier.Classify("a"), batch[0]!);
        AssertLabels(classifier.Classify("a", "b"), batch[1]!);

        static void AssertLabels(Classification expected, JsonNode actual) => Assert.Equal(
            expected.Scores.Select((score, index) => ($"LABEL_{index}", score)).OrderByDescending(label => label.score),
            actual.AsArray().Select(label => (label!["label"].Text(), label["score"]!.GetValue<float>())));
    }

    [Fact]
    public async Task Tokenize_gives_ids_and_places()
    {
        (_, JsonNode body) = await _server.PostAsync("/tokenize", new { inputs = "Hello world" });
        (_, JsonNode plain) = await _server.PostAsync("/tokenize", new { inputs = new[] { "Hello world" }, add_special_tokens = false });

        JsonArray tokens = body[0]!.AsArray();
        Assert.Equal(_server.Embedder.Tokenizer.Encode("Hello world"), tokens.Select(token => token!["id"]!.GetValue<int>()));
        Assert.True(tokens[0]!["special"]!.GetValue<bool>());
        Assert.Equal("Hello world", string.Concat("Hello world"[tokens[1]!["start"]!.GetValue<int>()..tokens[^2]!["stop"]!.GetValue<int>()]));
        Assert.Equal(tokens.Count - 2, plain[0]!.AsArray().Count);
    }

    [Fact]
    public async Task Info_says_what_is_served()
    {
        (_, JsonNode body) = await _server.GetAsync("/info");

        Assert.Equal("Embedder", body["model_id"].Text());
        Assert.Equal("mean", body["model_type"]!["embedding"]!["pooling"].Text());
        Assert.Equal([24, 2048], [body["max_input_length"]!.GetValue<int>(), body["max_client_batch_size"]!.GetValue<int>()]);
    }

    [Theory]
    [InlineData("/embed", "{}", "The body lacks 'inputs'.")]
    [InlineData("/embed", """{"inputs":[]}""", "inputs is an empty list")]
    [InlineData("/embed", """{"inputs":"a","normalize":false}""", "embeddings of Embedder have length 1 by the model's own last step")]
    [InlineData("/embed", """{"inputs":"a","prompt_name":"query"}""", "Embedder has no prompts")]
    [InlineData("/rerank", """{"query":"a","texts":[]}""", "texts is an empty list")]
    [InlineData("/rerank", """{"query":"a","texts":["a",null]}""", "texts[1] is null")]
    [InlineData("/rerank", """{"query":null,"texts":["a"]}""", "$.query")]
    [InlineData("/predict", """{"inputs":7}""", "inputs is a text, a list of one or two texts, or a list of such lists.")]
    [InlineData("/predict", """{"inputs":["a","b","c"]}""", "inputs is a text, a list of one or two texts")]
    [InlineData("/predict", """{"inputs":[["a"],"b"]}""", "inputs is a text, a list of one or two texts")]
    [InlineData("/predict", """{"inputs":"\ud800"}""", "A text is no Unicode.")]
    [InlineData("/similarity", """{"inputs":{"sentences":["a"]}}""", "The body lacks 'source_sentence'.")]
    public async Task What_is_wrong_is_said_in_its_form(string path, string request, string message)
    {
        (int status, JsonNode body) = await _server.PostTextAsync(path, request);

        Assert.Equal(400, status);
        Assert.Contains(message, body["error"].Text());
        Assert.Equal("Validation", body["error_type"].Text());
    }
}
