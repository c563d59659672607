using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GeneratedEncoder.Server.Tests;

/// <summary>Who may ask, and from where.</summary>
public sealed class SecurityTests
{
    private const string Key = "a-key-of-some-length", Other = "another-key-of-some-length";

    [Fact]
    public async Task With_keys_a_request_needs_one_of_them()
    {
        await using RunningServer server = await RunningServer.StartAsync($"--Server:ApiKeys:0={Key}", $"--Server:ApiKeys:1={Other}");

        Assert.Equal(401, (await server.PostAsync("/v1/embeddings", new { model = "Embedder", input = "a" })).Status);
        Assert.Equal("invalid_api_key", (await server.GetAsync("/v1/models")).Body["error"]!["code"].Text());
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "/metrics", null));
        foreach (string wrong in new[] { "Bearer", "Bearer ", $"Bearer {Key}x", $"Bearer {Key[..^1]}", $"Basic {Key}", Key })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "/v1/models", wrong));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/v1/models", $"Bearer {Key}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/v1/models", $"bearer {Other}"));
        foreach (string open in new[] { "/", "/ping", "/health", "/health/live", "/health/ready", "/openapi/v1.json" })
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, open, null));
        }
    }

    [Fact]
    public async Task A_key_that_is_too_short_ends_the_start()
    {
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningServer.StartAsync("--Server:ApiKeys:0=secret"));

        Assert.Contains("at least 16 characters", exception.Message);
        Assert.DoesNotContain("secret", exception.Message);
    }

    [Fact]
    public async Task Without_an_address_it_listens_on_this_machine_s_own()
    {
        await using WebApplication app = EmbeddingServer.Server.Create([], models => models.AddEmbedder<Embedder>());

        Assert.Equal("http://127.0.0.1:8080", app.Configuration[WebHostDefaults.ServerUrlsKey]);
        Assert.Equal("localhost;127.0.0.1;[::1]", app.Configuration["AllowedHosts"]);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", null, true)]
    [InlineData("http://0.0.0.0:0", Key, false)]
    [InlineData("http://127.0.0.1:0", null, false)]
    [InlineData("http://[::1]:0;http://localhost:0", null, false)]
    [InlineData("http://127.0.0.1:0;http://*:0", null, true)]
    public async Task It_warns_where_others_can_reach_it_without_a_key(string urls, string? key, bool warns)
    {
        KeptLog log = new();
        string[] keys = key is null ? [] : [$"--Server:ApiKeys:0={key}"];
        await using WebApplication app = EmbeddingServer.Server.Create(
            [$"--urls={urls}", .. keys], models => models.AddEmbedder<Embedder>(), builder => builder.Services.AddSingleton<ILoggerFactory>(log));

        Assert.Equal(warns, log.Said.Exists(line => line.Contains("can be reached by other machines", StringComparison.Ordinal)));
    }

    /// <summary>Or a web page could have a name of its own lead to this machine's own address, and read the answers.</summary>
    [Fact]
    public async Task On_this_machine_s_own_address_other_names_are_refused()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/models") { Headers = { Host = "evil.example" } };

        Assert.Equal(HttpStatusCode.BadRequest, (await server.Client.SendAsync(request)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/v1/models", null));
    }

    /// <summary>A page can send these without asking first.</summary>
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Bodies_that_any_web_page_can_send_are_refused(string type)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using StringContent content = new("""{"model":"Embedder","input":"a"}""", new MediaTypeHeaderValue(type));

        HttpResponseMessage response = await server.Client.PostAsync("/v1/embeddings", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("The body must be JSON", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_page_lets_nothing_in_from_elsewhere()
    {
        await using RunningServer server = await RunningServer.StartAsync();

        HttpResponseMessage response = await server.Client.GetAsync("/");

        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.False(response.Headers.Contains("Server"));
        Assert.Contains("<title>EmbeddingServer</title>", await response.Content.ReadAsStringAsync());
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningServer server, string path, string? authorization)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using HttpResponseMessage response = await server.Client.SendAsync(request);
        return response.StatusCode;
    }
}
