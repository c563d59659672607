using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace GeneratedEncoder.Server.Tests;

/// <summary>OpenAI's routes.</summary>
public sealed class OpenAiTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task Texts_become_embeddings_with_the_pipeline_s_bits()
    {
        (int status, JsonNode body) = await _server.PostAsync("/v1/embeddings", new { model = "Embedder", input = new[] { "hello world", "a cat" } });

        Assert.Equal(200, status);
        Assert.Equal(["list", "Embedder"], [body["object"].Text(), body["model"].Text()]);
        Assert.Equal([0, 1], body["data"]!.AsArray().Select(entry => entry!["index"]!.GetValue<int>()));
        Assert.All(body["data"]!.AsArray(), entry => Assert.Equal("embedding", entry!["object"].Text()));
        Assert.Equal(_server.Embedder.Embed(["hello world", "a cat"]), body["data"]!.AsArray().Select(entry => entry!["embedding"].Vector()));
        int tokens = _server.Embedder.CountTokens("hello world") + _server.Embedder.CountTokens("a cat");
        Assert.Equal([tokens, tokens], [body["usage"]!["prompt_tokens"]!.GetValue<int>(), body["usage"]!["total_tokens"]!.GetValue<int>()]);
    }

    [Fact]
    public async Task A_single_text_is_a_list_of_one_and_base64_has_the_same_bits()
    {
        (_, JsonNode body) = await _server.PostAsync("/v1/embeddings", new { model = "owner/embedder", input = "hello world", encoding_format = "base64", user = "somebody" });

        Assert.Equal(_server.Embedder.Embed("hello world"), MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(Assert.Single(body["data"]!.AsArray())!["embedding"].Text())).ToArray());
    }

    [Theory]
    [InlineData("""{"model":"Embedder"}""", 400, "The body lacks 'input'.")]
    [InlineData("""{"input":"a"}""", 400, "names no model; there are Embedder, Classifier, Ranker")]
    [InlineData("""{"model":"other","input":"a"}""", 404, "The model 'other' isn't served here")]
    [InlineData("""{"model":"Ranker","input":"a"}""", 400, "Ranker is no model that gives embeddings; there is Embedder")]
    [InlineData("""{"model":"Embedder","input":[]}""", 400, "input is an empty list")]
    [InlineData("""{"model":"Embedder","input":null}""", 400, "$.input")]
    [InlineData("""{"model":"Embedder","input":7}""", 400, "an input is a string or a list of strings")]
    [InlineData("""{"model":"Embedder","input":["a",7]}""", 400, "an input is a string or a list of strings")]
    [InlineData("""{"model":"Embedder","input":["a",null]}""", 400, "an input is a string or a list of strings")]
    [InlineData("""{"model":"Embedder","input":"\ud800"}""", 400, "A text is no Unicode")]
    [InlineData("""{"model":"Embedder","input":[1,2]}""", 400, "OpenAIEmbeddings(check_embedding_ctx_length=False)")]
    [InlineData("""{"model":"Embedder","input":[[1,2],[3]]}""", 400, "OpenAIEmbeddings(check_embedding_ctx_length=False)")]
    [InlineData("""{"model":"Embedder","input":"a","encoding_format":"hex"}""", 400, "encoding_format is 'hex'; there are float and base64")]
    [InlineData("""{"model":"Embedder","input":"a","dimensions":16}""", 400, "nothing says that it is a Matryoshka model")]
    [InlineData("""{"model":"Embedder","input":"a","dimensions":"many"}""", 400, "$.dimensions is of the wrong kind")]
    [InlineData("""{"model":"Embedder","input":"a","input_type":"clustering"}""", 400, "input_type is 'clustering'; there are query and document")]
    [InlineData("""{"model":"Embedder",""", 400, "The body")]
    public async Task What_is_wrong_is_said_in_OpenAI_s_form(string request, int status, string message)
    {
        (int actual, JsonNode body) = await _server.PostTextAsync("/v1/embeddings", request);

        Assert.Equal(status, actual);
        JsonObject error = body["error"]!.AsObject();
        Assert.Contains(message, error["message"].Text());
        Assert.Equal("invalid_request_error", error["type"].Text());
        Assert.True(error.ContainsKey("param") && error.ContainsKey("code"));
        Assert.DoesNotContain("EmbeddingServer.", error["message"].Text());
    }

    [Fact]
    public async Task A_request_has_at_most_2048_texts()
    {
        (int status, JsonNode body) = await _server.PostAsync("/v1/embeddings", new { model = "Embedder", input = Enumerable.Repeat("a", 2049) });

        Assert.Equal((400, "input has 2049 texts; a request may have at most 2048."), (status, body["error"]!["message"].Text()));
        Assert.Equal("input", body["error"]!["param"].Text());
        Assert.Equal(200, (await _server.PostAsync("/v1/embeddings", new { model = "Embedder", input = Enumerable.Repeat("a", 2048) })).Status);
    }

    [Fact]
    public async Task A_body_has_at_most_32_MiB()
    {
        // The client asks before it sends, or the answer would come while it still sends, and the connection end.
        using StringContent content = new($$"""{"model":"Embedder","input":"{{new string('a', 33 << 20)}}"}""", Encoding.UTF8, "application/json");
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/embeddings") { Content = content, Headers = { ExpectContinue = true } };

        using HttpResponseMessage response = await _server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonNode error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal("request_too_large", error["code"].Text());
        Assert.Contains("33554432 bytes", error["message"].Text());
        Assert.Equal(200, (await _server.PostTextAsync("/v1/embeddings", $$"""{"model":"Embedder","input":"{{new string('a', 31 << 20)}}"}""")).Status);
    }

    [Fact]
    public async Task Models_are_listed_and_found_by_name_with_an_owner_and_an_escaped_slash()
    {
        (_, JsonNode all) = await _server.GetAsync("/v1/models");
        Assert.Equal(["Embedder", "Classifier", "Ranker"], all["data"]!.AsArray().Select(model => model!["id"].Text()));

        foreach (string id in new[] { "Embedder", "owner/Embedder", "owner%2FEmbedder" })
        {
            (int status, JsonNode model) = await _server.GetAsync($"/v1/models/{id}");
            Assert.Equal((200, "Embedder", "model"), (status, model["id"].Text(), model["object"].Text()));
            Assert.InRange(model["created"]!.GetValue<long>(), 1, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        }

        (int missing, JsonNode error) = await _server.GetAsync("/v1/models/owner%2Fother");
        Assert.Equal((404, "model_not_found"), (missing, error["error"]!["code"].Text()));
    }

    [Fact]
    public async Task Token_ids_are_taken_where_the_server_is_told_that_they_are_its_own()
    {
        await using RunningServer server = await RunningServer.StartAsync("--Server:AcceptTokenIds=true");
        int[] ids = server.Embedder.Tokenizer.Encode("hello world");

        (int status, JsonNode body) = await server.PostAsync("/v1/embeddings", new { model = "Embedder", input = new[] { ids, ids } });
        (int wrong, JsonNode error) = await server.PostAsync("/v1/embeddings", new { model = "Embedder", input = new[] { 5, 50_000 } });

        Assert.Equal(200, status);
        Assert.Equal(server.Embedder.Embed("hello world"), body["data"]![1]!["embedding"].Vector());
        Assert.Equal(400, wrong);
        Assert.Contains("Token id 50000 at position 1 is outside the vocabulary of Embedder", error["error"]!["message"].Text());
    }

    [Fact]
    public async Task Dimensions_of_a_Matryoshka_model_can_be_had()
    {
        await using RunningServer server = await RunningServer.StartAsync<Embedder>("--Models:Embedder:MatryoshkaDimensions:0=16");

        (int status, JsonNode body) = await server.PostAsync("/v1/embeddings", new { model = "Embedder", input = "hello world", dimensions = 16 });

        Assert.Equal(200, status);
        float[] vector = body["data"]![0]!["embedding"].Vector(), whole = server.Embedder.Embed("hello world");
        double length = Math.Sqrt(whole.Take(16).Sum(value => (double)value * value));
        Assert.Equal(whole.Take(16).Select(value => value / length), vector.Select(value => (double)value), (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public async Task Prompts_are_chosen_by_what_a_text_is_for_or_by_name()
    {
        await using RunningServer server = await RunningServer.StartAsync<PromptedEmbedder>();
        EncoderPipeline<PromptedEmbedder> pipeline = server.Pipeline<PromptedEmbedder>("prompted");
        float[] query = pipeline.Embed("hello", "query"), passage = pipeline.Embed("hello", "passage");

        Assert.Equal(query, (await server.PostAsync("/v1/embeddings", new { model = "prompted", input = "hello", input_type = "query" })).Body["data"]![0]!["embedding"].Vector());
        Assert.Equal(passage, (await server.PostAsync("/v1/embeddings", new { model = "prompted", input = "hello", input_type = "document" })).Body["data"]![0]!["embedding"].Vector());
        Assert.Equal(passage, (await server.PostAsync("/v1/embeddings", new { model = "prompted", input = "hello" })).Body["data"]![0]!["embedding"].Vector());
        Assert.Equal(query, (await server.PostAsync("/embed", new { inputs = "hello", prompt_name = "query" })).Body[0].Vector());
    }
}
