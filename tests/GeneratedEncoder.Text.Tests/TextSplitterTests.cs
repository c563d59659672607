using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What a splitter promises, of texts that people write and of random ones, and what it prefers.</summary>
public sealed class TextSplitterTests
{
    /// <summary>Pieces that random texts are made of: words, marks, white space, scripts without blanks, characters of many code points.</summary>
    private static readonly string[] s_pieces =
    [
        "a", "cat", "Transformers", "antidisestablishmentarianism", "1999", "3.14", "e.g.", "J.", ".", "!", "?", "...", "\u2026", ",", "\"", ")", "(", "'",
        " ", " ", " ", " ", "  ", "\n", "\r\n", "\n\n", "\r\n \r\n", "\t", "\u2029", "\u3000", "\u00A0",
        "\u3002", "\uFF01", "\u4F60\u597D", "\u6771\u4EAC\u90FD", "\u0E20\u0E32\u0E29\u0E32", "\uD55C\uAD6D\uC5B4", "\u0645\u0631\u062D\u0628\u0627", "\u0928\u092E\u0938\u094D\u0924\u0947",
        "\U0001F600", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F1EB\U0001F1F7", "\U0001F44D\U0001F3FD", "e\u0301\u0302", "\u0301", "\u200B", "\0", "\uFFFD", "\uD800", "\uDC00",
        "[MASK]", "<mask>", "[SEP]", "# Title\n", "1. ", "- ", "```", "\u2581", "##", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];

