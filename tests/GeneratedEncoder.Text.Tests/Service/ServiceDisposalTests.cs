namespace GeneratedEncoder.Text.Tests;

/// <summary>The end of a pipeline in the middle of asynchronous calls.</summary>
public sealed class ServiceDisposalTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Calls_that_wait_fail_at_once_and_so_do_later_ones()
    {
        EncoderPipeline<GatedEmbedder> pipeline = GatedEmbedder.Pipeline(_model, configure: options => options.Service.PackTokens = 1);
        Task running = pipeline.EmbedAsync("a");
        await pipeline.Encoder.ArrivedAsync();
        Task<float[]>[] waiting = [.. Enumerable.Range(0, 50).Select(_ => pipeline.EmbedAsync("b"))];

        pipeline.Dispose();

        // The door is still shut.
        foreach (Task<float[]> task in waiting)
        {
            Assert.Equal(nameof(GatedEmbedder), (await Assert.ThrowsAsync<ObjectDisposedException>(() => task.Soonest())).ObjectName);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.EmbedAsync("b"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.EmbedAsync([]));
        pipeline.Encoder.Open();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => running.Soonest()); // It stood before the encoder, which is gone.
        pipeline.Dispose();
    }

    [Fact]
    public async Task Whatever_is_under_way_ends_with_its_bits_or_with_an_error_that_says_so()
    {
        string[] texts = [.. TokenGolden.Read("uncased").Texts.Select(text => text.Text)];
        for (int round = 0; round < 20; round++)
        {
            EncoderPipeline<Embedder> pipeline = _model.Load<Embedder>();
            float[][] alone = [.. texts.Select(text => pipeline.Embed(text))];
            using CancellationTokenSource source = new();
            Task[] tasks = [.. Enumerable.Range(0, 64).Select(caller => Task.Run(() => CallUntilDisposedAsync(pipeline, texts, alone, new Random(64 * round + caller), source.Token)))];
            await Task.Delay(10 + round);

            if (round % 2 == 0)
            {
                await source.CancelAsync();
            }

            pipeline.Dispose();

            await Task.WhenAll(tasks).Soonest();
        }
    }

    private static async Task CallUntilDisposedAsync(EncoderPipeline<Embedder> pipeline, string[] texts, float[][] alone, Random random, CancellationToken token)
    {
        while (true)
        {
            int first = random.Next(texts.Length), count = random.Next(1, 8);
            string[] some = [.. texts.Skip(first).Take(count)];
            try
            {
                Assert.Equal(alone.Skip(first).Take(count), await pipeline.EmbedAsync(some, cancellationToken: random.Next(2) == 0 ? token : default));
            }
            catch (EncoderOverloadedException)
            {
                await Task.Yield();
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }
}
