namespace GeneratedEncoder.Text.Tests;

/// <summary>A text's embedding is its golden token ids' embedding, in every way of asking for it.</summary>
public sealed class EncoderPipelineTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_text_is_embedded_as_the_ids_that_the_golden_has()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();
        foreach (TokenGoldenText text in ShortTexts())
        {
            Assert.Equal(EmbeddingOf(encoder, text.Ids), encoder.Embed(text.Text));
        }
    }

    [Fact]
    public void Many_texts_come_in_order_with_the_bits_that_each_has_alone()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();
        string[] texts = [.. TokenGolden.Read("uncased").Texts.Select(text => text.Text)];

        float[][] embeddings = encoder.Embed(texts);

        Assert.Equal(texts.Length, embeddings.Length);
        foreach ((int i, string text) in texts.Index())
        {
            Assert.Equal(encoder.Embed(text), embeddings[i]);
        }
    }

    [Fact]
    public void A_long_text_is_cut_to_the_encoder_s_length_from_the_side_that_was_asked_for()
    {
        string text = string.Join(' ', Enumerable.Range(0, 10).Select(i => $"one two three {i}"));
        int[] ids = TextTokenizer.Load(_model.Folder).Encode(text);
        Assert.True(ids.Length > 24);
        using EncoderPipeline<Embedder> right = _model.Load<Embedder>();
        using EncoderPipeline<Embedder> left = _model.Load<Embedder>(new EncoderPipelineOptions { Truncation = Truncation.Left });

        Assert.Equal(EmbeddingOf(right, [.. ids[..23], ids[^1]]), right.Embed(text));
        Assert.Equal(EmbeddingOf(left, [ids[0], .. ids[^23..]]), left.Embed(text));
    }

    [Fact]
    public void A_long_text_is_refused_where_that_was_asked_for()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>(new EncoderPipelineOptions { Truncation = Truncation.Error });

        ArgumentException exception = Assert.Throws<ArgumentException>(() => encoder.Embed(string.Join(' ', Enumerable.Repeat("a", 40))));

        Assert.StartsWith("The text has 42 tokens, special ones among them, but Embedder takes at most 24.", exception.Message);
    }

    [Fact]
    public void An_empty_text_is_its_special_tokens()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();

        Assert.Equal(EmbeddingOf(encoder, [2, 3]), encoder.Embed(""));
    }

    [Fact]
    public void A_prompt_stands_before_the_text()
    {
        using EncoderPipeline<PromptedEmbedder> encoder = _model.Load<PromptedEmbedder>();

        Assert.Equal(encoder.Embed("query: hello world", promptName: ""), encoder.Embed("hello world", "query"));
        Assert.Equal(encoder.Embed("passage: hello world", promptName: ""), encoder.Embed("hello world"));
        Assert.Equal(encoder.Embed("passage: hello", promptName: ""), encoder.Embed(["hello"])[0]);
        Assert.NotEqual(encoder.Embed("hello world", ""), encoder.Embed("hello world"));

        ArgumentException exception = Assert.Throws<ArgumentException>(() => encoder.Embed("hello", "question"));
        Assert.StartsWith("prompted has no prompt named 'question'; it has query, passage.", exception.Message);
    }

    /// <summary>As sentence-transformers does, which matters where a tokenizer sees blanks: byte-level BPE, Unigram.</summary>
    [Fact]
    public void White_space_at_the_ends_of_a_text_to_be_embedded_is_not_read()
    {
        CopyTokenizer("roberta");
        using EncoderPipeline<PromptedEmbedder> encoder = _model.Load<PromptedEmbedder>(new EncoderPipelineOptions { PromptName = "" });
        Assert.NotEqual(encoder.Tokenizer.Encode("a cat"), encoder.Tokenizer.Encode(" a cat\n"));

        Assert.Equal(encoder.Embed("a cat"), encoder.Embed(" \t\u001Fa cat\u3000\r\n"));
        Assert.Equal(encoder.Embed(["a cat"])[0], encoder.Embed([" a cat\n"])[0]);
        Assert.Equal(encoder.Embed("query: a cat"), encoder.Embed("a cat\n", "query"));
        Assert.Equal(encoder.Embed("query:"), encoder.Embed(" ", "query"));
        Assert.Equal(encoder.Embed(""), encoder.Embed(" \n"));
        Assert.NotEqual(encoder.Embed("query: a cat"), encoder.Embed(" a cat", "query"));
    }

    [Theory]
    [InlineData("The CAT [MASK]", "the cat [mask]")]
    [InlineData("\u0130stanbul \u1E9E \U00010400", "i\u0307stanbul ß \U00010428")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφος")]
    [InlineData("Σ ΑΣ'Α", "σ ασ'α")]
    [InlineData("ΑΣ' ΑΣ-Σ", "ας' ας-σ")]
    [InlineData("1Σ ⅠΣ.", "1σ ⅰς.")]
    public void A_folder_may_ask_for_lower_case_as_Python_has_it(string text, string lower)
    {
        CopyTokenizer("roberta");
        using (EncoderPipeline<PromptedEmbedder> asWritten = _model.Load<PromptedEmbedder>(new EncoderPipelineOptions { PromptName = "" }))
        {
            Assert.NotEqual(asWritten.Embed(lower), asWritten.Embed(text));
        }

        File.WriteAllText(Path.Combine(_model.Folder, "sentence_bert_config.json"), """{"max_seq_length": 24, "do_lower_case": true}""");
        using EncoderPipeline<PromptedEmbedder> encoder = _model.Load<PromptedEmbedder>(new EncoderPipelineOptions { PromptName = "" });

        Assert.Equal(encoder.Embed(lower), encoder.Embed(text));
    }

    [Fact]
    public void A_folder_may_say_from_which_side_texts_are_cut()
    {
        string text = string.Join(' ', Enumerable.Range(0, 40).Select(i => (char)('a' + i % 26)));
        EncoderPipelineOptions left = new() { Truncation = Truncation.Left }, right = new() { Truncation = Truncation.Right };
        Assert.Equal(Embedding(right), Embedding(null));
        Assert.NotEqual(Embedding(right), Embedding(left));

        File.WriteAllText(Path.Combine(_model.Folder, "tokenizer_config.json"), """{"truncation_side": "left"}""");

        Assert.Equal(Embedding(left), Embedding(null));
        Assert.NotEqual(Embedding(left), Embedding(right));

        float[] Embedding(EncoderPipelineOptions? options)
        {
            using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>(options);
            return encoder.Embed(text);
        }
    }

    [Fact]
    public void A_prompt_may_be_chosen_for_all_texts_and_must_exist()
    {
        using EncoderPipeline<PromptedEmbedder> encoder = _model.Load<PromptedEmbedder>(new EncoderPipelineOptions { PromptName = "query" });

        Assert.Equal(encoder.Embed("hello", "query"), encoder.Embed("hello"));
        Assert.Throws<ArgumentException>(() => _model.Load<Embedder>(new EncoderPipelineOptions { PromptName = "query" }));
    }

    [Fact]
    public void Progress_counts_texts_and_cancellation_is_heard_between_them()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();
        using CancellationTokenSource source = new();
        Counts counts = new();
        encoder.Embed(Enumerable.Repeat("one two three four five", 500), progress: counts);
        Assert.Equal(500, counts.Values[^1]);
        Assert.True(counts.Values.Count > 1);
        Assert.Equal(counts.Values.Order(), counts.Values);

        int read = 0;
        IEnumerable<string> texts = Enumerable.Range(0, 1000).Select(_ =>
        {
            if (++read == 3)
            {
                source.Cancel();
            }

            return "a text";
        });
        Assert.Throws<OperationCanceledException>(() => encoder.Embed(texts, cancellationToken: source.Token));
        Assert.Equal(3, read);
    }

    [Fact]
    public void Threads_share_an_encoder()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();
        TokenGoldenText[] texts = [.. ShortTexts()];
        float[][] alone = [.. texts.Select(text => encoder.Embed(text.Text))];

        Parallel.For(0, 400, i => Assert.Equal(alone[i % texts.Length], encoder.Embed(texts[i % texts.Length].Text)));
    }

    [Fact]
    public void Nulls_are_named()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();

        Assert.Throws<ArgumentNullException>("text", () => encoder.Embed((string)null!));
        Assert.Throws<ArgumentNullException>("texts", () => encoder.Embed((IEnumerable<string>)null!));
        Assert.StartsWith("The text at index 1 is null.", Assert.Throws<ArgumentException>(() => encoder.Embed(["a", null!])).Message);
    }

    private void CopyTokenizer(string name) =>
        File.Copy(Path.Combine(TokenGolden.Folder, name, "tokenizer.json"), Path.Combine(_model.Folder, "tokenizer.json"), overwrite: true);

    /// <summary>Texts that the encoder takes whole.</summary>
    private static IEnumerable<TokenGoldenText> ShortTexts() => TokenGolden.Read("uncased").Texts.Where(text => text.Ids.Length <= 24);

    private static float[] EmbeddingOf(EncoderPipeline<Embedder> encoder, int[] ids)
    {
        float[] embedding = new float[Embedder.HiddenSize];
        encoder.Encoder.Embed(ids, embedding);
        return embedding;
    }

    private sealed class Counts : IProgress<int>
    {
        public List<int> Values { get; } = [];

        public void Report(int value) => Values.Add(value);
    }
}
