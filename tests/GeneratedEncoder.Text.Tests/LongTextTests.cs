namespace GeneratedEncoder.Text.Tests;

/// <summary>What a text of millions of characters costs: no more of it is read than is needed, and its memory isn't kept.</summary>
[Collection(nameof(RunsAlone))]
public sealed class LongTextTests
{
    private const long Kept = 2 << 20;

    public static IEnumerable<object[]> Kinds => [["The cat sat on the mat. "], ["a"], [" "], ["\u0301\u0323"], ["世"], ["[MASK]"], ["\0"], ["\uD800"]];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_text_of_20_million_characters_leaves_no_memory_behind(string unit)
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>(new EncoderPipelineOptions { Truncation = Truncation.Left });
        float[] embedding = new float[Embedder.HiddenSize];
        encoder.Embed("warm", embedding);
        string text = Repeated(unit, 20_000_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        encoder.Embed(text, embedding, "");

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Kept);
        GC.KeepAlive(text);
    }

    [Fact]
    public void Four_at_once_leave_none_either()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>(new EncoderPipelineOptions { Truncation = Truncation.Left });
        encoder.Embed("warm");
        string text = Repeated("The cat sat on the mat. ", 5_000_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() => encoder.Embed(text)))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Kept);
        GC.KeepAlive(text);
    }

    /// <summary>A single word, or a heap of accents: their memory grows with them, and is given back.</summary>
    [Theory]
    [InlineData("roberta", null, "a")]
    [InlineData("xlm-roberta", null, "世")]
    [InlineData("gemma", null, "a")]
    [InlineData("uncased", "NFC", "\u0301\u0323")]
    public void What_cannot_be_cut_is_not_kept(string name, string? form, string unit)
    {
        TextTokenizer tokenizer = Tokenizers.With(name, form);
        TokenizerScratch scratch = new();
        tokenizer.Tokenize("warm", scratch);
        string text = Repeated(unit, 2_000_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        tokenizer.Tokenize(text, scratch);
        tokenizer.Return(scratch);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Kept);
        GC.KeepAlive(text);
        GC.KeepAlive(scratch);
    }

    [Theory]
    [InlineData("uncased", null)]
    [InlineData("roberta", null)]
    [InlineData("xlm-roberta", null)]
    [InlineData("gemma", null)]
    [InlineData("uncased", "NFKC")]
    public void No_more_of_a_text_is_read_than_its_first_tokens_take(string name, string? form)
    {
        TextTokenizer tokenizer = Tokenizers.With(name, form);
        TokenizerScratch scratch = new();
        tokenizer.Begin(scratch, most: 512);

        tokenizer.Tokenize(new InputText(Repeated("The cat sat on the mat. ", 1_000_000)), scratch, enough: 512);

        Assert.Equal(512, scratch.Tokens.Count);
        Assert.InRange(scratch.Read, 1, 20_000);
    }

    /// <summary>No merge joins what is before a word's blank with what is behind it, so that no more than a word has to wait.</summary>
    [Theory]
    [InlineData("The cat sat on the mat. ")]
    [InlineData("世界")]
    [InlineData("\uD83D\uDE00")]
    public void A_text_that_nothing_splits_into_words_takes_no_memory_with_its_length(string unit)
    {
        TextTokenizer tokenizer = Tokenizers.Changed("gemma", json => json["pre_tokenizer"] = null);
        TokenizerScratch scratch = new();
        string text = Repeated(unit, 1_000_000);
        tokenizer.Begin(scratch, most: 512);
        long before = GC.GetAllocatedBytesForCurrentThread();

        tokenizer.Tokenize(new InputText(text), scratch);

        Assert.InRange(scratch.Tokens.Total, 100_000, long.MaxValue);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512 << 10);
    }

    [Fact]
    public void A_text_that_must_not_be_cut_says_how_many_tokens_it_has()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>(new EncoderPipelineOptions { Truncation = Truncation.Error });

        Assert.Contains("The text has 300002 tokens", Assert.Throws<ArgumentException>(() => encoder.Embed(Repeated("世 ", 600_000))).Message);
    }

    /// <summary>Which one that is may be known long after both have more tokens than there is room for.</summary>
    [Theory]
    [InlineData("a ", 3000, "a ", 4000, 11)]
    [InlineData("a ", 4000, "a ", 3000, 10)]
    [InlineData("a ", 1020, "zzzzzzz ", 1100, 11)]
    [InlineData("zzzzzzz ", 9000, "a ", 1020, 10)]
    [InlineData("a ", 4000, "a ", 3, 3)]
    [InlineData("a ", 3, "a ", 4000, 18)]
    public void Of_two_texts_that_are_cut_the_longer_one_keeps_more(string first, int firsts, string second, int seconds, int kept)
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>();
        InputScratch scratch = encoder.Writer.Rent();

        encoder.Writer.WritePair(scratch, string.Concat(Enumerable.Repeat(first, firsts)), string.Concat(Enumerable.Repeat(second, seconds)));

        Assert.Equal(encoder.Info.MaxTokens, scratch.Pack.Tokens);
        Assert.Equal(kept, scratch.Pack.Types.Count(1) - 1); // Its separator has its type.
    }

    [Fact]
    public void Cancellation_is_heard_within_a_text()
    {
        using CancellationTokenSource source = new();
        TextTokenizer tokenizer = new(new TokenizerParts
        {
            Vocabulary = ["a"],
            Model = new Canceller(source),
            Normalizers = [],
            Template = new TokenTemplate([Slot.First(0)], null),
        });
        TokenizerScratch scratch = new();
        tokenizer.Begin(scratch);

        Assert.Throws<OperationCanceledException>(() => tokenizer.Tokenize(new InputText(new string('a', 1_000_000)), scratch, cancellationToken: source.Token));
        Assert.InRange(scratch.Read, 1, 10_000);
    }

    private static string Repeated(string unit, int length) => string.Create(length, unit, (chars, unit) =>
    {
        for (int i = 0; i < chars.Length; i++)
        {
            chars[i] = unit[i % unit.Length];
        }
    });

    /// <summary>Cancels a call as soon as it is given something of the text.</summary>
    private sealed class Canceller(CancellationTokenSource source) : TokenModel
    {
        public override int Encode(NormalizedText text, TextPiece part, TokenizerScratch scratch)
        {
            source.Cancel();
            return part.End;
        }
    }
}
