namespace GeneratedEncoder.Text.Tests;

/// <summary>What is refused when too much work waits, and what isn't.</summary>
public sealed class OverloadTests : IDisposable
{
    /// <summary>Four characters, so three tokens by estimate.</summary>
    private const string Text = "a b ";

    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_computes_what_it_took()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = Pipeline(maxWaitingTokens: 12);
        List<Task<float[]>> taken = [pipeline.EmbedAsync(Text)];
        await pipeline.Encoder.ArrivedAsync();
        taken.AddRange(Enumerable.Range(0, 4).Select(_ => pipeline.EmbedAsync(Text)));

        EncoderOverloadedException exception = await Assert.ThrowsAsync<EncoderOverloadedException>(() => pipeline.EmbedAsync(Text));

        Assert.Equal((12, 12), (exception.WaitingTokens, exception.MaxWaitingTokens));
        Assert.InRange(exception.RetryAfter, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        Assert.StartsWith("gated has more work than it may let wait: about 12 tokens of at most 12. Try again in ", exception.Message);
        pipeline.Encoder.Open();
        await Task.WhenAll(taken).Soonest();
        await pipeline.EmbedAsync(Text).Soonest();
        Assert.Equal(6, pipeline.Encoder.Texts);
    }

    [Fact]
    public async Task A_request_larger_than_the_limit_is_taken_when_the_queue_is_empty()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = Pipeline(maxWaitingTokens: 12);
        Task first = pipeline.EmbedAsync(Text);
        await pipeline.Encoder.ArrivedAsync();

        Task<float[][]> large = pipeline.EmbedAsync(Enumerable.Repeat(Text, 50));

        pipeline.Encoder.Open();
        await first.Soonest();
        Assert.Equal(50, (await large.Soonest()).Length);
    }

    [Fact]
    public async Task A_large_request_leaves_half_of_the_room_to_others_and_none_to_a_second_one()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = Pipeline(maxWaitingTokens: 12);
        List<Task> taken = [pipeline.EmbedAsync(Text)];
        await pipeline.Encoder.ArrivedAsync();
        taken.Add(pipeline.EmbedAsync(Enumerable.Repeat(Text, 50)));

        await Assert.ThrowsAsync<EncoderOverloadedException>(() => pipeline.EmbedAsync(Enumerable.Repeat(Text, 50)));
        taken.Add(pipeline.EmbedAsync(Text));
        taken.Add(pipeline.EmbedAsync(Text));
        await Assert.ThrowsAsync<EncoderOverloadedException>(() => pipeline.EmbedAsync(Text));

        pipeline.Encoder.Open();
        await Task.WhenAll(taken).Soonest();
        Assert.Equal(53, pipeline.Encoder.Texts);
    }

    [Fact]
    public async Task A_cancelled_request_makes_room()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = Pipeline(maxWaitingTokens: 3);
        using CancellationTokenSource source = new();
        Task first = pipeline.EmbedAsync(Text);
        await pipeline.Encoder.ArrivedAsync();
        Task cancelled = pipeline.EmbedAsync(Text, cancellationToken: source.Token);
        await Assert.ThrowsAsync<EncoderOverloadedException>(() => pipeline.EmbedAsync(Text));

        await source.CancelAsync();
        Task second = pipeline.EmbedAsync(Text);

        pipeline.Encoder.Open();
        await Task.WhenAll(first, second).Soonest();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soonest());
        Assert.Equal(2, pipeline.Encoder.Texts);
    }

    [Fact]
    public async Task Without_a_number_the_limit_is_what_the_measured_speed_does_in_two_seconds()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        Assert.Equal(8192, pipeline.Service.MaxWaitingTokens);

        await pipeline.EmbedAsync(Enumerable.Repeat(Text, 20)).Soonest();

        double perSecond = pipeline.Service.Speed.TokensPerSecond * Environment.ProcessorCount;
        Assert.True(perSecond > 0);
        Assert.Equal(Math.Max(4096, (long)(2 * perSecond)), pipeline.Service.MaxWaitingTokens);
    }

    [Fact]
    public async Task Characters_of_a_token_are_learnt_from_texts()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        Assert.Equal(4, pipeline.Service.Speed.CharactersPerToken);

        await pipeline.EmbedAsync(Enumerable.Repeat("a b c d e", 200)).Soonest();

        Assert.InRange(pipeline.Service.Speed.CharactersPerToken, 1.7, 1.9);
    }

    [Fact]
    public void Options_that_mean_nothing_are_refused_when_they_are_set()
    {
        EncoderServiceOptions options = new();

        Assert.Throws<ArgumentOutOfRangeException>(nameof(options.MaxWaitingTokens), () => options.MaxWaitingTokens = 0);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(options.PackTokens), () => options.PackTokens = 0);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(options.MaxWaitingTime), () => options.MaxWaitingTime = TimeSpan.Zero);
        Assert.Throws<ArgumentNullException>(() => new EncoderPipelineOptions().Service = null!);
        Assert.Throws<ArgumentNullException>(() => new EncoderPipelineOptions().Encoder = null!);
    }

    private EncoderPipeline<GatedEmbedder> Pipeline(int maxWaitingTokens) => GatedEmbedder.Pipeline(_model, configure: options =>
    {
        options.Service.MaxWaitingTokens = maxWaitingTokens;
        options.Service.PackTokens = 1;
    });
}
