using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What any of a folder's files says of added and special tokens counts, as in Python.</summary>
public sealed class SpecialTokenTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Random folders, whose ids come of the same rules written down a second time, and of Hugging Face's own library (goldens/make_special.mjs).</summary>
    [Fact]
    public void Files_go_together_as_in_Python()
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Environment.GetEnvironmentVariable("GENERATED_ENCODER_SPECIAL") ?? Path.Combine(TokenGolden.Folder, "special.json")))!;
        JsonArray folders = golden["folders"]!.AsArray();
        Assert.True(folders.Count > 100);
        List<string> wrong = [];
        foreach (JsonNode? node in folders)
        {
            using ScratchFolder folder = new();
            JsonNode? added = node!["added"];
            if (added is not null)
            {
                JsonNode json = golden["tokenizer.json"]!.DeepClone();
                json["added_tokens"] = added.DeepClone();
                folder.Write("tokenizer.json", json);
            }
            else
            {
                folder.Write("vocab.txt", string.Concat(golden["vocabulary"]!.AsArray().Select(token => $"{token}\n")));
            }

            foreach ((string name, JsonNode? text) in node["files"]!.AsObject())
            {
                folder.Write(name, text!.GetValue<string>());
            }

            TextTokenizer? tokenizer = null;
            foreach (JsonNode? text in node["texts"]!.AsArray())
            {
                int[] ids = [.. text!["ids"]!.AsArray().Select(id => id!.GetValue<int>())];
                tokenizer ??= folder.Load();
                int[] ours = tokenizer.Encode(text["text"]!.GetValue<string>());
                if (!ids.SequenceEqual(ours))
                {
                    wrong.Add($"{node["files"]!.ToJsonString()} {added?.ToJsonString()}\n  {text["text"]!.ToJsonString()}: {string.Join(' ', ids)}, but ours are {string.Join(' ', ours)}");
                    break;
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {folders.Count}:\n{string.Join('\n', wrong.Take(5))}");
    }

    /// <summary>An added token is the name of an id, not a piece that words are put together of.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_added_token_is_no_piece(bool special)
    {
        JsonObject json = ScratchFolder.Json;
        foreach ((string token, int id) in ((string, int)[])[("##b", 11), ("ab", 12), ("abc", 13)])
        {
            json["added_tokens"]!.AsArray().Add(new JsonObject
            {
                ["id"] = id == 11 ? 7 : id - 1, ["content"] = token, ["single_word"] = true, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = special,
            });
        }

        TextTokenizer tokenizer = _folder.Write("tokenizer.json", json).Load();

        Assert.Equal([2, 11, 3], tokenizer.Encode("ab"));
        Assert.Equal([2, 5, 7, 7, 3], tokenizer.Encode("abb"));
        Assert.Equal([2, 8, 9, 3], tokenizer.Encode("lolcat"));
        Assert.Equal("abc", tokenizer.Token(12));
        Assert.Equal(13, tokenizer.VocabularySize);
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"additional_special_tokens": ["lol"]}""")]
    [InlineData("tokenizer_config.json", """{"extra_special_tokens": {"joke_token": "lol"}}""")]
    [InlineData("tokenizer_config.json", """{"extra_special_tokens": ["lol"]}""")]
    [InlineData("tokenizer_config.json", """{"bos_token": "lol"}""")]
    [InlineData("tokenizer_config.json", """{"eos_token": {"content": "lol", "__type": "AddedToken", "lstrip": false, "normalized": false, "rstrip": false, "single_word": false}}""")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"8": {"content": "lol", "lstrip": false, "normalized": false, "rstrip": false, "single_word": false, "special": true}}}""")]
    [InlineData("special_tokens_map.json", """{"additional_special_tokens": [{"content": "lol", "lstrip": false, "normalized": false, "rstrip": false, "single_word": false}]}""")]
    [InlineData("special_tokens_map.json", """{"mask_token": "lol"}""")]
    [InlineData("added_tokens.json", """{"lol": 8}""")]
    public void A_token_is_found_whichever_file_names_it(string file, string text)
    {
        _folder.Write("vocab.txt", ScratchFolder.Vocabulary);
        Assert.Equal([2, 8, 9, 3], _folder.Load().Encode("lolcat"));

        Assert.Equal([2, 8, 10, 3], _folder.Write(file, text).Load().Encode("lolcat"));
    }

    [Theory]
    [InlineData("""{"[E1]": 5000}""", "'[E1]' has id 5000 in a file, but the next one to be added has id 11")]
    [InlineData("""{"lol": 3}""", "'lol' has id 3 in a file, but it has id 8")]
    public void An_id_that_is_another_is_said(string added, string message)
    {
        _folder.Write("vocab.txt", ScratchFolder.Vocabulary).Write("added_tokens.json", added);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(_folder.Load).Message);
    }

    [Theory]
    [InlineData("""{"cls_token": "[SEP]", "added_tokens_decoder": {}}""", """{"cls_token": "[CLS]"}""", "special_tokens_map.json: cls_token is '[CLS]', but tokenizer_config.json's is '[SEP]'")]
    [InlineData("""{"added_tokens_decoder": {}}""", """{"additional_special_tokens": ["lol"]}""", "special_tokens_map.json: additional_special_tokens[0] is 'lol', which tokenizer_config.json's added_tokens_decoder doesn't have")]
    [InlineData("""{"added_tokens_decoder": {"0": {"content": "[PAD]", "normalized": true, "special": true}}}""", "{}", "'[PAD]' is normalized in one file or place and not in another")]
    public void Contradictions_are_refused(string config, string map, string message)
    {
        _folder.Write("tokenizer.json", ScratchFolder.Json).Write("tokenizer_config.json", config).Write("special_tokens_map.json", map);

        Assert.Contains(message, Assert.Throws<NotSupportedException>(_folder.Load).Message);
    }

    /// <summary>RoBERTa's class says so of its mask, where no file says anything.</summary>
    [Theory]
    [InlineData("<mask>", null)]
    [InlineData("<pad>", "<pad>")]
    public void A_mask_takes_the_blank_before_it(string mask, string? named)
    {
        foreach (string file in new[] { "vocab.json", "merges.txt" })
        {
            File.Copy(Path.Combine(TokenGolden.Folder, "roberta-files", file), Path.Combine(_folder.Path, file));
        }

        _folder.Write("tokenizer_config.json", new JsonObject { ["tokenizer_class"] = "RobertaTokenizer", ["mask_token"] = named ?? "<mask>" });
        TextTokenizer tokenizer = _folder.Load();

        Assert.Equal(tokenizer.Encode($"a{mask}"), tokenizer.Encode($"a  {mask}"));
        Assert.Equal(mask, tokenizer.Token(tokenizer.MaskTokenId!.Value));
    }
}
