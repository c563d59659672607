using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What small files say of a tokenizer. Where tokenizer_config.json contradicts tokenizer.json's BERT normalization, it wins, as in Python.</summary>
public sealed class TokenizerConfigTests : IDisposable
{
    private const string Text = "Café AU lait 中文";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("generated-encoder-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("""{"do_lower_case": false}""", "lowercase", "false")]
    [InlineData("""{"do_lower_case": false, "strip_accents": null, "tokenizer_class": "BertTokenizer"}""", "lowercase", "false")]
    [InlineData("""{"strip_accents": false, "tokenizer_class": "DistilBertTokenizerFast"}""", "strip_accents", "false")]
    [InlineData("""{"tokenize_chinese_chars": false}""", "handle_chinese_chars", "false")]
    public void The_tokenizer_s_config_wins(string config, string setting, string value)
    {
        int[] changed = Ids(null, json => json["normalizer"]![setting] = JsonNode.Parse(value));

        Assert.Equal(changed, Ids(config));
        Assert.NotEqual(changed, Ids(null));
    }

    [Theory]
    [InlineData("""{"do_lower_case": false, "tokenizer_class": "PreTrainedTokenizerFast"}""")]
    [InlineData("""{"do_lower_case": true}""")]
    [InlineData("{}")]
    public void It_changes_nothing_otherwise(string config) => Assert.Equal(Ids(null), Ids(config));

    /// <summary>Blank lines count, and of a token that stands there twice the later place, as in Python.</summary>
    [Fact]
    public void A_vocabulary_s_ids_are_its_lines()
    {
        string path = Path.Combine(_folder.FullName, "vocab.txt");
        string[] lines = File.ReadAllLines(Path.Combine(TokenGolden.Folder, "cased", "vocab.txt"));
        Assert.Contains("the", lines);
        File.WriteAllLines(path, [.. lines, "", "zebra", "the", "", "zebras", "[CLS]"]);

        TextTokenizer tokenizer = TextTokenizer.Load(_folder.FullName);

        int first = lines.Length;
        Assert.Equal([first + 5, first + 2, first + 1, first + 4, Array.IndexOf(lines, "[SEP]")], tokenizer.Encode("the zebra zebras"));
        Assert.Equal("zebras", tokenizer.Token(first + 4));
    }

    private int[] Ids(string? config, Action<JsonNode>? change = null)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenGolden.Folder, "uncased", "tokenizer.json")))!;
        change?.Invoke(json);
        string path = Path.Combine(_folder.FullName, "tokenizer_config.json");
        File.Delete(path);
        File.WriteAllText(Path.Combine(_folder.FullName, "tokenizer.json"), json.ToJsonString());
        if (config is not null)
        {
            File.WriteAllText(path, config);
        }

        return TextTokenizer.Load(_folder.FullName).Encode(Text);
    }
}
