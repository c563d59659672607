using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What is measured of asynchronous calls. The model's name tells this class's measurements from other tests'.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _measured = [];

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task A_call_s_time_and_tokens_are_measured_by_the_conventions_for_generative_AI()
    {
        using MeterListener listener = Listen();
        using EncoderPipeline<MeasuredEmbedder> pipeline = Pipeline();
        int tokens = pipeline.CountTokens("hello world") + pipeline.CountTokens("a");

        await pipeline.EmbedAsync(["hello world", "a"]).Soonest();

        (string, double Value, Dictionary<string, object?> Tags) duration = Single("gen_ai.client.operation.duration"), usage = Single("gen_ai.client.token.usage");
        Assert.InRange(duration.Value, 1e-7, 60);
        Assert.Equal("embeddings", duration.Tags["gen_ai.operation.name"]);
        Assert.Equal("generated-encoder", duration.Tags["gen_ai.provider.name"]);
        Assert.Equal("measured", duration.Tags["gen_ai.request.model"]);
        Assert.DoesNotContain("error.type", duration.Tags.Keys);
        Assert.Equal(tokens, usage.Value);
        Assert.Equal("input", usage.Tags["gen_ai.token.type"]);
        Assert.Equal((tokens, 2), (Sum("generated_encoder.pack.tokens"), Sum("generated_encoder.pack.texts")));
    }

    [Fact]
    public async Task Warming_up_is_nobody_s_call()
    {
        using MeterListener listener = Listen();
        using EncoderPipeline<MeasuredEmbedder> pipeline = Pipeline();

        await pipeline.WarmUpAsync([4, 20], CancellationToken.None).Soonest();

        Assert.Equal(24, Sum("generated_encoder.pack.tokens"));
        Assert.Equal(0, Sum("gen_ai.client.token.usage"));
    }

    [Fact]
    public async Task A_failure_is_measured_by_its_type()
    {
        using MeterListener listener = Listen();
        using EncoderPipeline<MeasuredEmbedder> pipeline = Pipeline(options => options.Truncation = Truncation.Error);

        await Assert.ThrowsAsync<ArgumentException>(() => pipeline.EmbedAsync(string.Join(' ', Enumerable.Repeat("a", 100))).Soonest());

        Assert.Equal(typeof(ArgumentException).FullName, Single("gen_ai.client.operation.duration").Tags["error.type"]);
        Assert.DoesNotContain(_measured, measured => measured.Name == "gen_ai.client.token.usage");
    }

    [Fact]
    public async Task Waiting_tokens_and_rejections_are_measured()
    {
        using MeterListener listener = Listen();
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, configure: options => options.Service.MaxWaitingTokens = 3);
        Task running = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task waiting = pipeline.EmbedAsync("b");
        await Assert.ThrowsAsync<EncoderOverloadedException>(() => pipeline.EmbedAsync("hello"));

        listener.RecordObservableInstruments();

        Assert.Contains(_measured, measured => measured is { Name: "generated_encoder.waiting_tokens", Value: 3 } && (string?)measured.Tags["gen_ai.request.model"] == "gated");
        Assert.Contains(_measured, measured => measured is { Name: "generated_encoder.rejections", Value: 1 } && (string?)measured.Tags["gen_ai.request.model"] == "gated");
        pipeline.Encoder.Open();
        await Task.WhenAll(running, waiting).Soonest();
    }

    [Fact]
    public async Task A_call_is_an_activity_named_by_operation_and_model()
    {
        ConcurrentQueue<Activity> activities = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == EncoderTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using EncoderPipeline<MeasuredEmbedder> pipeline = Pipeline();

        await pipeline.AsIEmbeddingGenerator().GenerateAsync(["hello world"]).Soonest();

        Activity activity = Assert.Single(activities, activity => activity.DisplayName == "embeddings measured");
        Assert.Equal((long)pipeline.CountTokens("hello world"), activity.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal("embeddings", activity.GetTagItem("gen_ai.operation.name"));
        Assert.DoesNotContain(activity.TagObjects, tag => tag.Value is string text && text.Contains("hello", StringComparison.Ordinal));
    }

    private MeterListener Listen()
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == EncoderTelemetry.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Name, value, new Dictionary<string, object?>(tags.ToArray())));

    private (string Name, double Value, Dictionary<string, object?> Tags) Single(string name) =>
        Assert.Single(_measured, measured => measured.Name == name && (string?)measured.Tags["gen_ai.request.model"] == "measured");

    private int Sum(string name) =>
        (int)_measured.Where(measured => measured.Name == name && (string?)measured.Tags["gen_ai.request.model"] == "measured").Sum(measured => measured.Value);

    private EncoderPipeline<MeasuredEmbedder> Pipeline(Action<EncoderPipelineOptions>? configure = null)
    {
        EncoderPipelineOptions options = new();
        configure?.Invoke(options);
        return _model.Load<MeasuredEmbedder>(options);
    }
}
