using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Added tokens are found by the rules of Hugging Face's tokenizers library, wherever chunks of the text end.</summary>
public sealed class AddedTokenTests
{
    // Each is a letter of a word for Rust's \w, or isn't; written down from Unicode's tables, not computed.
    private static readonly string[] s_word = ["a", "b", "_", "é", "\u0301", "\u0903", "\u2167", "\U0001D4B3", "\u0660", "\U0001D7D8", "\u203F", "\u200C", "\u200D", "\u24D0", "\U0001F130", "世"];
    private static readonly string[] s_other = ["-", "<", "\u00B2", "\u00BD", "\u20AC", "\U0001F600", "\u00AD", "\uFFFD"];
    private static readonly string[] s_blank = [" ", "\n", "\u00A0", "\u3000"];

    [Fact]
    public void What_is_a_word_is_looked_at_by_code_point()
    {
        Assert.All(s_word, c => Assert.Equal([$"{c}<ent>"], Pieces([new AddedToken(7, "<ent>", SingleWord: true)], $"{c}<ent>")));
        Assert.All(s_word, c => Assert.Equal([$"<ent>{c}"], Pieces([new AddedToken(7, "<ent>", SingleWord: true)], $"<ent>{c}")));
        Assert.All(s_other.Concat(s_blank), c => Assert.Equal([c, "#7"], Pieces([new AddedToken(7, "<ent>", SingleWord: true)], $"{c}<ent>")));
        Assert.All(s_other.Concat(s_blank), c => Assert.Equal(["#7", c], Pieces([new AddedToken(7, "<ent>", SingleWord: true)], $"<ent>{c}")));
    }

    [Fact]
    public void The_longest_match_decides_and_what_it_rejects_is_passed_over_whole()
    {
        AddedToken[] tokens = [new(1, "ab"), new(2, "ab c", SingleWord: true), new(3, " c"), new(4, "bab")];

        Assert.Equal(["#2", " "], Pieces(tokens, "ab c "));
        Assert.Equal(["ab cd"], Pieces(tokens, "ab cd"));
        Assert.Equal(["#1", " d"], Pieces(tokens, "ab d"));
        Assert.Equal(["#4", "#3"], Pieces(tokens, "bab c"));
    }

    [Fact]
    public void White_space_goes_with_the_token_that_takes_it_first()
    {
        Assert.Equal(["a", "#1", "b"], Pieces([new AddedToken(1, "<m>", LeftStrip: true, RightStrip: true)], "a \n<m>  b"));
        Assert.Equal(["#1", "#2", "c"], Pieces([new AddedToken(1, "<m>", RightStrip: true), new AddedToken(2, "<n>", LeftStrip: true)], "<m>  <n>c"));
        Assert.Equal(["#1", "#2"], Pieces([new AddedToken(1, "<m>", RightStrip: true), new AddedToken(2, " ")], "<m> "));
    }

