namespace GeneratedEncoder.Text.Tests;

/// <summary>64 threads on one pipeline: single texts, batches, cancelled batches, and the end in the middle of it all.</summary>
public sealed class CrowdTests : IDisposable
{
    private const int Threads = 64;

    private readonly TinyModel _model = TinyModel.For<Embedder>();
    private readonly string[] _texts = [.. TokenGolden.Read("uncased").Texts.Select(text => text.Text)];

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Every_call_gives_what_it_gives_alone_or_is_cancelled()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();
        float[][] alone = [.. _texts.Select(text => encoder.Embed(text))];
        int cancelled = 0;

        RunOnThreads(thread =>
        {
            Random random = new(thread);
            for (int call = 0; call < 20; call++)
            {
                if (!Call(encoder, random, alone))
                {
                    Interlocked.Increment(ref cancelled);
                }
            }
        });

        Assert.InRange(cancelled, 1, Threads * 20);
    }

    [Fact]
    public void Disposing_in_the_middle_of_calls_lets_them_end_and_refuses_later_ones()
    {
        for (int round = 0; round < 5; round++)
        {
            using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();
            float[][] alone = [.. _texts.Select(text => encoder.Embed(text))];
            using CountdownEvent running = new(Threads);
            int refused = 0;

            RunOnThreads(
                thread =>
                {
                    Random random = new(thread);
                    running.Signal();
                    try
                    {
                        while (true)
                        {
                            Call(encoder, random, alone);
                        }
                    }
                    catch (ObjectDisposedException e) when (e.ObjectName == nameof(Embedder))
                    {
                        Interlocked.Increment(ref refused);
                    }
                },
                meanwhile: () =>
                {
                    running.Wait();
                    encoder.Dispose();
                });

            Assert.Equal(Threads, refused);
        }
    }

    /// <summary>Whether it went to its end, rather than being cancelled.</summary>
    private bool Call(EncoderPipeline<Embedder> encoder, Random random, float[][] alone)
    {
        int first = random.Next(_texts.Length), count = random.Next(1, _texts.Length - first + 1);
        switch (random.Next(3))
        {
            case 0:
                Assert.Equal(alone[first], encoder.Embed(_texts[first]));
                return true;

            case 1:
                AssertSame(alone.AsSpan(first, count), encoder.Embed(_texts.Skip(first).Take(count)));
                return true;

            default:
                using (CancellationTokenSource source = new())
                {
                    int last = first + random.Next(2 * count);
                    IEnumerable<string> texts = Enumerable.Range(first, count).Select(i =>
                    {
                        if (i == last)
                        {
                            source.Cancel();
                        }

                        return _texts[i];
                    });
                    try
                    {
                        AssertSame(alone.AsSpan(first, count), encoder.Embed(texts, cancellationToken: source.Token));
                        return true;
                    }
                    catch (OperationCanceledException)
                    {
                        return false;
                    }
                }
        }
    }

    private static void AssertSame(ReadOnlySpan<float[]> expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(expected[i], actual[i]);
        }
    }

    private static void RunOnThreads(Action<int> body, Action? meanwhile = null)
    {
        Task[] tasks = [.. Enumerable.Range(0, Threads).Select(thread =>
            Task.Factory.StartNew(() => body(thread), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        meanwhile?.Invoke();
        Task.WaitAll(tasks);
    }
}
