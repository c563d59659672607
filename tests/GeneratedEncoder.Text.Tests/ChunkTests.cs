using System.Text;
using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>A text is read in chunks; its tokens don't depend on where these end, nor on how many of them are wanted.</summary>
public sealed class ChunkTests
{
    private static readonly string[] s_more =
    [
        new string('x', 300) + " " + new string('x', 101), "ΑΣ:' ΟΔΟΣ ΣΑΣ. Σ'Α'Σ'", " \u00A0 a \n\n b  ", "e" + string.Concat(Enumerable.Repeat("\u0301\u0323", 40)) + "e",
        "\uD83D a \uDE00 \uD83D\uDE00\uD83D", "a\0b\uFFFE", "it's they'll ' 'l", "",
    ];

    public static IEnumerable<object?[]> All =>
        from name in (string[])["uncased", "cased", "lower-accented", "roberta", "xlm-roberta"]
        from normalizer in (string?[])[null, "NFC", "NFKD", "Chain"]
        where normalizer is null || File.Exists(Path.Combine(TokenGolden.Folder, name, "tokenizer.json"))
        select new object?[] { name, normalizer };

    [Theory]
    [MemberData(nameof(All))]
    public void However_a_text_is_cut_into_chunks_it_has_the_same_tokens(string name, string? normalizer)
    {
        TextTokenizer tokenizer = Tokenizer(name, normalizer);
        TokenizerScratch whole = new() { Chunk = int.MaxValue };
        foreach (int chunk in (int[])[2, 3, 5, 16])
        {
            TokenizerScratch scratch = new() { Chunk = chunk };
            foreach (string text in Texts(name))
            {
                tokenizer.Tokenize(text, whole);
                tokenizer.Tokenize(text, scratch);
                AssertSame(whole, scratch);

                tokenizer.Begin(whole);
                tokenizer.Tokenize(InputText.Sentence(" Query: ", text, lowers: true), whole);
                tokenizer.Begin(scratch);
                tokenizer.Tokenize(InputText.Sentence(" Query: ", text, lowers: true), scratch);
                AssertSame(whole, scratch);
            }
        }
    }

    [Theory]
    [InlineData("uncased")]
    [InlineData("roberta")]
    [InlineData("xlm-roberta")]
    public void The_first_or_the_last_tokens_are_those_of_the_whole_and_the_others_are_counted(string name)
    {
        TextTokenizer tokenizer = Tokenizer(name, null);
        TokenizerScratch whole = new(), cut = new() { Chunk = 8 };
        foreach (string text in Texts(name))
        {
            tokenizer.Tokenize(text, whole);
            int count = whole.Tokens.Count;
            foreach (int most in (int[])[0, 1, 7, 64])
            {
                int kept = Math.Min(most, count);
                tokenizer.Begin(cut, most, keepsLast: false);
                tokenizer.Tokenize(new InputText(text), cut, enough: most);
                Assert.Equal(whole.Tokens.Ids[..kept], cut.Tokens.Ids);
                Assert.Equal(count > most, cut.Tokens.Total > most);

                tokenizer.Tokenize(new InputText(text), cut);
                Assert.Equal(count, cut.Tokens.Total);
                Assert.Equal(whole.Tokens.Ids[..kept], cut.Tokens.Ids);
                Assert.Equal(whole.Tokens.Ends[..kept], cut.Tokens.Ends);

                tokenizer.Begin(cut, most, keepsLast: true);
                tokenizer.Tokenize(new InputText(text), cut);
                Assert.Equal(count, cut.Tokens.Total);
                Assert.Equal(whole.Tokens.Ids[^kept..], cut.Tokens.Ids);
                Assert.Equal(whole.Tokens.Starts[^kept..], cut.Tokens.Starts);
            }
        }
    }

    /// <summary>Heaps of accents are put in order by code of ours; the runtime's takes longer, and is right.</summary>
    [Theory]
    [InlineData(NormalizationForm.FormC)]
    [InlineData(NormalizationForm.FormD)]
    [InlineData(NormalizationForm.FormKC)]
    [InlineData(NormalizationForm.FormKD)]
    public void A_heap_of_accents_is_normalized_as_the_runtime_does(NormalizationForm form)
    {
        // Marks of every combining class, marks that are several, and characters of no class that marks stay behind.
        int[] marks = [.. Enumerable.Range(0x300, 0x1E00).Concat(Enumerable.Range(0x1D165, 10)).Append(0x16FF0).Append(0xFB1E).Where(code => Rune.IsValid(code) && Characters.IsMark(new Rune(code)))];
        string[] others = ["e", "Å", "\uFB01", "\u3099", "각", "\u1100\u1161", "\u200D", "\u0344", "\u0F73"];
        Random random = new(5);
        for (int round = 0; round < 300; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 120)).Select(_ =>
                random.Next(12) == 0 ? others[random.Next(others.Length)] : char.ConvertFromUtf32(marks[random.Next(marks.Length)])));

            Assert.Equal(text.Normalize(form), CombiningMarks.Normalize(text, form).ToString());
        }
    }

    private static TextTokenizer Tokenizer(string name, string? normalizer) => normalizer != "Chain"
        ? Tokenizers.With(name, normalizer)
        : Tokenizers.Changed(name, json => json["normalizer"] = JsonNode.Parse("""
            {"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"String":"ab"},"content":"c "},{"type":"NFKD"},{"type":"StripAccents"},{"type":"Lowercase"},
            {"type":"Strip","strip_left":true,"strip_right":true},{"type":"Replace","pattern":{"String":"  "},"content":" "},{"type":"Replace","pattern":{"String":"😀"},"content":"!"}]}
            """));

    private static IEnumerable<string> Texts(string name)
    {
        string[] corpus = [.. TokenGolden.Read(name).Texts.Select(text => text.Text), .. s_more];
        return corpus.Append(string.Join(' ', corpus)).Append(string.Concat(corpus));
    }

    private static void AssertSame(TokenizerScratch expected, TokenizerScratch actual)
    {
        Assert.Equal(expected.Tokens.Ids, actual.Tokens.Ids);
        Assert.Equal(expected.Tokens.Starts, actual.Tokens.Starts);
        Assert.Equal(expected.Tokens.Ends, actual.Tokens.Ends);
    }
}
