using System.Text.Json.Nodes;
using GeneratedEncoder.Tests;

namespace GeneratedEncoder.Text.Tests;

/// <summary>
/// A text four times as long takes about four times as long, whatever is in it; with the square it would take sixteen times
/// (<see cref="Growth"/>).
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class GrowthTests
{
    private const int Short = 1 << 14;

    private static readonly (string Name, Func<int, string> Text)[] s_kinds =
    [
        ("words", length => Repeated("The cat sat on the mat. ", length)),
        ("a word", length => Repeated("a", length)),
        ("a word of two letters", length => Repeated("ab", length)),
        ("a word of random letters", length => string.Create(length, new Random(3), (chars, random) =>
        {
            for (int i = 0; i < chars.Length; i++)
            {
                chars[i] = (char)('a' + random.Next(26));
            }
        })),
        ("accents", length => "e" + Repeated("\u0301", length)),
        ("accents of two classes in turn", length => "e" + Repeated("\u0301\u0323", length)),
        ("accents of many classes", length => "e" + Repeated("\u0345\u0315\u0301\u0323\u0334\u05B0\u064B", length)),
        ("beginnings of tokens", length => Repeated("<tok", length)),
        ("a token's beginning", length => Repeated("<tok-", 5) + Repeated("0", length)),
        ("blanks", length => Repeated(" ", length)),
        ("white space", length => Repeated(" \n\t\u00A0", length)),
        ("punctuation", length => Repeated("!", length)),
        ("apostrophes", length => Repeated("'", length)),
        ("emojis", length => Repeated("😀", length)),
        ("emojis that are one", length => Repeated("👩\u200D", length)),
        ("flags", length => Repeated("🇩🇪", length)),
        ("halves of surrogate pairs", length => Repeated("\uD800", length)),
        ("Chinese", length => Repeated("世界", length)),
        ("Hangul", length => Repeated("\u1100\u1161\u11A8", length)),
        ("leading Hangul", length => Repeated("\u1100", length)),
        ("NULs", length => Repeated("\0", length)),
        ("sigmas", length => "a" + Repeated("Σ'", length)),
        ("unknown characters", length => Repeated("\u0BF5", length)),
    ];

    [Theory]
    [InlineData("uncased", null)]
    [InlineData("roberta", null)]
    [InlineData("xlm-roberta", null)]
    [InlineData("gemma", null)]
    [InlineData("uncased", "NFC")]
    [InlineData("roberta", "NFKC")]
    [InlineData("xlm-roberta", "NFKD")]
    [InlineData("uncased", "NFD")]
    public void Time_grows_with_the_text(string name, string? form) => AssertLinear(Tokenizers.With(name, form));

    /// <summary>Where a file splits nothing, a text is as long a word as it has characters.</summary>
    [Fact]
    public void A_text_that_nothing_splits_takes_no_longer() => AssertLinear(Tokenizers.Changed("gemma", json => json["pre_tokenizer"] = null));

    [Fact]
    public void Twenty_thousand_added_tokens_with_one_beginning_cost_no_more() => AssertLinear(Tokenizers.Changed(
        "uncased", json => Tokenizers.AddTokens(json, Enumerable.Range(0, 20_000).Select(i => $"<tok-0000000000000000{i}>").Append("a").Append(new string('a', 2000) + "b"))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tokens_that_take_white_space_read_it_once(bool left) => AssertLinear(Tokenizers.Changed("uncased", json =>
    {
        Tokenizers.AddTokens(json, [" ", "!"]);
        foreach (JsonNode? token in json["added_tokens"]!.AsArray().TakeLast(2))
        {
            token![left ? "lstrip" : "rstrip"] = true;
        }
    }));

    /// <summary>Ways that lead nowhere, each of which a match would have to be given up for.</summary>
    [Theory]
    [InlineData("a.*b|a")]
    [InlineData("[^!]{1,9}(.*z|)")]
    [InlineData("(a|b)+c|a|b")]
    [InlineData("\\w+?(\\s.*){2}\\z|\\w")]
    public void A_pattern_reads_a_text_once(string pattern) => AssertLinear(Tokenizers.Changed("uncased", json => json["normalizer"] = new JsonObject
    {
        ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["content"] = "x",
    }));

    /// <summary>The steps of a small file could make gigabytes of one letter.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Normalizers_may_not_make_a_text_much_longer(string text)
    {
        TextTokenizer tokenizer = Tokenizers.Changed("uncased", json => json["normalizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["normalizers"] = new JsonArray([.. Enumerable.Range(0, 26).Select(_ => JsonNode.Parse("""{"type":"Replace","pattern":{"String":"a"},"content":"aa"}"""))]),
        });
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("at most 64 for each of its characters, and 4096 more", Assert.Throws<InvalidDataException>(() => tokenizer.Encode(text)).Message);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.NotEmpty(tokenizer.Encode("bbb"));
    }

    /// <summary>Unicode's longest, one character that becomes eighteen.</summary>
    [Fact]
    public void What_a_character_is_by_Unicode_is_never_too_long() =>
        Assert.NotEmpty(Tokenizers.With("uncased", "NFKD").Encode(Repeated("\uFDFA", 5000)));

    private static void AssertLinear(TextTokenizer tokenizer)
    {
        TokenizerScratch scratch = new();
        List<string> wrong = [];
        foreach ((string name, Func<int, string> text) in s_kinds)
        {
            string few = text(Short), many = text(4 * Short);
            if (Growth.Fault(() => Tokenize(few), () => Tokenize(many)) is { } fault)
            {
                wrong.Add($"{name}: {fault}");
            }
        }

        Assert.Empty(wrong);

        void Tokenize(string text)
        {
            tokenizer.Begin(scratch, most: 512, keepsLast: true);
            tokenizer.Tokenize(new InputText(text), scratch);
        }
    }

    private static string Repeated(string unit, int length) => string.Concat(Enumerable.Repeat(unit, length / unit.Length));
}
