namespace GeneratedEncoder.Text.Tests;

/// <summary>The tokenizers of ModernBERT, T5, DeBERTa v2 and v3 and Gemma equal Hugging Face's tokenizers library (goldens/make_modern.mjs).</summary>
public sealed class ModernTokenizerTests
{
    private static readonly string[] s_names =
    [
        "ModernBERT", "T5, first files", "T5, later files", "T5, as it is converted now", "DeBERTa v3", "DeBERTa v3 in lower case", "Gemma", "Gemma without words",
        "Gemma with blanks",
    ];

    public static IEnumerable<object[]> All => s_names.Select(name => new object[] { name });

    [Fact]
    public void The_golden_has_these_tokenizers_and_no_others() => Assert.Equal(s_names, ModernTokenizer.All.Keys);

    [Theory]
    [MemberData(nameof(All))]
    public void A_text_has_the_same_ids(string name)
    {
        ModernTokenizer golden = ModernTokenizer.All[name];
        TextTokenizer tokenizer = golden.Load();

        Assert.True(golden.Texts.Count() >= 50);
        Assert.All(golden.Texts, text => Assert.Equal(text.Ids, tokenizer.Encode(text.Text)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_pair_has_the_same_ids_and_types(string name)
    {
        ModernTokenizer golden = ModernTokenizer.All[name];
        TextTokenizer tokenizer = golden.Load();

        Assert.NotEmpty(golden.Pairs);
        Assert.All(golden.Pairs, pair =>
        {
            TokenizedText text = tokenizer.TokenizePair(pair.First, pair.Second);
            Assert.Equal(pair.Ids, text.InputIds.ToArray());
            Assert.Equal(pair.Types, text.TokenTypeIds.ToArray());
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Ids_become_the_same_text(string name)
    {
        ModernTokenizer golden = ModernTokenizer.All[name];
        TextTokenizer tokenizer = golden.Load();

        Assert.Equal(name != "DeBERTa v3 in lower case", golden.Decoded.Any());
        Assert.All(golden.Decoded, row =>
        {
            Assert.Equal(row.Text, tokenizer.Decode(row.Ids));
            Assert.Equal(row.Plain, tokenizer.Decode(row.Ids, skipSpecialTokens: true));
        });
    }

    /// <summary>A prompt ends in the middle of what might be joined; merges don't know where.</summary>
    [Theory]
    [InlineData("Gemma", "task: search result | query: ")]
    [InlineData("Gemma", "title: none | text:")]
    [InlineData("T5, later files", "query: ")]
    [InlineData("ModernBERT", "search_document: ")]
    public void A_prompt_and_a_text_are_read_as_one(string name, string prompt)
    {
        TextTokenizer tokenizer = ModernTokenizer.All[name].Load();
        TokenizerScratch scratch = new() { Chunk = 16 }, whole = new();
        foreach (string text in (string[])["the cats of the mat", "ed", "▁the", " the", "\n\nx", "."])
        {
            tokenizer.Begin(scratch);
            tokenizer.Tokenize(InputText.Sentence(prompt, text, lowers: false), scratch);
            tokenizer.Tokenize(prompt + text, whole);

            Assert.Equal(whole.Tokens.Ids, scratch.Tokens.Ids);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void However_a_text_is_cut_into_chunks_it_has_the_same_tokens(string name)
    {
        ModernTokenizer golden = ModernTokenizer.All[name];
        TextTokenizer tokenizer = golden.Load();
        string[] texts = [.. golden.Texts.Select(text => text.Text)];
        TokenizerScratch whole = new() { Chunk = int.MaxValue };
        foreach (int chunk in (int[])[2, 3, 16])
        {
            TokenizerScratch scratch = new() { Chunk = chunk };
            foreach (string text in texts.Append(string.Join(' ', texts)).Append(string.Concat(texts)))
            {
                tokenizer.Tokenize(text, whole);
                tokenizer.Tokenize(text, scratch);

                Assert.Equal(whole.Tokens.Ids, scratch.Tokens.Ids);
                Assert.Equal(whole.Tokens.Starts, scratch.Tokens.Starts);
                Assert.Equal(whole.Tokens.Ends, scratch.Tokens.Ends);
            }
        }
    }
}
