using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Text.Tests;

/// <summary>A Replace normalizer's patterns find what Oniguruma finds (goldens/make_patterns.mjs), or are refused by name.</summary>
public sealed class PatternTests
{
    private static readonly JsonNode s_golden = JsonNode.Parse(File.ReadAllText(
        Environment.GetEnvironmentVariable("GENERATED_ENCODER_PATTERNS") ?? Path.Combine(TokenGolden.Folder, "patterns.json")))!;

    /// <summary>Written ones and random ones of the grammar, on random texts.</summary>
    [Fact]
    public void Patterns_replace_what_they_replace_there()
    {
        JsonArray patterns = s_golden["patterns"]!.AsArray();
        Assert.True(patterns.Count > 200);
        List<string> wrong = [];
        foreach (JsonNode? golden in patterns)
        {
            string pattern = golden!["pattern"]!.GetValue<string>();
            Pattern parsed = Pattern.Parse(pattern);
            foreach ((JsonNode? text, JsonNode? right) in golden["texts"]!.AsArray().Zip(golden["replaced"]!.AsArray()))
            {
                string found = Replaced(parsed, text!.GetValue<string>());
                if (found != right!.GetValue<string>())
                {
                    wrong.Add($"{JsonValue.Create(pattern).ToJsonString()} of {text.ToJsonString()}: {right.ToJsonString()}, not {JsonValue.Create(found).ToJsonString()}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}: {string.Join('\n', wrong.Take(20))}");
    }

    /// <summary>Of all characters that Unicode has room for.</summary>
    [Fact]
    public void Classes_have_the_same_characters()
    {
        JsonArray sets = s_golden["sets"]!.AsArray();
        Assert.True(sets.Count > 20);
        Span<char> chars = stackalloc char[2];
        foreach (JsonNode? golden in sets)
        {
            Pattern parsed = Pattern.Parse(golden!["set"]!.GetValue<string>());
            (int size, uint hash) = (0, 0);
            for (int c = 0; c <= 0x10FFFF; c++)
            {
                if (Rune.IsValid(c) && parsed.Find(chars[..new Rune(c).EncodeToUtf16(chars)], out _, out _))
                {
                    (size, hash) = (size + 1, unchecked(hash * 31 + (uint)c));
                }
            }

            Assert.Equal(golden["set"] + " " + golden["size"] + " " + golden["hash"], $"{golden["set"]} {size} {hash}");
        }
    }

    [Theory]
    [InlineData("(a)\\1", "\\1")]
    [InlineData("(?=a)b", "the group (?=")]
    [InlineData("(?i)a", "the group (?i")]
    [InlineData("(?<n>a)", "the group (?<")]
    [InlineData("a++", "a quantifier behind a quantifier")]
    [InlineData("a**", "a quantifier behind a quantifier")]
    [InlineData("a{2}?", "{n}?")]
    [InlineData("a{2,1}", "{2,1}")]
    [InlineData("a{", "'{' without its '}'")]
    [InlineData("a{x}", "a '{' that is no quantifier")]
    [InlineData("[a&&b]", "&& in a set")]
    [InlineData("[a[b]]", "a set in a set")]
    [InlineData("[]a]", "a set that begins with ']'")]
    [InlineData("[a-c-e]", "a '-' in a set")]
    [InlineData("[[:alpha:]]", "[:alpha:]")]
    [InlineData("[[:upper:]a]", "[:upper:]")]
    [InlineData("\\p{Han}", "\\p{Han}")]
    [InlineData("\\p{Alphabetic}", "\\p{Alphabetic}")]
    [InlineData("\\pL", "\\p without braces")]
    [InlineData("\\bword\\b", "\\b")]
    [InlineData("\\Ga", "\\G")]
    [InlineData("a\\Kb", "\\K")]
    [InlineData("\\R", "\\R")]
    [InlineData("\\X", "\\X")]
    [InlineData("\\101", "\\1")]
    [InlineData("[\\x80-\\xFF]", "no ASCII character")]
    [InlineData("\\uD800", "which is no character")]
    [InlineData("(?:a*)*b", "a quantifier of what may be empty")]
    [InlineData("^*a", "a quantifier of what may be empty")]
    [InlineData("a{1001}", "more than 1000 repeats")]
    [InlineData("(?:a{1000}){1000}", "more than 2000 steps")]
    [InlineData("x*", "can match nothing")]
    [InlineData("", "can match nothing")]
    [InlineData("$", "can match nothing")]
    [InlineData("a|", "can match nothing")]
    public void What_is_not_supported_is_said(string pattern, string what)
    {
        string message = Assert.Throws<NotSupportedException>(() => Pattern.Parse(pattern)).Message;

        Assert.Contains(what, message);
        Assert.Contains($"'{pattern}'", message);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData("a\\")]
    [InlineData("[z-a]")]
    [InlineData("[a-\\d]")]
    [InlineData("[a-")]
    [InlineData("[a\\")]
    public void What_is_no_pattern_is_said(string pattern) => Assert.Contains(pattern, Assert.Throws<InvalidDataException>(() => Pattern.Parse(pattern)).Message);

    /// <summary>The runtime's own expressions prefer the same of several matches, and find it by trying one after the other.</summary>
    [Theory]
    [InlineData("a.*b|a")]
    [InlineData("a.*b|a.*c|a")]
    [InlineData("a.*?b|ac|[ab]")]
    [InlineData("(a|b)+c|a|b")]
    [InlineData("a[^b]*ba|aa|[abc]a*")]
    [InlineData("a(.*c){2}|a.{3}|.a")]
    [InlineData("(ab|a)(c|.*b)|b+")]
    public void What_was_read_in_vain_makes_no_match_another_one(string pattern)
    {
        Random random = new(8);
        for (int round = 0; round < 60; round++)
        {
            int rare = random.Next(2, 300);
            string text = new([.. Enumerable.Range(0, 900).Select(_ => random.Next(rare) == 0 ? "bc\n"[random.Next(3)] : random.Next(9) == 0 ? 'c' : 'a')]);
            foreach (int cut in (int[])[text.Length, random.Next(text.Length)])
            {
                Assert.Equal(Regex.Matches(text, pattern).Select(match => (match.Index, match.Index + match.Length)), Matches(Pattern.Parse(pattern), text, cut));
            }
        }
    }

    /// <summary>Finds all matches, first with a text's beginning, then with what wasn't certain of it and the rest.</summary>
    private static List<(int Begin, int End)> Matches(Pattern pattern, string text, int cut)
    {
        List<(int, int)> matches = [];
        int done = 0;
        foreach (string part in (string[])[text[..cut], text])
        {
            bool last = part.Length == text.Length;
            DeadEnds known = pattern.Begin(part);
            int certain;
            while (pattern.Find(part, done, ref known, last, out int begin, out int end, out certain))
            {
                matches.Add((begin, end));
                done = end;
            }

            known.Dispose();
            if (last)
            {
                break;
            }

            done = certain;
        }

        return matches;
    }

    [Fact]
    public void Nested_groups_have_an_end() =>
        Assert.Contains("groups in more than 100 groups", Assert.Throws<NotSupportedException>(() => Pattern.Parse(new string('(', 100_000))).Message);

    [Fact]
    public void A_literal_is_no_pattern()
    {
        Assert.Equal("-b", Replaced(Pattern.Literal("a.*"), "a.*b"));
        Assert.Equal("abc", Replaced(Pattern.Literal("a.*"), "abc"));
        Assert.Equal("x-", Replaced(Pattern.Literal("\u00E9\U0001F600"), "x\u00E9\U0001F600"));
        Assert.Throws<NotSupportedException>(() => Pattern.Literal(""));
    }

    /// <summary>Replaces in a text as a whole, and as it comes in chunks, which must make no difference.</summary>
    private static string Replaced(Pattern pattern, string text)
    {
        Replacement step = new(pattern, "-");
        string whole = Normalizer.Apply([step], text);

        NormalizedText from = new(), to = new();
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            from.Append(rune, at, at + rune.Utf16SequenceLength);
            at += rune.Utf16SequenceLength;
            from.Drop(step.Apply(from, to, last: false));
        }

        from.Drop(step.Apply(from, to, last: true));
        Assert.Equal(whole, to.Chars.ToString());
        Assert.Equal(0, from.Length);
        return whole;
    }
}
