using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Pipelines in a service collection and a host.</summary>
public sealed class HostingTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Pipeline_and_generator_are_found_and_are_one()
    {
        await using ServiceProvider provider = new ServiceCollection().AddEncoderPipeline<Embedder>(options => options.ModelFolder = _model.Folder).BuildServiceProvider();

        EncoderPipeline<Embedder> pipeline = provider.GetRequiredService<EncoderPipeline<Embedder>>();
        IEmbeddingGenerator<string, Embedding<float>> generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();

        Assert.Same(pipeline, generator.GetService(typeof(EncoderPipeline<Embedder>)));
        Assert.Same(generator, provider.GetRequiredService<IEmbeddingGenerator>());
        Assert.Equal(pipeline.Embed("hello"), (await generator.GenerateVectorAsync("hello")).ToArray());
    }

    [Fact]
    public async Task Several_stand_side_by_side_under_keys()
    {
        using TinyModel ranker = TinyModel.For<Ranker>();
        await using ServiceProvider provider = new ServiceCollection()
            .AddKeyedEncoderPipeline<Embedder>("one", options => options.ModelFolder = _model.Folder)
            .AddKeyedEncoderPipeline<Embedder>("two", options => (options.ModelFolder, options.Truncation) = (_model.Folder, Truncation.Error))
            .AddEncoderPipeline<Ranker>(options => options.ModelFolder = ranker.Folder)
            .BuildServiceProvider();
        string longText = string.Join(' ', Enumerable.Repeat("a", 100));

        EncoderPipeline<Embedder> one = provider.GetRequiredKeyedService<EncoderPipeline<Embedder>>("one"), two = provider.GetRequiredKeyedService<EncoderPipeline<Embedder>>("two");

        Assert.NotSame(one, two);
        Assert.Same(one, provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("one").GetService(typeof(EncoderPipeline<Embedder>)));
        one.Embed(longText);
        Assert.Throws<ArgumentException>(() => two.Embed(longText));
        Assert.NotNull(provider.GetRequiredService<EncoderPipeline<Ranker>>());
        Assert.Null(provider.GetService<EncoderPipeline<Embedder>>());
    }

    [Fact]
    public async Task Options_come_from_the_configuration()
    {
        using IHost host = Host(
            ("Model:ModelFolder", _model.Folder), ("Model:Truncation", "error"), ("Model:Encoder:MaxConcurrentCalls", "3"), ("Model:Service:MaxWaitingTokens", "77"),
            ("Model:Service:MaxWaitingTime", "00:00:05"), ("Model:MatryoshkaDimensions:0", "8"), ("Model:MatryoshkaDimensions:1", "16"), ("Model:Similarity", "Dot"));
        await host.StartAsync();

        EncoderPipeline<Embedder> pipeline = host.Services.GetRequiredService<EncoderPipeline<Embedder>>();

        Assert.Equal(77, pipeline.Service.MaxWaitingTokens);
        Assert.Equal(EmbeddingSimilarity.Dot, pipeline.Similarity);
        Assert.Throws<ArgumentException>(() => pipeline.Embed(string.Join(' ', Enumerable.Repeat("a", 100))));
        Assert.Equal(16, (await pipeline.AsIEmbeddingGenerator().GenerateVectorAsync("a", new EmbeddingGenerationOptions { Dimensions = 16 })).Length);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_host_s_log_is_told_of_texts_that_are_cut()
    {
        KeptLog log = new();
        await using ServiceProvider provider = new ServiceCollection().AddSingleton<ILoggerFactory>(log).AddEncoderPipeline<Embedder>(options => options.ModelFolder = _model.Folder).BuildServiceProvider();

        await provider.GetRequiredService<EncoderPipeline<Embedder>>().EmbedAsync(string.Join(' ', Enumerable.Repeat("a", 100)));

        Assert.Contains("was cut", Assert.Single(log.Said));
    }

    [Theory]
    [InlineData("Model:Truncatoin", "Error", "The configuration has Model:Truncatoin, which is no option; there are ModelFolder, PromptName, Truncation")]
    [InlineData("Model:Truncation", "Sometimes", "Model:Truncation is 'Sometimes', but must be Model, Right, Left, Error")]
    [InlineData("Model:Truncation", "3", "Model:Truncation is '3', but must be")]
    [InlineData("Model:Encoder:MaxConcurrentCalls", "many", "Model:Encoder:MaxConcurrentCalls is 'many', but must be a whole number")]
    [InlineData("Model:Encoder:WordTable", "fp4", "Model:Encoder:WordTable is 'fp4', but must be FromFile, BFloat16, Int8")]
    [InlineData("Model:Encoder:MaxConcurrentCalls", "0", "Model:Encoder:MaxConcurrentCalls: MaxConcurrentCalls must be at least 1, but is 0")]
    [InlineData("Model:Service:MaxWaitingTime", "2 s", "Model:Service:MaxWaitingTime is '2 s', but must be a time")]
    [InlineData("Model:Service:Threads", "2", "Model:Service:Threads, which is no option")]
    [InlineData("Model:WarmUp", "yes", "Model:WarmUp is 'yes', but must be true or false")]
    public async Task A_wrong_option_ends_the_start_and_is_named(string key, string value, string message)
    {
        using IHost host = Host(("Model:ModelFolder", _model.Folder), (key, value));

        Assert.Contains(message, (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Message);
    }

    [Fact]
    public async Task A_model_without_a_folder_ends_the_start()
    {
        using IHost none = Host();
        Assert.Contains("ModelFolder must name a folder", (await Assert.ThrowsAsync<OptionsValidationException>(() => none.StartAsync())).Message);

        using IHost wrong = Host(("Model:ModelFolder", Path.Combine(_model.Folder, "none")));
        await Assert.ThrowsAnyAsync<IOException>(() => wrong.StartAsync());
    }

    [Fact]
    public async Task The_host_loads_and_warms_up_before_its_start_is_over_and_its_health_says_so()
    {
        using IHost host = Host(("Model:ModelFolder", _model.Folder));
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);

        await host.StartAsync();

        EncoderPipeline<Embedder> pipeline = host.Services.GetRequiredService<EncoderPipeline<Embedder>>();
        Assert.True(pipeline.Service.Speed.TokensPerSecond > 0);
        HealthReport report = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal(0L, report.Entries["embedder"].Data["waiting_tokens"]);
        pipeline.Dispose();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_warming_up_nothing_is_computed()
    {
        using IHost host = Host(("Model:ModelFolder", _model.Folder), ("Model:WarmUp", "false"));

        await host.StartAsync();

        Assert.Equal(0, host.Services.GetRequiredService<EncoderPipeline<Embedder>>().Service.Speed.TokensPerSecond);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_full_queue_is_a_degraded_health()
    {
        using IHost host = Host<GatedEmbedder>(("Model:ModelFolder", _model.Folder), ("Model:WarmUp", "false"), ("Model:Encoder:MaxConcurrentCalls", "1"), ("Model:Service:MaxWaitingTokens", "3"));
        await host.StartAsync();
        EncoderPipeline<GatedEmbedder> pipeline = host.Services.GetRequiredService<EncoderPipeline<GatedEmbedder>>();
        Task running = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task waiting = pipeline.EmbedAsync("b");

        Assert.Equal(HealthStatus.Degraded, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status);

        pipeline.Encoder.Open();
        await Task.WhenAll(running, waiting).Soonest();
        await host.StopAsync();
    }

    [Fact]
    public async Task The_container_s_end_is_the_pipeline_s()
    {
        ServiceProvider provider = new ServiceCollection().AddEncoderPipeline<Embedder>(options => options.ModelFolder = _model.Folder).BuildServiceProvider();
        EncoderPipeline<Embedder> pipeline = provider.GetRequiredService<EncoderPipeline<Embedder>>();

        await provider.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => pipeline.Embed("a"));
    }

    private static IHost Host(params (string Key, string Value)[] settings) => Host<Embedder>(settings);

    private static IHost Host<T>(params (string Key, string Value)[] settings)
        where T : class, ITransformerEncoder<T>
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.Services.AddEncoderPipeline<T>(builder.Configuration.GetSection("Model"));
        builder.Services.AddHealthChecks().AddCheck<EncoderHealthCheck<T>>("embedder");
        return builder.Build();
    }
}