    [Theory]
    [InlineData("uncased", 1)]
    [InlineData("uncased", 2)]
    [InlineData("cased", 2)]
    [InlineData("roberta", 2)]
    [InlineData("xlm-roberta", 3)]
    public void Random_texts_are_split_as_promised(string name, int seed)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(name);
        Random random = new(seed);
        for (int round = 0; round < 400; round++)
        {
            string text = RandomText(random, random.Next(1, 120));
            int most = random.Next(8, 40), overlap = random.Next(0, most);

            AssertPromised(tokenizer, text, most, overlap, [.. new TextSplitter(tokenizer, most, overlap).Split(text)]);
        }
    }

    /// <summary>Many a character has several tokens, its bytes or a blank's mark: it is refused by name where a chunk can't hold it.</summary>
    [Theory]
    [InlineData("uncased", 0)]
    [InlineData("roberta", 1)]
    [InlineData("xlm-roberta", 1)]
    public void Chunks_of_the_fewest_tokens_are_right_or_refused(string name, int leastRefused)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(name);
        Random random = new(5);
        int split = 0, refused = 0;
        for (int round = 0; round < 300; round++)
        {
            string text = RandomText(random, random.Next(1, 6));
            int most = random.Next(1, 4), overlap = random.Next(0, most);
            try
            {
                AssertPromised(tokenizer, text, most, overlap, [.. new TextSplitter(tokenizer, most, overlap).Split(text)]);
                split++;
            }
            catch (ArgumentException e)
            {
                Assert.Matches($"tokens by itself; a chunk of at most {most} can't hold it", e.Message);
                refused++;
            }
        }

        Assert.InRange(split, 50, 300);
        Assert.InRange(refused, leastRefused, 250);
    }

    [Theory]
    [InlineData("uncased")]
    [InlineData("cased")]
    [InlineData("roberta")]
    [InlineData("xlm-roberta")]
    public void What_people_write_is_split_as_promised(string name)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(name);
        string[] texts = [.. TokenGolden.Read(name).Texts.Select(text => text.Text)];
        foreach (string text in (string[])[.. texts, string.Join(" ", texts), string.Join("\n\n", texts), string.Concat(texts)])
        {
            foreach ((int most, int overlap) in ((int, int)[])[(8, 0), (16, 15), (64, 16), (100000, 99999)])
            {
                AssertPromised(tokenizer, text, most, overlap, [.. new TextSplitter(tokenizer, most, overlap).Split(text)]);
            }
        }
    }

    [Fact]
    public void With_one_token_a_chunk_each_word_or_piece_is_one()
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer("uncased");
        const string Text = "a b. [MASK]  c";

        Assert.Equal(["a", "b", ".", "[MASK]", "c"], new TextSplitter(tokenizer, 1).Split(Text).Select(chunk => Text[chunk.Range]));
    }

    [Fact]
    public void A_text_that_fits_is_one_chunk_and_white_space_is_none()
    {
        TextSplitter splitter = new(TokenGolden.Tokenizer("uncased"), 100);

        Assert.Equal([new TextChunk(2, 5, 3)], splitter.Split("  a b c\n"));
        Assert.Empty(splitter.Split(""));
        Assert.Empty(splitter.Split(" \r\n\u3000"));
        Assert.Throws<ArgumentNullException>("text", () => splitter.Split(null!));
    }

    [Fact]
    public void Chunks_end_with_sentences_and_repeat_the_last_ones()
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer("uncased");
        string[] sentences = ["A b c d.", "E f g.", "H i j k?", "L m \"n o!\"", "P q r.", "S t u v w."];
        string text = string.Join(' ', sentences);

        Assert.Equal(
            ["A b c d. E f g.", "H i j k? L m \"n o!\"", "P q r. S t u v w."],
            new TextSplitter(tokenizer, 13).Split(text).Select(chunk => text[chunk.Range]));
        Assert.Equal(
            ["A b c d. E f g.", "E f g. H i j k?", "H i j k? L m \"n o!\"", "P q r. S t u v w."],
            new TextSplitter(tokenizer, 13, overlapTokens: 6).Split(text).Select(chunk => text[chunk.Range]));
    }

    [Fact]
    public void Paragraphs_are_preferred_to_sentences_and_these_to_lines_and_words()
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer("uncased");

        Assert.Equal(["A b. C d.", "E f. G h. I j."], Split("A b. C d.\n\nE f. G h. I j.", 9));
        Assert.Equal(["A b\nc d.", "E f\ng h i j"], Split("A b\nc d. E f\ng h i j", 7));
        Assert.Equal(["a b c\nd e f", "g h i\nj k l"], Split("a b c\nd e f\ng h i\nj k l", 8));
        Assert.Equal(["a b c d", "e f g"], Split("a b c d e f g", 4));
        Assert.Equal(["A b c d.", "# E\n\nF g h i."], Split("A b c d.\n\n# E\n\nF g h i.", 8));

        string[] Split(string text, int most) => [.. new TextSplitter(tokenizer, most).Split(text).Select(chunk => text[chunk.Range])];
    }

    [Theory]
    [InlineData("One. Two", 4, Boundary.Sentence)]
    [InlineData("One! Two", 4, Boundary.Sentence)]
    [InlineData("(One.) Two", 6, Boundary.Sentence)]
    [InlineData("\u201COne.\u201D Two", 6, Boundary.Sentence)]
    [InlineData("One\u2026 Two", 4, Boundary.Sentence)]
    [InlineData("One... two", 6, Boundary.Sentence)]
    [InlineData("\u4F60\u597D\u3002\u4E16\u754C", 3, Boundary.Sentence)]
    [InlineData("\u4F60\u597D\u3002\u300D\u4E16\u754C", 4, Boundary.Sentence)]
    [InlineData("\u4F60\u597D\u3002\u300D\u4E16\u754C", 3, Boundary.None)]
    [InlineData("\u0928\u092E\u0964 \u0928", 3, Boundary.Sentence)]
    [InlineData("\u0645\u061F \u0645", 2, Boundary.Sentence)]
    [InlineData("e.g. this", 4, Boundary.Word)]
    [InlineData("J. Smith", 2, Boundary.Word)]
    [InlineData("1. Item", 2, Boundary.Word)]
    [InlineData("in 1999. Then", 8, Boundary.Sentence)]
    [InlineData("3.14", 2, Boundary.None)]
    [InlineData("One two", 3, Boundary.Word)]
    [InlineData("One two", 2, Boundary.None)]
    [InlineData("One \n two", 3, Boundary.Line)]
    [InlineData("One\r\ntwo", 3, Boundary.Line)]
    [InlineData("One.\nTwo", 4, Boundary.Sentence)]
    [InlineData("One \r\n \r\n two", 3, Boundary.Paragraph)]
    [InlineData("One\u2029two", 3, Boundary.Paragraph)]
    [InlineData("# One\n\ntwo", 5, Boundary.Word)]
    [InlineData("x\n# One\n\ntwo", 7, Boundary.Word)]
    [InlineData("x # One\n\ntwo", 7, Boundary.Paragraph)]
    public void Boundaries_are_seen_by_simple_rules(string text, int at, object boundary) => Assert.Equal(boundary, TextBoundaries.At(text, at));

    /// <summary>Grows with the text: the tokenizer sees each character a bounded number of times, whatever the text is.</summary>
    [Theory]
    [InlineData("a ", 0)]
    [InlineData("a. ", 7)]
    [InlineData("a", 0)]
    [InlineData("\u4F60", 0)]
    [InlineData("e\u0301", 0)]
    [InlineData("\u0301", 0)]
    [InlineData("\0", 0)]
    [InlineData("\U0001F468\u200D", 0)]
    [InlineData("a b c d e f g h i j k l m n o p q r s t u v w x y z ", 7)]
    [InlineData(" \n", 7)]
    [InlineData("a. supercalifragilisticexpialidocious is a word without end and so is this sentence ", 7)]
    public void Time_grows_with_the_length(string piece, int overlap)
    {
        long small = Characters(4_000), large = Characters(32_000);

        Assert.True(large <= 16 * small, $"{small} characters counted of 4000, {large} of 32000");

        long Characters(int length)
        {
            TextTokenizer tokenizer = TokenGolden.Tokenizer("uncased");
            string text = string.Concat(Enumerable.Repeat(piece, length / piece.Length));
            long counted = length;
            TextSplitter splitter = new(
                tokenizer, 16, overlap,
                chunk =>
                {
                    counted += chunk.Length;
                    return tokenizer.CountTokens(chunk, addSpecialTokens: false);
                },
                _ => true);
            int chunks = splitter.Split(text).Count();
            return counted + chunks;
        }
    }

    [Fact]
    public void An_encoder_reads_each_chunk_whole_with_its_prompt()
    {
        using TinyModel model = TinyModel.For<PromptedEmbedder>();
        using EncoderPipeline<PromptedEmbedder> encoder = model.Load<PromptedEmbedder>();
        string text = string.Join("\n", TokenGolden.Read("uncased").Texts.Select(golden => golden.Text));
        foreach (string? prompt in (string?[])[null, "", "query"])
        {
            TextSplitter splitter = encoder.CreateSplitter(new TextSplitterOptions { PromptName = prompt });

            Assert.Equal(24 - encoder.CountTokens("", prompt), splitter.MaxTokensPerChunk);
            Assert.Equal(splitter.MaxTokensPerChunk / 8, splitter.OverlapTokens);
            int chunks = 0;
            foreach (TextChunk chunk in splitter.Split(text))
            {
                Assert.False(encoder.EmbedText(text[chunk.Range], prompt).Usage.IsTruncated);
                Assert.Equal(encoder.CountTokens(text[chunk.Range], "") - 2, chunk.Tokens);
                chunks++;
            }

            Assert.InRange(chunks, 100, text.Length);
        }
    }

    [Fact]
    public void What_a_chunk_can_t_have_is_refused()
    {
        using TinyModel model = TinyModel.For<PromptedEmbedder>();
        using EncoderPipeline<PromptedEmbedder> encoder = model.Load<PromptedEmbedder>();
        TextTokenizer tokenizer = encoder.Tokenizer;

        Assert.Throws<ArgumentOutOfRangeException>("maxTokensPerChunk", () => new TextSplitter(tokenizer, 0));
        Assert.Throws<ArgumentOutOfRangeException>("overlapTokens", () => new TextSplitter(tokenizer, 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>("overlapTokens", () => new TextSplitter(tokenizer, 4, -1));
        Assert.Throws<ArgumentNullException>("tokenizer", () => new TextSplitter(null!, 4));
        Assert.Contains(
            "MaxTokensPerChunk is 23; beside 2 special tokens and the prompt's 0, prompted has room for 1 to 22.",
            Assert.Throws<ArgumentOutOfRangeException>(() => encoder.CreateSplitter(new TextSplitterOptions { MaxTokensPerChunk = 23, PromptName = "" })).Message);
        Assert.Contains(
            "OverlapTokens is 8; with at most 8 tokens a chunk it must be from 0 to 7.",
            Assert.Throws<ArgumentOutOfRangeException>(() => encoder.CreateSplitter(new TextSplitterOptions { MaxTokensPerChunk = 8, OverlapTokens = 8 })).Message);
        Assert.Throws<ArgumentException>("promptName", () => encoder.CreateSplitter(new TextSplitterOptions { PromptName = "no" }));
    }

    private static string RandomText(Random random, int pieces)
    {
        StringBuilder text = new();
        while (pieces-- > 0)
        {
            text.Append(s_pieces[random.Next(s_pieces.Length)]);
        }

        return text.ToString();
    }

    private static void AssertPromised(TextTokenizer tokenizer, string text, int most, int overlap, TextChunk[] chunks)
    {
        int done = 0;
        foreach ((int i, TextChunk chunk) in chunks.Index())
        {
            string part = text[chunk.Range];
            int tokens = tokenizer.Encode(part).Length - 2, end = chunk.Start + chunk.Length;
            Assert.True(tokens <= most, $"'{part}' has {tokens} tokens, more than {most}");
            Assert.Equal(tokens, chunk.Tokens);
            Assert.False(char.IsWhiteSpace(part[0]) || char.IsWhiteSpace(part[^1]));

            // Nothing is left out, and each chunk goes on.
            Assert.True(chunk.Start <= done || string.IsNullOrWhiteSpace(text[done..chunk.Start]));
            Assert.True(end > done && (i == 0 || chunk.Start > chunks[i - 1].Start));

            // What is repeated is sentences or lines, of few enough tokens.
            if (chunk.Start < done)
            {
                int before = chunk.Start;
                while (char.IsWhiteSpace(text[before - 1]))
                {
                    before--;
                }

                Assert.True(TextBoundaries.At(text, before) > Boundary.Word);
                Assert.True(overlap > 0);
            }

            // A character is split only where a chunk can't hold it.
            foreach (int place in (int[])[chunk.Start, end])
            {
                if (place > 0 && place < text.Length)
                {
                    Assert.False(char.IsSurrogatePair(text, place - 1));
                    if (Around(text, place) is { } character && !char.IsWhiteSpace(character[0]))
                    {
                        Assert.True(tokenizer.Encode(character).Length - 2 > most || character.Length > 64, $"'{character}' is split");
                    }
                }
            }

            done = end;
        }

        Assert.True(string.IsNullOrWhiteSpace(text[done..]));
    }

    /// <summary>What a reader sees as one character around a place; null where one ends there.</summary>
    private static string? Around(string text, int place)
    {
        int at = 0;
        while (at < place)
        {
            int length = StringInfo.GetNextTextElementLength(text.AsSpan(at));
            if (at + length > place)
            {
                return text.Substring(at, length);
            }

            at += length;
        }

        return null;
    }
}
