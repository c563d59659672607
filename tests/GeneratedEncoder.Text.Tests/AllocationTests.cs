using System.Runtime;
using System.Text;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What a call leaves for the garbage collector. No collection may start meanwhile, nor a test beside.</summary>
[Collection(nameof(RunsAlone))]
public sealed class AllocationTests
{
    private const long Budget = 32 << 20;

    [Fact]
    public void A_text_of_words_seen_before_is_embedded_without_allocating()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>();
        float[] embedding = new float[Embedder.HiddenSize];
        string[] texts = ["The cat sat on the mat.", "Café au lait, naïve", "你好 hello 😀 [MASK]", ""];

        Assert.Equal(0, AllocatedBy(() => Array.ForEach(texts, text => encoder.Embed(text, embedding))));
    }

    [Fact]
    public void A_prompt_costs_nothing_either()
    {
        using TinyModel model = TinyModel.For<PromptedEmbedder>();
        using EncoderPipeline<PromptedEmbedder> encoder = model.Load<PromptedEmbedder>();
        float[] embedding = new float[Embedder.HiddenSize];

        Assert.Equal(0, AllocatedBy(() => encoder.Embed("The cat sat on the mat.", embedding, "query")));
    }

    [Fact]
    public void Counts_and_ids_cost_nothing_either()
    {
        using TinyModel model = TinyModel.For<PromptedEmbedder>();
        using EncoderPipeline<PromptedEmbedder> encoder = model.Load<PromptedEmbedder>();
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

    [Fact]
    public void Words_that_were_never_seen_cost_nothing_either()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>();
        float[] embedding = new float[Embedder.HiddenSize];
        string[] words = [.. Enumerable.Range(0, 2 * Calls).Select(i => $"word{i} naïve{i}")];
        int next = 0;

        Assert.Equal(0, AllocatedBy(() => encoder.Embed(words[next++], embedding)));
    }

    /// <summary>Every model, and every normalizer that a text's characters could be new to.</summary>
    [SkippableTheory]
    [InlineData("uncased", null)]
    [InlineData("roberta", null)]
    [InlineData("xlm-roberta", null)]
    [InlineData("gemma", null)]
    [InlineData("roberta", "NFC")]
    [InlineData("uncased", "NFKD")]
    public void New_words_and_characters_cost_a_tokenizer_nothing(string name, string? form)
    {
        Skip.IfNot(form is null || NormalizationAllocatesNothing(), "The runtime's own normalization allocates here: tiered compilation is off.");
        TextTokenizer tokenizer = Tokenizers.With(name, form);
        string[] texts = [.. Enumerable.Range(0, 2 * Calls).Select(i => $"word{i} <mask> [MASK] {(char)(0x4E00 + i)}\u0301\u0323{(char)(0xC0 + i % 400)}\u0327\u0301 {char.ConvertFromUtf32(0x1F300 + i % 500)}")];
        int next = 0;

        Assert.Equal(0, AllocatedBy(() =>
        {
            TokenizerScratch scratch = tokenizer.Rent();
            tokenizer.Tokenize(texts[next++], scratch);
            tokenizer.Return(scratch);
        }));
    }

    private const int Calls = 1000;

    /// <summary>
    /// Waits until the runtime's normalization allocates nothing. Its precompiled code, with which every process begins, boxes the characters that it
    /// searches for, 96 bytes a call; the code that takes its place where it is called often, after a tenth of a second, doesn't.
    /// </summary>
    private static bool NormalizationAllocatesNothing()
    {
        NormalizationForm[] forms = Enum.GetValues<NormalizationForm>();
        char[] destination = new char[8];
        return SpinWait.SpinUntil(
            () =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                foreach (NormalizationForm form in forms)
                {
                    _ = "\u00C0".AsSpan().IsNormalized(form);
                    _ = "\u00C0\u0327".AsSpan().TryNormalize(destination, out _, form);
                }

                return GC.GetAllocatedBytesForCurrentThread() == before;
            },
            TimeSpan.FromSeconds(10));
    }

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
