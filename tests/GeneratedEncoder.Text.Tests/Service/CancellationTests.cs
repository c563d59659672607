using System.Reflection;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Text.Tests;

/// <summary>When a cancellation is heard, and what is not computed then.</summary>
public sealed class CancellationTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();
    private readonly CancellationTokenSource _source = new();

    public void Dispose()
    {
        _source.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task A_call_that_waits_is_cancelled_at_once_and_never_computed()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model);
        Task<float[]> running = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task<float[]>[] waiting = [.. Enumerable.Range(0, 200).Select(_ => pipeline.EmbedAsync("hello world", cancellationToken: _source.Token))];

        await _source.CancelAsync();

        // The door is still shut.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting).Soonest());
        Assert.All(waiting, task => Assert.True(task.IsCanceled));
        Assert.Equal(0, pipeline.Service.WaitingTokens);
        pipeline.Encoder.Open();
        await running.Soonest();
        await pipeline.EmbedAsync("b").Soonest();
        Assert.Equal(2, pipeline.Encoder.Texts);
    }

    [Fact]
    public async Task A_call_is_cancelled_between_its_packs()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, configure: options => options.Service.PackTokens = 1);
        Task<float[][]> bulk = pipeline.EmbedAsync(Enumerable.Repeat("a", 100), cancellationToken: _source.Token);
        await pipeline.Encoder.ArrivedAsync();

        await _source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bulk.Soonest());
        pipeline.Encoder.Open();
        await pipeline.EmbedAsync("b").Soonest();
        Assert.Equal(2, pipeline.Encoder.Texts);
    }

    [Fact]
    public async Task A_generator_s_call_hears_its_token_while_it_waits()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model);
        Task running = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task task = pipeline.AsIEmbeddingGenerator().GenerateAsync(["b", "c"], cancellationToken: _source.Token);

        await _source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.Soonest());
        pipeline.Encoder.Open();
        await running.Soonest();
        Assert.Equal(1, pipeline.Encoder.Texts);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_before_the_call_has_nothing_computed()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model);

        Task task = pipeline.EmbedAsync("a", cancellationToken: new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.Soonest());
        Assert.Empty(pipeline.Encoder.Packs);
        Assert.Equal(0, pipeline.Service.WaitingTokens);
    }

    [Fact]
    public async Task A_cancelled_text_in_a_pack_under_way_leaves_the_others_theirs()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model);
        Task first = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task<float[]> one = pipeline.EmbedAsync("b", cancellationToken: _source.Token), other = pipeline.EmbedAsync("hello");
        pipeline.Encoder.Open(1);
        await pipeline.Encoder.ArrivedAsync(); // with both

        await _source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Soonest());
        pipeline.Encoder.Open();
        await first.Soonest();
        Assert.Equal(pipeline.Embed("hello"), await other.Soonest());
    }

    /// <summary>The only workspace is taken, by hand: a call of the tiny encoder would give it back too soon.</summary>
    [Fact]
    public async Task A_synchronous_call_hears_its_token_while_it_waits_for_a_workspace()
    {
        EncoderPipelineOptions options = new();
        options.Encoder.MaxConcurrentCalls = 1;
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>(options);
        EncoderMemory memory = (EncoderMemory)typeof(Embedder).GetField("_memory", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(pipeline.Encoder)!;
        Workspace workspace = memory.Rent();
        float[] embedding = new float[Embedder.HiddenSize];
        Task waiting = Task.Factory.StartNew(
            () => pipeline.Embed("a".AsSpan(), embedding, cancellationToken: _source.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task batch = Task.Factory.StartNew(
            () => pipeline.Embed(["a", "b"], cancellationToken: _source.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        await Task.Delay(50); // for both to come to the wait, or else they find the token cancelled before it
        Assert.False(waiting.IsCompleted);
        await _source.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.Soonest());
        await Assert.ThrowsAsync<OperationCanceledException>(() => batch.Soonest());
        Assert.All(embedding, value => Assert.Equal(0, value));
        memory.Return(workspace);
        Assert.Equal(pipeline.Embed("a"), (await pipeline.EmbedAsync("a").Soonest()));
    }

    [Fact]
    public void A_synchronous_call_with_a_cancelled_token_writes_nothing()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        float[] embedding = new float[Embedder.HiddenSize];

        Assert.Throws<OperationCanceledException>(() => pipeline.Embed("a".AsSpan(), embedding, cancellationToken: new CancellationToken(canceled: true)));

        Assert.All(embedding, value => Assert.Equal(0, value));
        pipeline.Embed("a".AsSpan(), embedding);
        Assert.NotEqual(0, embedding[0]);
    }
}
