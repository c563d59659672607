using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Embeddings of any number of texts, one after another.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1000)]
    public async Task All_texts_come_back_in_their_order_with_their_bits(int count)
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        string[] texts = [.. Enumerable.Range(0, count).Select(i => $"hello {i}")];

        List<TextEmbedding> embeddings = await ToListAsync(pipeline.EmbedTextsAsync(Stream(texts)));

        Assert.Equal(texts.Select(text => pipeline.Embed(text)), embeddings.Select(embedding => embedding.Vector.ToArray()));
    }

    [Fact]
    public async Task No_more_than_64_texts_are_read_ahead()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        int read = 0, taken = 0;

        await foreach (TextEmbedding _ in pipeline.EmbedTextsAsync(Stream(Enumerable.Range(0, 500).Select(i =>
        {
            read++;
            return $"hello {i}";
        }))))
        {
            Assert.InRange(read - taken, 1, 65); // and the one after them, which is asked for before results are
            taken++;
        }

        Assert.Equal(500, taken);
    }

    [Fact]
    public async Task What_has_come_is_not_kept_waiting_for_what_hasn_t()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        Channel<string> channel = Channel.CreateUnbounded<string>();
        await using IAsyncEnumerator<TextEmbedding> results = pipeline.EmbedTextsAsync(channel.Reader.ReadAllAsync()).GetAsyncEnumerator();

        for (int i = 0; i < 3; i++)
        {
            channel.Writer.TryWrite($"hello {i}");
            Assert.True(await results.MoveNextAsync().AsTask().Soonest());
            Assert.Equal(pipeline.Embed($"hello {i}"), results.Current.Vector.ToArray());
        }

        channel.Writer.Complete();
        Assert.False(await results.MoveNextAsync().AsTask().Soonest());
    }

    [Fact]
    public async Task While_the_queue_is_full_a_stream_waits()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, configure: options =>
        {
            options.Service.MaxWaitingTokens = 3;
            options.Service.PackTokens = 1;
        });
        Task running = pipeline.EmbedAsync("a"), waiting = pipeline.EmbedAsync(["a", "a"]);
        await pipeline.Encoder.ArrivedAsync();
        await Assert.ThrowsAsync<EncoderOverloadedException>(() => pipeline.EmbedAsync(["a", "a"]));

        Task<List<TextEmbedding>> stream = ToListAsync(pipeline.EmbedTextsAsync(Stream(["b", "hello"])));
        Assert.False(stream.IsCompleted);
        pipeline.Encoder.Open();

        await Task.WhenAll(running, waiting).Soonest();
        Assert.Equal([pipeline.Embed("b"), pipeline.Embed("hello")], (await stream.Soonest()).Select(embedding => embedding.Vector.ToArray()));
    }

    [Fact]
    public async Task A_reader_that_turns_away_has_nothing_more_computed()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();

        await foreach (TextEmbedding _ in pipeline.EmbedTextsAsync(Stream(Enumerable.Repeat("hello", 10_000))))
        {
            break;
        }

        Assert.Equal(0, pipeline.Service.WaitingTokens);
    }

    [Fact]
    public async Task Errors_and_cancellations_end_it()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        using CancellationTokenSource source = new();
        Channel<string> silent = Channel.CreateUnbounded<string>();
        Task<List<TextEmbedding>> waiting = ToListAsync(pipeline.EmbedTextsAsync(silent.Reader.ReadAllAsync(), cancellationToken: source.Token));

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soonest());
        Assert.Contains("index 40 is null", (await Assert.ThrowsAsync<ArgumentException>(
            () => ToListAsync(pipeline.EmbedTextsAsync(Stream([.. Enumerable.Repeat("a", 40), null!]))).Soonest())).Message);
        await Assert.ThrowsAsync<DivideByZeroException>(() => ToListAsync(pipeline.EmbedTextsAsync(Stream(Enumerable.Range(0, 100).Select(i => $"{1 / (50 - i)}")))).Soonest());
    }

    private static async IAsyncEnumerable<string> Stream(IEnumerable<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (string text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return text;
        }

        await Task.CompletedTask;
    }

    private static async Task<List<TextEmbedding>> ToListAsync(IAsyncEnumerable<TextEmbedding> results)
    {
        List<TextEmbedding> list = [];
        await foreach (TextEmbedding result in results)
        {
            list.Add(result);
        }

        return list;
    }
}
