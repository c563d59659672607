using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace EmbeddingServer;

/// <summary>Puts the server together.</summary>
public static class Server
{
    /// <summary>A server of compiled models.</summary>
    /// <param name="args">The command line: --urls http://127.0.0.1:8080 --Server:ApiKeys:0 secret --Models:all-MiniLM-L6-v2:Service:MaxWaitingTokens 20000.</param>
    /// <param name="addModels">Says which models.</param>
    /// <param name="configure">Changes the builder, in tests.</param>
    public static WebApplication Create(string[] args, Action<ModelCatalogBuilder> addModels, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        // This machine only, unless somebody says otherwise; and by its own names only, or a web page could have a name of its own lead here.
        string urls = builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? "http://127.0.0.1:8080";
        builder.WebHost.UseUrls(urls);
        builder.Configuration["AllowedHosts"] ??= Network.IsLoopback(urls) ? "localhost;127.0.0.1;[::1]" : "*";
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // not a line a request
        configure?.Invoke(builder);

        builder.Services.AddOptions<ServerOptions>().BindConfiguration("Server")
            .Validate(options => options is { MaxInputs: >= 1, MaxBodyBytes: >= 1 } && options.ShutdownTimeout > TimeSpan.Zero, "Server: MaxInputs, MaxBodyBytes and ShutdownTimeout must be more than 0.")
            .Validate(options => Array.TrueForAll(options.ApiKeys, key => key.Length >= 16), "Server:ApiKeys: a key must have at least 16 characters.")
            .ValidateOnStart();
        ServerOptions options = builder.Configuration.GetSection("Server").Get<ServerOptions>() ?? new ServerOptions();
        builder.WebHost.ConfigureKestrel(kestrel => (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, options.MaxBodyBytes));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.Services.Configure<RouteHandlerOptions>(route => route.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });

        ModelCatalogBuilder models = new(builder);
        addModels(models);
        builder.Services.AddSingleton(provider => new ModelCatalog(models.Models.Select(make => make(provider))));
        builder.Services.AddSingleton<Inputs>();
        builder.Services.AddSingleton<ApiKeys>();
        builder.AddHealth(models);
        builder.AddTelemetry();
        builder.Services.AddOpenApi(OpenApiDocument.Configure);

        WebApplication app = builder.Build();
        app.UseMiddleware<Errors>();
        app.UseRouting();
        app.UseMiddleware<ApiKeys>();
        app.MapHealth();
        app.MapPage();
        app.MapOpenApi().WithMetadata(OpenToAll.Instance);
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenAi();
        app.MapTextEmbeddingsInference();
        app.MapRerank();
        app.MapOllama();
        Network.Warn(app, urls, app.Services.GetRequiredService<IOptions<ServerOptions>>().Value);
        return app;
    }
}
