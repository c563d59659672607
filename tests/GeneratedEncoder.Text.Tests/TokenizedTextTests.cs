namespace GeneratedEncoder.Text.Tests;

/// <summary>Ids as an encoder gets them, counts, and places of tokens in the text.</summary>
public sealed class TokenizedTextTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("uncased")]
    [InlineData("cased")]
    [InlineData("roberta")]
    [InlineData("xlm-roberta")]
    public void A_tokenizer_gives_ids_types_tokens_and_places(string name)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(name);
        foreach (TokenGoldenText text in TokenGolden.Read(name).Texts)
        {
            TokenizedText tokens = tokenizer.Tokenize(text.Text);

            Assert.Equal(tokenizer.Encode(text.Text), tokens.InputIds.ToArray());
            Assert.Equal(tokens.Count, tokenizer.CountTokens(text.Text));
            Assert.Equal(tokens.Count - 2, tokenizer.CountTokens(text.Text, addSpecialTokens: false));
            Assert.Equal(tokens.InputIds[1..^1].ToArray(), tokenizer.Tokenize(text.Text, addSpecialTokens: false).InputIds.ToArray());
            Assert.Equal(new TokenUsage(tokens.Count, 0), tokens.Usage);
            Assert.Equal(tokens.Select(token => token.Id), tokens.InputIds.ToArray());
            Assert.All(tokens, token => Assert.Equal(tokenizer.Token(token.Id), token.Token));
            Assert.All(tokens, token => Assert.Equal(0, token.TypeId));
            Assert.Equal([TokenSource.Special, TokenSource.Special], new[] { tokens[0].Source, tokens[^1].Source });
            Assert.All(tokens.Skip(1).SkipLast(1), token => Assert.Equal(TokenSource.Text, token.Source));
            Assert.All(tokens, token => Assert.InRange(token.Start + token.Length, 0, text.Text.Length));
            if (name is "uncased" or "cased")
            {
                Assert.Equal(text.Offsets, tokens.SelectMany(token => (int[])[token.Start, token.Start + token.Length]));
            }
        }
    }

    [Theory]
    [InlineData("uncased")]
    [InlineData("roberta")]
    [InlineData("xlm-roberta")]
    public void A_tokenizer_puts_two_texts_together(string name)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(name);
        foreach (TokenGoldenPair pair in TokenGolden.Read(name).Pairs)
        {
            TokenizedText tokens = tokenizer.TokenizePair(pair.First, pair.Second);

            Assert.Equal(pair.Ids, tokens.InputIds.ToArray());
            Assert.Equal(pair.Types, tokens.TokenTypeIds.ToArray());
            Assert.All(tokens.Where(token => token.Source == TokenSource.Text), token => Assert.InRange(token.Start + token.Length, 0, pair.First.Length));
            Assert.All(tokens.Where(token => token.Source == TokenSource.Second), token => Assert.InRange(token.Start + token.Length, 0, pair.Second.Length));
        }
    }

    [Fact]
    public void Ids_are_those_that_the_encoder_is_given_whatever_it_does_to_a_text()
    {
        foreach (Truncation truncation in (Truncation[])[Truncation.Right, Truncation.Left])
        {
            using EncoderPipeline<PromptedEmbedder> encoder = _model.Load<PromptedEmbedder>(new EncoderPipelineOptions { Truncation = truncation });
            int[] ids = new int[encoder.Info.MaxTokens], types = new int[encoder.Info.MaxTokens];
            float[] embedding = new float[encoder.Info.HiddenSize];
            foreach (TokenGoldenText text in TokenGolden.Read("uncased").Texts)
            {
                foreach (string? prompt in (string?[])[null, "", "query"])
                {
                    TokenizedText tokens = encoder.Tokenize(text.Text, prompt);
                    TokenUsage usage = encoder.Tokenize(text.Text, ids, types, prompt);

                    encoder.Encoder.Embed(tokens.InputIds, tokens.TokenTypeIds, embedding);
                    Assert.Equal(encoder.Embed(text.Text, prompt), embedding);
                    Assert.Equal(tokens.InputIds.ToArray(), ids[..usage.Tokens]);
                    Assert.Equal(tokens.TokenTypeIds.ToArray(), types[..usage.Tokens]);
                    Assert.Equal(tokens.Usage, usage);
                    Assert.Equal(encoder.CountTokens(text.Text, prompt), usage.Tokens + usage.TruncatedTokens);
                    Assert.Equal(usage.IsTruncated, encoder.CountTokens(text.Text, prompt) > encoder.Info.MaxTokens);
                }
            }
        }
    }

    /// <summary>Whatever stands before a text or is trimmed off it, its tokens' places are those that it has alone.</summary>
    [Theory]
    [InlineData("hello world", "query")]
    [InlineData("  hello,  Café au lait \n", "query")]
    [InlineData("hello, Café", "")]
    [InlineData("\u3000 \thello", "")]
    [InlineData(" ", "query")]
    [InlineData("", "query")]
    [InlineData("", "")]
    public void Places_point_into_the_text_without_its_prompt(string text, string prompt)
    {
        using EncoderPipeline<PromptedEmbedder> encoder = _model.Load<PromptedEmbedder>();

        TokenizedText tokens = encoder.Tokenize(text, prompt);

        TextToken[] alone = [.. encoder.Tokenizer.Tokenize(text, addSpecialTokens: false)];
        Assert.Equal(alone.Select(token => (token.Id, token.Start, token.Length)), tokens.Where(token => token.Source == TokenSource.Text).Select(token => (token.Id, token.Start, token.Length)));
        int prompted = encoder.Tokenizer.CountTokens(prompt.Length > 0 ? "query: " : "", addSpecialTokens: false);
        Assert.Equal(prompted, tokens.Count(token => token is { Source: TokenSource.Prompt, Start: 0, Length: 0 }));
        Assert.Equal(2, tokens.Count(token => token.Source == TokenSource.Special));
    }

    /// <summary>In lower case "İ" is two characters, the second of which is an accent.</summary>
    [Fact]
    public void Places_point_into_the_text_before_it_was_put_into_lower_case()
    {
        File.Copy(Path.Combine(TokenGolden.Folder, "roberta", "tokenizer.json"), Path.Combine(_model.Folder, "tokenizer.json"), overwrite: true);
        File.WriteAllText(Path.Combine(_model.Folder, "sentence_bert_config.json"), """{"max_seq_length": 24, "do_lower_case": true}""");
        using EncoderPipeline<PromptedEmbedder> encoder = _model.Load<PromptedEmbedder>();
        const string Text = " \u0130\u0130 \U00010400\u0130 A";

        TextToken[] tokens = [.. encoder.Tokenize(Text, "query").Where(token => token.Source == TokenSource.Text)];

        Assert.Equal("A", Text.Substring(tokens[^1].Start, tokens[^1].Length));
        Assert.All(tokens, token => Assert.Contains(Text.Substring(token.Start, token.Length), (string[])["", "\u0130", "\U00010400", "A"]));
        Assert.Equal(tokens.Select(token => token.Start).Order(), tokens.Select(token => token.Start));
        Assert.Equal(Text.IndexOf('\u0130'), tokens.First(token => token.Length > 0).Start);
    }

    [Theory]
    [InlineData(Truncation.Right, PairTruncation.LongestFirst)]
    [InlineData(Truncation.Left, PairTruncation.LongestFirst)]
    [InlineData(Truncation.Right, PairTruncation.OnlySecond)]
    [InlineData(Truncation.Left, PairTruncation.OnlySecond)]
    public void Two_texts_are_cut_as_the_encoder_is_given_them(Truncation truncation, PairTruncation pairs)
    {
        using TinyModel model = TinyModel.For<Ranker>();
        using EncoderPipeline<Ranker> encoder = model.Load<Ranker>(new EncoderPipelineOptions { Truncation = truncation, PairTruncation = pairs });
        foreach ((string first, string second) in ((string, string)[])[("a b c", "d e"), ("a b c d", string.Join(' ', Enumerable.Range(0, 40).Select(i => (char)('a' + i % 26)))), ("", "x"), ("on the mat", "")])
        {
            TokenizedText tokens = encoder.TokenizeInput(first, second);

            InputScratch scratch = new();
            encoder.Writer.WritePair(scratch, first, second);
            Assert.Equal(scratch.Pack.Ids.ToArray(), tokens.InputIds.ToArray());
            Assert.Equal(scratch.Pack.Usage(0), tokens.Usage);
            Assert.Equal(encoder.Tokenizer.TokenizePair(first, second).Count, tokens.Count + tokens.Usage.TruncatedTokens);
            Assert.All(tokens.Where(token => token.Source == TokenSource.Second && token.Token is not "[UNK]"), token => Assert.StartsWith(token.Token, second[token.Start..]));
        }

        Assert.Equal(encoder.Tokenizer.Encode(" a "), encoder.TokenizeInput(" a ").InputIds.ToArray());
    }

    [Fact]
    public void Spans_that_are_too_short_are_refused_before_anything_is_written()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();
        int[] ids = [7, 7, 7, 7], types = [7, 7];

        Assert.StartsWith("The text has 4 tokens, but there is room for 3.", Assert.Throws<ArgumentException>("inputIds", () => encoder.Tokenize("a b", ids.AsSpan(0, 3), default)).Message);
        Assert.Throws<ArgumentException>("tokenTypeIds", () => encoder.Tokenize("a b", ids, types));
        Assert.Equal([7, 7, 7, 7], ids);
        Assert.Equal(new TokenUsage(4, 0), encoder.Tokenize("a b", ids, default));
        Assert.Equal(2, ids[0]);
    }

    [Fact]
    public void Nulls_and_wrong_places_are_named()
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>();

        Assert.Throws<ArgumentNullException>("text", () => encoder.Tokenize(null!));
        Assert.Throws<ArgumentNullException>("text", () => encoder.TokenizeInput(null!));
        Assert.Throws<ArgumentNullException>("text", () => encoder.Tokenizer.Tokenize(null!));
        Assert.Throws<ArgumentNullException>("second", () => encoder.Tokenizer.TokenizePair("a", null!));
        Assert.Throws<ArgumentNullException>("token", () => encoder.Tokenizer.TokenId(null!));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => encoder.Tokenize("a")[3]);
        Assert.Throws<ArgumentException>("promptName", () => encoder.CountTokens("a", "query"));
    }
}
