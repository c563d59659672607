using System.Text.Json.Nodes;

namespace GeneratedEncoder.Server.Tests;

/// <summary>Rankings as Cohere and Jina have them, and Ollama's embeddings.</summary>
public sealed class RerankTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string[] Documents = ["hello world", "a cat", "The cat sat"];

    private readonly RunningServer _server = fixture.Server;

    [Theory]
    [InlineData("/v1/rerank", "1")]
    [InlineData("/v2/rerank", "2")]
    public async Task The_best_come_first_with_scores_from_0_to_1(string path, string version)
    {
        IReadOnlyList<RankedDocument> expected = _server.Pipeline<Ranker>("Ranker").Rerank("a cat", Documents, ScoreFunction.Sigmoid);

        (int status, JsonNode body) = await _server.PostAsync(path, new { model = "Ranker", query = "a cat", documents = Documents, top_n = 2, return_documents = true });

        Assert.Equal(200, status);
        Assert.Equal(
            expected.Take(2).Select(document => (document.Index, document.Score, Documents[document.Index])),
            body["results"]!.AsArray().Select(result => (result!["index"]!.GetValue<int>(), result["relevance_score"]!.GetValue<float>(), result["document"]!["text"].Text())));
        Assert.Equal(version, body["meta"]!["api_version"]!["version"].Text());
        Assert.Equal(expected.Sum(document => document.Usage.Tokens), body["usage"]!["total_tokens"]!.GetValue<int>());
        Assert.Equal("Ranker", body["model"].Text());
    }

    [Fact]
    public async Task Documents_may_be_objects_and_the_model_the_only_one()
    {
        (_, JsonNode strings) = await _server.PostAsync("/v1/rerank", new { query = "a cat", documents = Documents });
        (_, JsonNode objects) = await _server.PostAsync("/v1/rerank", new { query = "a cat", documents = Documents.Select(text => new { text }) });

        Assert.Equal(strings["results"]!.ToJsonString(), objects["results"]!.ToJsonString());
        Assert.False(strings["results"]![0]!.AsObject().ContainsKey("document"));
    }

    [Theory]
    [InlineData("""{"query":"a","documents":[]}""", 400, "documents is an empty list")]
    [InlineData("""{"query":"a","documents":["b"],"top_n":0}""", 400, "top_n is 0, but must be at least 1")]
    [InlineData("""{"query":"a","documents":[7]}""", 400, "a document is a string, or an object with a text")]
    [InlineData("""{"query":"a","documents":["b"],"model":"Classifier"}""", 400, "Classifier is no model that ranks texts; there is Ranker")]
    [InlineData("""{"query":"a","documents":["b"],"model":"other"}""", 404, "The model 'other' isn't served here")]
    public async Task What_is_wrong_is_said_as_message_and_detail(string request, int status, string message)
    {
        (int actual, JsonNode body) = await _server.PostTextAsync("/v2/rerank", request);

        Assert.Equal(status, actual);
        Assert.Contains(message, body["message"].Text());
        Assert.Equal(body["message"].Text(), body["detail"].Text());
    }

    [Fact]
    public async Task Ollama_s_embed_gives_vectors_and_counts()
    {
        (int status, JsonNode body) = await _server.PostAsync("/api/embed", new { model = "Embedder:latest", input = new[] { "hello world", "a" } });

        Assert.Equal((200, "Embedder:latest"), (status, body["model"].Text()));
        Assert.Equal(_server.Embedder.Embed(["hello world", "a"]), body["embeddings"]!.AsArray().Select(Json.Vector));
        Assert.Equal(_server.Embedder.CountTokens("hello world") + _server.Embedder.CountTokens("a"), body["prompt_eval_count"]!.GetValue<int>());
        Assert.True(body["total_duration"]!.GetValue<long>() > 0);
    }

    [Theory]
    [InlineData("""{"model":"llama3","input":"a"}""", 404, "The model 'llama3' isn't served here")]
    [InlineData("""{"model":"Embedder"}""", 400, "The body lacks 'input'.")]
    public async Task Ollama_s_errors_are_a_sentence(string request, int status, string message)
    {
        (int actual, JsonNode body) = await _server.PostTextAsync("/api/embed", request);

        Assert.Equal(status, actual);
        Assert.Contains(message, body["error"].Text());
    }

    [Fact]
    public async Task Ollama_s_truncate_may_be_false()
    {
        string text = string.Join(' ', Enumerable.Repeat("a", 100));

        Assert.Equal(200, (await _server.PostAsync("/api/embed", new { model = "Embedder", input = text })).Status);
        Assert.Equal(400, (await _server.PostAsync("/api/embed", new { model = "Embedder", input = text, truncate = false })).Status);
    }
}
