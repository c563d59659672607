using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Who waits for whom in the queue behind asynchronous calls.</summary>
public sealed class QueueTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task An_asynchronous_call_returns_before_its_text_is_computed()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model);

        Task<float[]> task = pipeline.EmbedAsync("hello world");
        await pipeline.Encoder.ArrivedAsync();

        Assert.False(task.IsCompleted);
        pipeline.Encoder.Open();
        Assert.Equal(pipeline.Embed("hello world"), await task.Soonest());
    }

    [Fact]
    public async Task A_generator_s_call_returns_before_its_texts_are_computed()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model);

        Task<GeneratedEmbeddings<Embedding<float>>> task = pipeline.AsIEmbeddingGenerator().GenerateAsync(["hello world", "hello"]);
        await pipeline.Encoder.ArrivedAsync();

        Assert.False(task.IsCompleted);
        pipeline.Encoder.Open();
        Assert.Equal(pipeline.Embed("hello world"), (await task.Soonest())[0].Vector.ToArray());
    }

    [Fact]
    public async Task A_thread_without_work_ends_and_the_next_call_starts_one()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, threads: 2);
        pipeline.Service.IdleTime = TimeSpan.FromMilliseconds(1);
        pipeline.Encoder.Open();
        Assert.Equal(0, pipeline.Service.Threads);

        for (int time = 0; time < 3; time++)
        {
            Assert.Equal(pipeline.Embed("hello"), await pipeline.EmbedAsync("hello").Soonest());
            Assert.True(SpinWait.SpinUntil(() => pipeline.Service.Threads == 0, Soon.Limit), "A thread stayed.");
        }
    }

    [Fact]
    public async Task Requests_have_their_turns_one_text_each()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, configure: options => options.Service.PackTokens = 1);

        Task bulk = pipeline.EmbedAsync(Enumerable.Range(0, 4).Select(_ => Words(2)));
        await pipeline.Encoder.ArrivedAsync(); // with the bulk's first text
        Task[] singles = [pipeline.EmbedAsync(Words(5)), pipeline.EmbedAsync(Words(6))];
        pipeline.Encoder.Open();
        await Task.WhenAll([bulk, .. singles]).Soonest();

        Assert.Equal([4, 4, 7, 8, 4, 4], pipeline.Encoder.Packs.Select(pack => Assert.Single(pack)));
    }

    [Fact]
    public async Task Texts_of_different_requests_go_together_up_to_the_pack_s_tokens()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, configure: options => options.Service.PackTokens = 16);

        List<Task> tasks = [pipeline.EmbedAsync(Words(1))];
        await pipeline.Encoder.ArrivedAsync();
        tasks.AddRange(Enumerable.Range(0, 8).Select(_ => pipeline.EmbedAsync("a b"))); // 3 characters, so 3 tokens by estimate
        pipeline.Encoder.Open();
        await Task.WhenAll(tasks).Soonest();

        int[][] packs = [.. pipeline.Encoder.Packs];
        Assert.Equal([1, 5, 3], packs.Select(pack => pack.Length));
        Assert.All(packs, pack => Assert.All(pack, length => Assert.InRange(length, 3, 4)));
    }

    [Fact]
    public async Task A_text_longer_than_a_pack_goes_alone()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, configure: options => options.Service.PackTokens = 8);

        Task first = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task[] tasks = [first, pipeline.EmbedAsync(Words(20)), pipeline.EmbedAsync("b"), pipeline.EmbedAsync("a")];
        pipeline.Encoder.Open();
        await Task.WhenAll(tasks).Soonest();

        Assert.Equal([1, 1, 2], pipeline.Encoder.Packs.Select(pack => pack.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task As_many_threads_compute_as_calls_may_run(int threads)
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, threads, options => options.Service.PackTokens = 1);

        Task task = pipeline.EmbedAsync(Enumerable.Repeat("a", 12));
        await pipeline.Encoder.ArrivedAsync(threads);
        pipeline.Encoder.Open();
        await task.Soonest();

        Assert.Equal(threads, pipeline.Encoder.MostInside);
    }

    [Fact]
    public async Task Each_text_has_the_bits_that_it_has_alone_whatever_stands_beside_it()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        string[] texts = [.. TokenGolden.Read("uncased").Texts.Select(text => text.Text)];
        float[][] alone = [.. texts.Select(text => pipeline.Embed(text))];

        Task<float[]>[] singles = [.. texts.Select(text => pipeline.EmbedAsync(text))];
        float[][] bulk = await pipeline.EmbedAsync(texts).Soonest();

        Assert.Equal(alone, bulk);
        Assert.Equal(alone, await Task.WhenAll(singles).Soonest());
    }

    [Fact]
    public async Task A_text_that_can_t_be_written_fails_its_own_request_only()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, configure: options => options.Truncation = Truncation.Error);

        Task<float[]> first = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task<float[]> good = pipeline.EmbedAsync("b");
        Task<float[][]> bad = pipeline.EmbedAsync(["a", Words(100), "b"]);
        Task<float[]> later = pipeline.EmbedAsync("hello");
        pipeline.Encoder.Open();

        Assert.Contains("has 102 tokens", (await Assert.ThrowsAsync<ArgumentException>(() => bad.Soonest())).Message);
        Assert.Equal(pipeline.Embed("a"), await first.Soonest());
        Assert.Equal(pipeline.Embed("b"), await good.Soonest());
        Assert.Equal(pipeline.Embed("hello"), await later.Soonest());
    }

    [Fact]
    public async Task A_text_that_can_t_be_computed_fails_its_own_request_only()
    {
        using EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model);
        pipeline.Encoder.Refuses = length => length == 7;

        Task<float[]> first = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task<float[]> good = pipeline.EmbedAsync("b"), bad = pipeline.EmbedAsync(Words(5)), later = pipeline.EmbedAsync("hello");
        pipeline.Encoder.Open();

        Assert.Contains("a text of 7 tokens", (await Assert.ThrowsAsync<InvalidDataException>(() => bad.Soonest())).Message);
        Assert.Equal(pipeline.Embed("b"), await good.Soonest());
        Assert.Equal(pipeline.Embed("hello"), await later.Soonest());
        Assert.Equal([1, 3, 1, 1, 1], pipeline.Encoder.Packs.Select(pack => pack.Length));
    }

    [Fact]
    public async Task Wrong_calls_are_faulted_tasks_that_name_what_is_wrong()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();

        Assert.Contains("index 1 is null", (await Assert.ThrowsAsync<ArgumentException>("texts", () => pipeline.EmbedAsync(["a", null!]))).Message);
        Assert.Contains("no prompts", (await Assert.ThrowsAsync<ArgumentException>("promptName", () => pipeline.EmbedAsync("a", "query"))).Message);
        await Assert.ThrowsAsync<ArgumentNullException>("text", () => pipeline.EmbedAsync((string)null!));
        Assert.Empty(await pipeline.EmbedAsync([]));
    }

    [Fact]
    public async Task Progress_grows_to_the_number_of_texts()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
        Progress progress = new();

        await pipeline.EmbedAsync(Enumerable.Repeat("hello world", 50), progress: progress).Soonest();

        Assert.Equal(Enumerable.Range(1, 50), progress.Reported);
    }

    [Fact]
    public async Task A_receiver_of_progress_that_throws_fails_its_own_request()
    {
        using EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();

        await Assert.ThrowsAsync<DivideByZeroException>(() => pipeline.EmbedAsync(["a", "b"], progress: new Progress { Throws = true }).Soonest());
        Assert.Equal(pipeline.Embed("a"), await pipeline.EmbedAsync("a").Soonest());
    }

    /// <summary>A text of so many tokens beside the special ones.</summary>
    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("a", count));

    private sealed class Progress : IProgress<int>
    {
        public List<int> Reported { get; } = [];

        public bool Throws { get; init; }

        public void Report(int value)
        {
            Reported.Add(value);
            if (Throws)
            {
                throw new DivideByZeroException();
            }
        }
    }
}
