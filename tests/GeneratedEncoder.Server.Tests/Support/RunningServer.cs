using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EmbeddingServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GeneratedEncoder.Server.Tests;

/// <summary>The server with real sockets, on a free port of this machine's own address.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TinyModel[] _models;

    private RunningServer(WebApplication app, TinyModel[] models)
    {
        (App, _models) = (app, models);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = Soon.Limit };
    }

    public WebApplication App { get; }

    public HttpClient Client { get; }

    /// <summary>A server with an embedder, a classifier of three labels and a ranker.</summary>
    public static Task<RunningServer> StartAsync(params string[] settings)
    {
        TinyModel embedder = TinyModel.For<Embedder>(), classifier = TinyModel.For<Classifier>(), ranker = TinyModel.For<Ranker>();
        return StartAsync(
            models =>
            {
                models.AddEmbedder<Embedder>();
                models.AddClassifier<Classifier>();
                models.AddClassifier<Ranker>();
            },
            [embedder, classifier, ranker],
            [$"--Models:Embedder:ModelFolder={embedder.Folder}", $"--Models:Classifier:ModelFolder={classifier.Folder}", $"--Models:Ranker:ModelFolder={ranker.Folder}", .. settings]);
    }

    /// <summary>A server with one encoder's embeddings.</summary>
    public static Task<RunningServer> StartAsync<T>(params string[] settings)
        where T : class, ITransformerEncoder<T>
    {
        TinyModel model = TinyModel.For<T>();
        return StartAsync(models => models.AddEmbedder<T>(), [model], [$"--Models:{T.ModelInfo.Name}:ModelFolder={model.Folder}", .. settings]);
    }

    /// <summary>A server whose encoder has a door, on one thread, a text a pack.</summary>
    public static Task<RunningServer> StartGatedAsync(params string[] settings)
    {
        TinyModel model = TinyModel.For<Embedder>();
        return StartAsync(
            models => models.AddEmbedder<GatedEmbedder>(), [model],
            [
                $"--Models:gated:ModelFolder={model.Folder}", "--Models:gated:WarmUp=false", "--Models:gated:Encoder:MaxConcurrentCalls=1", "--Models:gated:Service:PackTokens=1", .. settings,
            ]);
    }

    /// <summary>The encoder with the door.</summary>
    public GatedEmbedder Gate => Pipeline<GatedEmbedder>("gated").Encoder;

    public EncoderPipeline<T> Pipeline<T>(string name)
        where T : ITransformerEncoder<T> => App.Services.GetRequiredKeyedService<EncoderPipeline<T>>(name);

    public EncoderPipeline<Embedder> Embedder => Pipeline<Embedder>("Embedder");

    /// <summary>Asks, and returns the answer's status and body.</summary>
    public async Task<(int Status, JsonNode Body)> PostAsync(string path, object body, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(path, body, cancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!);
    }

    public async Task<(int Status, JsonNode Body)> PostTextAsync(string path, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Client.PostAsync(path, content);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async Task<(int Status, JsonNode Body)> GetAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        foreach (TinyModel model in _models)
        {
            model.Dispose();
        }
    }

    private static async Task<RunningServer> StartAsync(Action<ModelCatalogBuilder> addModels, TinyModel[] models, string[] args)
    {
        WebApplication app = EmbeddingServer.Server.Create(["--urls=http://127.0.0.1:0", .. args], addModels, builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        return new RunningServer(app, models);
    }
}

/// <summary>One server for a class's tests.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private RunningServer? _server;

    internal RunningServer Server => _server!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await _server!.DisposeAsync();
}

internal static class Json
{
    public static float[] Vector(this JsonNode? node) => [.. node!.AsArray().Select(value => value!.GetValue<float>())];

    public static string Text(this JsonNode? node) => node!.GetValue<string>();
}
