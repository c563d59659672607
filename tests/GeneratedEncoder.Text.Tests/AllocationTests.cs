using System.Runtime;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What a call leaves for the garbage collector. No collection may start meanwhile, nor a test beside.</summary>
[Collection(nameof(RunsAlone))]
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const long Budget = 32 << 20;

    [Fact]
    public void A_text_of_words_seen_before_is_embedded_without_allocating()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using TextEncoder<Embedder> encoder = model.Load<Embedder>();
        float[] embedding = new float[Embedder.HiddenSize];
        string[] texts = ["The cat sat on the mat.", "Café au lait, naïve", "你好 hello 😀 [MASK]", ""];

        Assert.Equal(0, AllocatedBy(() => Array.ForEach(texts, text => encoder.Embed(text, embedding))));
    }

    [Fact]
    public void A_prompt_costs_nothing_either()
    {
        using TinyModel model = TinyModel.For<PromptedEmbedder>();
        using TextEncoder<PromptedEmbedder> encoder = model.Load<PromptedEmbedder>();
        float[] embedding = new float[Embedder.HiddenSize];

        Assert.Equal(0, AllocatedBy(() => encoder.Embed("The cat sat on the mat.", embedding, "query")));
    }

    [Fact]
    public void Counts_and_ids_cost_nothing_either()
    {
        using TinyModel model = TinyModel.For<PromptedEmbedder>();
        using TextEncoder<PromptedEmbedder> encoder = model.Load<PromptedEmbedder>();
        int[] ids = new int[24], types = new int[24];
        float[] embedding = new float[Embedder.HiddenSize];
        string text = string.Join(' ', Enumerable.Repeat("The cat sat", 20));

        Assert.Equal(0, AllocatedBy(() =>
        {
            encoder.CountTokens(text, "query");
            encoder.Tokenizer.CountTokens(text);
            encoder.Tokenize(text, ids, types);
            encoder.Embed(text, embedding, out _);
        }));
    }

    /// <summary>What Microsoft.ML.Tokenizers and the cache cost a word that was never seen.</summary>
    [Fact]
    public void A_new_word_costs_a_few_hundred_bytes()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using TextEncoder<Embedder> encoder = model.Load<Embedder>();
        float[] embedding = new float[Embedder.HiddenSize];
        string[] words = [.. Enumerable.Range(0, 6000).Select(i => $"word{i}")];
        int next = 0;

        long bytes = AllocatedBy(() => encoder.Embed(words[next++], embedding)) / Calls;

        output.WriteLine($"{bytes} bytes a new word of about 8 letters");
        Assert.InRange(bytes, 1, 2000);
    }

    private const int Calls = 1000;

    private static long AllocatedBy(Action call)
    {
        // The first calls allocate what is kept: words, buffers, the runtime's own types.
        for (int i = 0; i < Calls; i++)
        {
            call();
        }

        Assert.True(GC.TryStartNoGCRegion(Budget));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
        {
            call();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
        GC.EndNoGCRegion();
        return allocated;
    }
}

/// <summary>Tests that nothing else may run beside.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
