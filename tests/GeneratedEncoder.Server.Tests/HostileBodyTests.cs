using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GeneratedEncoder.Server.Tests;

/// <summary>Bodies that no client should send: the members that a route knows, with values of all kinds.</summary>
public sealed class HostileBodyTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Bodies = 60;

    private static readonly string[] Members =
    [
        "model", "input", "inputs", "encoding_format", "dimensions", "user", "input_type", "normalize", "truncate", "prompt_name", "query", "texts", "documents", "top_n",
        "return_documents", "return_text", "raw_scores", "add_special_tokens", "source_sentence", "sentences", "parameters",
    ];

    private readonly RunningServer _server = fixture.Server;

    [Theory]
    [InlineData("/v1/embeddings")]
    [InlineData("/embed")]
    [InlineData("/embed_all")]
    [InlineData("/similarity")]
    [InlineData("/rerank")]
    [InlineData("/predict")]
    [InlineData("/tokenize")]
    [InlineData("/v1/rerank")]
    [InlineData("/v2/rerank")]
    [InlineData("/api/embed")]
    public async Task Whatever_a_body_is_it_is_answered_and_an_error_is_the_client_s(string path)
    {
        Random random = new(path.Length);
        for (int i = 0; i < Bodies; i++)
        {
            string body = i % 10 == 0 ? Damaged(random) : Body(random).ToJsonString();
            using StringContent content = new(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await _server.Client.PostAsync(path, content);
            string answer = await response.Content.ReadAsStringAsync();

            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{body}\n{(int)response.StatusCode}: {answer}");
            JsonNode.Parse(answer);
            Assert.DoesNotContain("EmbeddingServer.", answer);
        }

        Assert.Equal("Healthy", await _server.Client.GetStringAsync("/health"));
    }

    private static JsonObject Body(Random random)
    {
        JsonObject body = [];
        foreach (string member in random.GetItems(Members, random.Next(1, Members.Length)).Distinct())
        {
            body[member] = Value(random, depth: 0);
        }

        return body;
    }

    private static JsonNode? Value(Random random, int depth) => random.Next(depth > 2 ? 8 : 11) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(-3, 40),
        3 => 1e300,
        4 => "",
        5 => random.GetItems(["Embedder", "Ranker", "Classifier", "query", "float", "base64", "hello world"], 1)[0],
        6 => new string('a', random.Next(2000)),
        7 => $"\u0000\uFFFD{char.ConvertFromUtf32(0x1F600)}\u202E[MASK]</s>",
        8 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1))]),
        9 => new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(i => JsonValue.Create($"text {i}"))]),
        _ => Body(random),
    };

    /// <summary>What is no JSON, or no text.</summary>
    private static string Damaged(Random random)
    {
        string json = JsonSerializer.Serialize(new { model = "Embedder", input = "hello", inputs = "hello", query = "hello", texts = new[] { "a" } });
        return random.Next(4) switch
        {
            0 => json[..random.Next(json.Length)],
            1 => json.Replace("hello", "\\ud800", StringComparison.Ordinal),
            2 => new string('[', 100_000),
            _ => json.Insert(random.Next(json.Length), "\u0001"),
        };
    }
}
