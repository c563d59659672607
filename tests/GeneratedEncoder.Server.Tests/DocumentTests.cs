using System.Text.Json.Nodes;

namespace GeneratedEncoder.Server.Tests;

/// <summary>What the server says of itself.</summary>
public sealed class DocumentTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task The_OpenAPI_document_has_all_routes()
    {
        (int status, JsonNode body) = await _server.GetAsync("/openapi/v1.json");

        Assert.Equal(200, status);
        Assert.Superset(
            new HashSet<string>
            {
                "/v1/embeddings", "/v1/models", "/v1/models/{id}", "/embed", "/embed_all", "/rerank", "/predict", "/similarity", "/tokenize", "/info", "/v1/rerank", "/v2/rerank", "/api/embed", "/ping",
            },
            body["paths"]!.AsObject().Select(path => path.Key).ToHashSet());
        Assert.Contains("\"oneOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]", body["components"]!["schemas"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/nothing", 404, "unknown_url", "There is no /nothing here")]
    [InlineData("/v1/nothing.txt", 404, "unknown_url", "There is no /v1/nothing.txt here")]
    [InlineData("/embed", 405, "method_not_allowed", "/embed takes no GET, but POST.")]
    public async Task What_there_isn_t_is_said_so(string path, int status, string code, string message)
    {
        (int actual, JsonNode body) = await _server.GetAsync(path);

        Assert.Equal((status, code), (actual, body["error"]!["code"].Text()));
        Assert.StartsWith(message, body["error"]!["message"].Text());
    }

    [Fact]
    public async Task Health_is_life_and_readiness()
    {
        Assert.Equal("pong", await _server.Client.GetStringAsync("/ping"));
        Assert.Equal("Healthy", await _server.Client.GetStringAsync("/health/live"));
        Assert.Equal("Healthy", await _server.Client.GetStringAsync("/health/ready"));
        Assert.Equal("Healthy", await _server.Client.GetStringAsync("/health"));
    }
}
