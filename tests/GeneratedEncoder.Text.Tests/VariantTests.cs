using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Token ids equal to those of Hugging Face's tokenizers library, of tokenizers with other settings (goldens/make_variants.mjs).</summary>
public sealed class VariantTests
{
    /// <summary>How many there are; a test looks for the last.</summary>
    private const int Variants = 5;

    public static IEnumerable<object[]> All => Enumerable.Range(0, Variants).Select(i => new object[] { i });

    [Theory]
    [MemberData(nameof(All))]
    public void A_text_has_the_same_ids(int variant)
    {
        JsonArray variants = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenGolden.Folder, "variants.json")))!.AsArray();
        Assert.Equal(Variants, variants.Count);
        JsonNode golden = variants[variant]!;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("generated-encoder-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "tokenizer.json"), Changed(golden["base"]!.GetValue<string>(), golden["set"]!.AsObject()));
            TextTokenizer tokenizer = TextTokenizer.Load(folder.FullName);

            foreach (JsonNode? text in golden["texts"]!.AsArray())
            {
                string written = text!["text"]!.GetValue<string>();
                int[] ids = [.. text["ids"]!.AsArray().Select(id => id!.GetValue<int>())];
                Assert.True(ids.SequenceEqual(tokenizer.Encode(written)), $"{JsonValue.Create(written).ToJsonString()}: {string.Join(' ', ids)}, but ours are {string.Join(' ', tokenizer.Encode(written))}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Half a surrogate pair, which no text should have, and U+FFFE, which .NET does not normalize.</summary>
    [Fact]
    public void What_is_no_character_has_tokens_too()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("generated-encoder-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "tokenizer.json"), Changed("xlm-roberta", new JsonObject { ["normalizer"] = new JsonObject { ["type"] = "NFKC" } }));
            TextTokenizer tokenizer = TextTokenizer.Load(folder.FullName);

            Assert.Equal(tokenizer.Encode("a\uFFFDb"), tokenizer.Encode("a\uD800b"));
            Assert.Equal(tokenizer.Encode("a\uFFFDb").Length, tokenizer.Encode("a\uFFFEb").Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Changed(string name, JsonObject changes)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenGolden.Folder, name, "tokenizer.json")))!.AsObject();
        string? map = json["normalizer"]?["normalizers"]?.AsArray().Select(step => step!["precompiled_charsmap"]?.GetValue<string>()).FirstOrDefault(text => text is not null);
        foreach ((string key, JsonNode? value) in changes)
        {
            json[key] = value!.DeepClone();
        }

        // The golden leaves the character map where it stands already.
        foreach (JsonNode? step in json["normalizer"]?["normalizers"]?.AsArray() ?? [])
        {
            if (step!["type"]!.GetValue<string>() == "Precompiled")
            {
                step["precompiled_charsmap"] = map;
            }
        }

        return json.ToJsonString();
    }
}
