using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Tokens and texts of token ids equal to those of Hugging Face's tokenizers library (goldens/make_decoded.mjs).</summary>
public sealed class DecodingTests
{
    /// <summary>How many variants there are; a test looks for the last.</summary>
    private const int Variants = 9;

    public static IEnumerable<object[]> All => Enumerable.Range(0, Variants).Select(i => new object[] { i });

    [Theory]
    [MemberData(nameof(All))]
    public void Ids_become_the_same_text(int variant)
    {
        JsonArray variants = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenGolden.Folder, "decoded.json")))!.AsArray();
        Assert.Equal(Variants, variants.Count);
        JsonNode golden = variants[variant]!;
        using TokenizerCopy copy = new(golden["base"]!.GetValue<string>(), golden["set"]!.AsObject());
        TextTokenizer tokenizer = TextTokenizer.Load(copy.Folder);

        Assert.True(golden["rows"]!.AsArray().Count >= 60);
        foreach (JsonNode? row in golden["rows"]!.AsArray())
        {
            int[] ids = [.. row!["ids"]!.AsArray().Select(id => id!.GetValue<int>())];
            Assert.Equal(row["tokens"]!.AsArray().Select(token => token!.GetValue<string>()), ids.Select(tokenizer.Token));
            Assert.Equal(row["text"]!.GetValue<string>(), tokenizer.Decode(ids));
            Assert.Equal(row["plain"]!.GetValue<string>(), tokenizer.Decode(ids, skipSpecialTokens: true));
        }
    }

    [Theory]
    [InlineData("roberta-files", "roberta")]
    [InlineData("cased", "uncased")]
    public void Folders_without_tokenizer_json_decode_as_their_kind_does(string folder, string like)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(folder), other = TokenGolden.Tokenizer(like);

        foreach (string text in (string[])["hello, world!", "cat sat on mat."])
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text), skipSpecialTokens: true));
            Assert.Equal(text, other.Decode(other.Encode(text), skipSpecialTokens: true), ignoreCase: true);
        }
    }

    [Fact]
    public void A_decoder_that_is_not_known_is_refused_when_it_is_needed()
    {
        using TokenizerCopy copy = new("uncased", new JsonObject { ["decoder"] = new JsonObject { ["type"] = "CTC" } });
        TextTokenizer tokenizer = TextTokenizer.Load(copy.Folder);

        Assert.NotEmpty(tokenizer.Encode("a"));
        Assert.Contains("the decoder CTC is not supported", Assert.Throws<NotSupportedException>(() => tokenizer.Decode([2, 3])).Message);
    }

    [Fact]
    public void An_id_outside_of_the_vocabulary_is_refused()
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer("uncased");

        Assert.Throws<ArgumentOutOfRangeException>("id", () => tokenizer.Decode([2, 905]));
        Assert.Throws<ArgumentOutOfRangeException>("id", () => tokenizer.Decode([-1]));
    }

    [Theory]
    [InlineData("uncased")]
    [InlineData("cased")]
    [InlineData("roberta")]
    [InlineData("roberta-files")]
    [InlineData("xlm-roberta")]
    public void Every_token_has_its_id_and_every_id_its_token(string name)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(name);

        Assert.All(Enumerable.Range(0, tokenizer.VocabularySize), id => Assert.Equal(id, tokenizer.TokenId(tokenizer.Token(id))));
        Assert.Null(tokenizer.TokenId("no such token"));
        Assert.Null(tokenizer.TokenId(""));
        int?[] special = [tokenizer.PadTokenId, tokenizer.UnknownTokenId, tokenizer.ClsTokenId, tokenizer.SepTokenId, tokenizer.MaskTokenId];
        Assert.Equal(tokenizer.SpecialTokenIds.Order(), special.Select(id => id!.Value).Order());
        bool bert = name is "uncased" or "cased";
        Assert.Equal(
            bert ? ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] : ["<pad>", "<unk>", "<s>", "</s>", "<mask>"], special.Select(id => tokenizer.Token(id!.Value)));
    }
}
