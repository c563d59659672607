using System.ClientModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Embeddings;

namespace GeneratedEncoder.Server.Tests;

/// <summary>Clients that others wrote.</summary>
public sealed class ClientTests(ServerFixture fixture, ITestOutputHelper output) : IClassFixture<ServerFixture>
{
    private static readonly string Folder = typeof(ClientTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ClientsFolder").Value!;
    private static readonly Lazy<string?> Installed = new(Install);

    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task OpenAI_s_client_for_dotnet_behind_Microsoft_Extensions_AI()
    {
        OpenAIClientOptions options = new() { Endpoint = new Uri(_server.Client.BaseAddress!, "/v1") };
        EmbeddingClient client = new("Embedder", new ApiKeyCredential("none"), options);
        using IEmbeddingGenerator<string, Embedding<float>> generator = client.AsIEmbeddingGenerator();

        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["hello world", "a cat"]).Soonest();

        Assert.Equal(_server.Embedder.Embed(["hello world", "a cat"]), embeddings.Select(embedding => embedding.Vector.ToArray()));
        Assert.Equal(_server.Embedder.CountTokens("hello world") + _server.Embedder.CountTokens("a cat"), embeddings.Usage!.InputTokenCount);
        ClientResultException refused = await Assert.ThrowsAsync<ClientResultException>(() => client.GenerateEmbeddingAsync("a", new OpenAI.Embeddings.EmbeddingGenerationOptions { Dimensions = 16 }).Soonest());
        Assert.Equal(400, refused.Status);
        Assert.Contains("Matryoshka", refused.Message);
    }

    [SkippableTheory]
    [InlineData("openai")]
    [InlineData("huggingface")]
    [InlineData("cohere")]
    [InlineData("ollama")]
    public void Clients_for_Node(string client)
    {
        Skip.If(Installed.Value is not null, Installed.Value);
        string expected = $"[{string.Join(',', _server.Embedder.Embed("hello world").Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";

        (int code, string text) = Command.Run(Folder, "node", ["--test", "--test-reporter=tap", $"{client}.test.mjs"], new()
        {
            ["EMBEDDING_SERVER_URL"] = _server.Client.BaseAddress!.ToString().TrimEnd('/'),
            ["EMBEDDING_SERVER_EXPECTED"] = expected,
        });

        output.WriteLine(text);
        Assert.Equal(0, code);
        Assert.Contains("# fail 0", text);
        Assert.DoesNotContain("# pass 0", text);
    }

    /// <summary>Installs what the lock file names. Returns why that can't be, or null.</summary>
    private static string? Install()
    {
        if (!Command.Exists("node") || !Command.Exists("npm"))
        {
            return "There is no Node.js here (node and npm), which these clients are for.";
        }

        (int code, string text) = Command.Run(Folder, "npm", ["ci", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=60000"], []);
        return code == 0 ? null
            : new[] { "ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "ECONNRESET", "network" }.Any(word => text.Contains(word, StringComparison.Ordinal)) ? "The npm registry can't be reached, from which these clients come."
            : throw new InvalidOperationException($"npm ci failed:\n{text}");
    }
}