    /// <summary>The tokens of the cases that strangers reported (tokenizers#918, #919), in the tests' own vocabulary.</summary>
    [Theory]
    [InlineData("<ent>", 1)]
    [InlineData("Ⅷ<ent>", 0)]
    [InlineData("x\u0301<ent>", 0)]
    [InlineData("𝒳<ent>", 0)]
    [InlineData("a<ent>", 0)]
    [InlineData("a <ent>, <ent>b", 1)]
    public void A_folder_says_which_tokens_must_be_words(string text, int expected)
    {
        using TinyModel model = TinyModel.For<Embedder>();
        string file = Path.Combine(model.Folder, "tokenizer.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(file))!;
        int id = json["model"]!["vocab"]!.AsObject().Count;
        json["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = id, ["content"] = "<ent>", ["single_word"] = true, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = false });
        File.WriteAllText(file, json.ToJsonString());

        Assert.Equal(expected, TextTokenizer.Load(model.Folder).Encode(text).Count(token => token == id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_tokens_are_found_as_the_rules_say(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            AddedToken[] raw = Tokens(random, 1000), normalized = Tokens(random, 2000);
            string text = Written(random, random.Next(80));
            List<string> expected = [.. Naive(raw, text).SelectMany(piece => piece[0] == '#' && piece.Length > 1 ? [piece] : Naive(normalized, piece))];
            foreach (int chunk in (int[])[2, 3, 7, int.MaxValue])
            {
                Assert.Equal(expected, Pieces(raw, text, normalized, chunk));
            }
        }
    }

    private static AddedToken[] Tokens(Random random, int firstId) =>
    [
        .. Enumerable.Range(firstId, random.Next(6))
            .Select(id => new AddedToken(id, Written(random, random.Next(1, 4)), random.Next(3) == 0, random.Next(3) == 0, random.Next(3) == 0))
            .DistinctBy(token => token.Content),
    ];

    private static string Written(Random random, int characters)
    {
        // Few different ones, so that tokens overlap.
        string[][] kinds = [["a", "b"], ["a", "b", " "], s_blank, s_word, s_other];
        return string.Concat(Enumerable.Range(0, characters).Select(_ => kinds[random.Next(kinds.Length)]).Select(kind => kind[random.Next(kind.Length)]));
    }

    /// <summary>The rules, read off find_matches of the library's added_vocabulary.rs: on a whole text, slowly.</summary>
    private static List<string> Naive(AddedToken[] tokens, string text)
    {
        List<string> pieces = [];
        int taken = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (tokens.Where(token => text.AsSpan(at).StartsWith(token.Content)).MaxBy(token => token.Content.Length) is not { } token)
            {
                continue;
            }

            int start = at, stop = at + token.Content.Length;
            at = stop - 1;
            if (token.SingleWord && (s_word.Any(c => text[..start].EndsWith(c, StringComparison.Ordinal)) || s_word.Any(c => text[stop..].StartsWith(c, StringComparison.Ordinal))))
            {
                continue;
            }

            while (token.LeftStrip && start > 0 && s_blank.Contains($"{text[start - 1]}"))
            {
                start--;
            }

            start = Math.Max(start, taken);
            while (token.RightStrip && stop < text.Length && s_blank.Contains($"{text[stop]}"))
            {
                stop++;
            }

            if (taken < start)
            {
                pieces.Add(text[taken..start]);
            }

            pieces.Add($"#{token.Id}");
            taken = stop;
        }

        return taken < text.Length ? [.. pieces, text[taken..]] : pieces;
    }

    /// <summary>A text's pieces as a tokenizer finds them: tokens as "#" and id, what is between as it is written.</summary>
    private static List<string> Pieces(AddedToken[] raw, string text, AddedToken[]? normalized = null, int chunk = 2048)
    {
        TextTokenizer tokenizer = new(new TokenizerParts
        {
            Vocabulary = [],
            Model = new Echo(),
            Normalizers = [],
            Template = new TokenTemplate([Slot.First(0)], null),
            RawTokens = [.. raw.Select(token => token with { Id = -token.Id })],
            NormalizedTokens = [.. (normalized ?? []).Select(token => token with { Id = -token.Id })],
        });
        TokenizerScratch scratch = new() { Chunk = chunk };
        tokenizer.Tokenize(text, scratch);

        List<string> pieces = [];
        string between = "";
        foreach (int id in scratch.Tokens.Ids)
        {
            if (id > 0)
            {
                between += (char)(id - 1);
                continue;
            }

            pieces.AddRange(between.Length > 0 ? [between] : []);
            pieces.AddRange(id < 0 ? [$"#{-id}"] : []);
            between = "";
        }

        return pieces;
    }

    /// <summary>A model of which each character is a token, and each end of a part.</summary>
    private sealed class Echo : TokenModel
    {
        public override int Encode(NormalizedText text, TextPiece part, TokenizerScratch scratch)
        {
            for (int i = part.Begin; i < part.End; i++)
            {
                scratch.Tokens.Add(text.Chars[i] + 1, text.Start(i), text.End(i));
            }

            if (part.Last)
            {
                scratch.Tokens.Add(0, 0, 0);
            }

            return part.End;
        }
    }
}
