namespace GeneratedEncoder.Tests;

/// <summary>One instance, many threads.</summary>
public sealed class ConcurrencyTests
{
    private const int Threads = 8;

    [Theory]
    [InlineData(nameof(OddGelu), Threads)]
    [InlineData(nameof(OddVectors), Threads)]
    [InlineData(nameof(HeadsOf25), 3)]
    [InlineData(nameof(OddGelu), 1)]
    [InlineData(nameof(OddVectorsPrenorm), 1)]
    [InlineData(nameof(Modernbert), Threads)]
    [InlineData(nameof(NomicGegluBiases), 3)]
    [InlineData(nameof(GteWords), Threads)]
    [InlineData(nameof(JinaCode), 3)]
    [InlineData(nameof(DebertaV2Conv), Threads)]
    [InlineData(nameof(T5Gated), 1)]
    [InlineData(nameof(GemmaEmbedding), Threads)]
    [InlineData(nameof(PoolingPrompt), 3)]
    [InlineData(nameof(OddGeluInt8), Threads)]
    [InlineData(nameof(HeadsOf25Int8), 3)]
    [InlineData(nameof(OddVectorsBFloat16), Threads)]
    public void Mixed_calls_of_eight_threads_give_the_bits_of_one(string name, int maxConcurrentCalls)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxConcurrentCalls = maxConcurrentCalls });
        float[][][][] expected = [.. Enumerable.Range(0, Threads).Select(thread => ExpectedOf(subject, encoder, thread))];
        using Barrier start = new(Threads);

        RunOnThreads(thread =>
        {
            IReadOnlyList<EntryPoint> entries = EntryPoint.All(subject, encoder, TokensOf(encoder, thread));
            start.SignalAndWait();
            for (int round = 0; round < 20; round++)
            {
                for (int i = 0; i < entries.Count; i++)
                {
                    entries[i].Call();
                    AssertOutputs(expected[thread][i], entries[i]);
                }
            }
        });
    }

    /// <summary>Every call either runs to its right end or is refused; the memory is not freed under a running one.</summary>
    [Theory]
    [InlineData(Threads)]
    [InlineData(1)]
    public void Disposing_lets_running_calls_finish_and_refuses_later_ones(int maxConcurrentCalls)
    {
        EncoderCase encoder = EncoderCase.Of<OddGelu>();
        for (int round = 0; round < 10; round++)
        {
            using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxConcurrentCalls = maxConcurrentCalls });
            float[][][][] expected = [.. Enumerable.Range(0, Threads).Select(thread => ExpectedOf(subject, encoder, thread))];
            using CountdownEvent running = new(Threads);
            int refused = 0;

            RunOnThreads(
                thread =>
                {
                    IReadOnlyList<EntryPoint> entries = EntryPoint.All(subject, encoder, TokensOf(encoder, thread));
                    try
                    {
                        entries[0].Call();
                    }
                    finally
                    {
                        running.Signal();
                    }

                    try
                    {
                        for (int i = 0; ; i = (i + 1) % entries.Count)
                        {
                            entries[i].Call();
                            AssertOutputs(expected[thread][i], entries[i]);
                        }
                    }
                    catch (ObjectDisposedException e) when (e.ObjectName == encoder.Name)
                    {
                        Interlocked.Increment(ref refused);
                    }
                },
                meanwhile: () =>
                {
                    running.Wait();
                    subject.Encoder.Dispose();
                });

            Assert.Equal(Threads, refused);
        }
    }

    [Fact]
    public void Many_instances_load_and_end_at_the_same_time()
    {
        EncoderCase encoder = EncoderCase.Of<Tiny>();
        using TempFolder folder = new();
        encoder.Model.Save(folder["model.safetensors"]);
        int[] ids = [1, 2, 3];
        float[] expected = new float[3 * Tiny.HiddenSize];
        using (Tiny alone = Tiny.Load(folder["model.safetensors"]))
        {
            alone.Encode(ids, expected);
        }

        RunOnThreads(_ =>
        {
            for (int i = 0; i < 50; i++)
            {
                float[] hidden = new float[expected.Length];
                using Tiny one = Tiny.Load(folder["model.safetensors"]);
                one.Encode(ids, hidden);
                Bits.AssertSame(expected, hidden);
            }
        });
    }

    /// <summary>Threads differ in the length of their texts, so that a workspace passes from longer to shorter ones and back.</summary>
    private static int TokensOf(EncoderCase encoder, int thread) => Math.Min(1 + 5 * thread, encoder.Shape.MaxTokens);

    /// <summary>What each entry point writes when nothing else runs.</summary>
    private static float[][][] ExpectedOf(Subject subject, EncoderCase encoder, int thread) =>
    [
        .. EntryPoint.All(subject, encoder, TokensOf(encoder, thread)).Select(entry =>
        {
            entry.Call();
            return entry.Outputs;
        }),
    ];

    private static void AssertOutputs(float[][] expected, EntryPoint entry)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Bits.AssertSame(expected[i], entry.Outputs[i], entry.Name);
            Array.Clear(entry.Outputs[i]);
        }
    }

    /// <summary>Runs a body on threads of their own, and rethrows the first exception of any.</summary>
    private static void RunOnThreads(Action<int> body, Action? meanwhile = null)
    {
        Task[] tasks = [.. Enumerable.Range(0, Threads).Select(thread =>
            Task.Factory.StartNew(() => body(thread), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        meanwhile?.Invoke();
        Task.WaitAll(tasks);
    }
}
