using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What may be absent, what must be there, and what files may be made of.</summary>
public sealed class TokenizerFileTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("version", new[] { 2, 5, 7, 3 })]
    [InlineData("truncation", new[] { 2, 5, 7, 3 })]
    [InlineData("padding", new[] { 2, 5, 7, 3 })]
    [InlineData("added_tokens", new[] { 2, 5, 7, 3 })]
    [InlineData("normalizer", new[] { 2, 1, 3 })]
    [InlineData("post_processor", new[] { 5, 7 })]
    [InlineData("decoder", new[] { 2, 5, 7, 3 })]
    public void What_may_be_absent_or_null(string key, int[] ids)
    {
        JsonObject json = ScratchFolder.Json;
        json[key] = null;
        Assert.Equal(ids, _folder.Write("tokenizer.json", json).Load().Encode("AB"));

        json.Remove(key);
        Assert.Equal(ids, _folder.Write("tokenizer.json", json).Load().Encode("AB"));
    }

    [Fact]
    public void No_pre_tokenizer_is_not_supported()
    {
        JsonObject json = ScratchFolder.Json;
        json.Remove("pre_tokenizer");

        Assert.Contains("the model WordPiece with pre-tokenizer none is not supported", Assert.Throws<NotSupportedException>(_folder.Write("tokenizer.json", json).Load).Message);
    }

    [Theory]
    [InlineData("model", "model is missing")]
    [InlineData("model.vocab", "model.vocab is missing")]
    [InlineData("model.unk_token", "model.unk_token is missing")]
    [InlineData("model.max_input_chars_per_word", "model.max_input_chars_per_word is missing")]
    [InlineData("model.continuing_subword_prefix", "model.continuing_subword_prefix is missing")]
    [InlineData("added_tokens.1.id", "added_tokens[1].id is missing")]
    [InlineData("added_tokens.0.normalized", "added_tokens[0].normalized is missing")]
    [InlineData("normalizer.normalizers", "normalizer.normalizers is missing")]
    [InlineData("normalizer.normalizers.0.type", "normalizer.normalizers[0].type is missing")]
    [InlineData("normalizer.normalizers.0.pattern", "normalizer.normalizers[0].pattern is missing")]
    [InlineData("normalizer.normalizers.1.strip_left", "normalizer.normalizers[1].strip_left is missing")]
    [InlineData("normalizer.normalizers.2.lowercase", "normalizer.normalizers[2].lowercase is missing")]
    [InlineData("post_processor.pair", "post_processor.pair is missing")]
    [InlineData("post_processor.special_tokens.[SEP]", "post_processor.special_tokens.[SEP] is missing")]
    [InlineData("post_processor.single.1.Sequence.type_id", "post_processor.single[1].Sequence.type_id is missing")]
    public void What_must_be_there_is_named_with_its_place(string path, string message)
    {
        JsonObject json = ScratchFolder.Json;
        string[] names = path.Split('.');
        JsonNode parent = names[..^1].Aggregate((JsonNode)json, (node, name) => node is JsonArray ? node[int.Parse(name)]! : node[name]!);
        parent.AsObject().Remove(names[^1]);

        Assert.Contains($"tokenizer.json: {message}.", Assert.Throws<InvalidDataException>(_folder.Write("tokenizer.json", json).Load).Message);
    }

    /// <summary>Every value of the small files, taken away or made a value of each other kind.</summary>
    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    [InlineData("added_tokens.json")]
    [InlineData("config.json")]
    [InlineData("sentence_bert_config.json")]
    public void A_value_of_another_kind_is_named(string file)
    {
        JsonObject whole = file switch
        {
            "tokenizer.json" => ScratchFolder.Json,
            "tokenizer_config.json" => JsonNode.Parse(
                """{"tokenizer_class":"BertTokenizer","do_lower_case":true,"strip_accents":null,"tokenize_chinese_chars":true,"never_split":[],"auto_map":{},"truncation_side":"left","cls_token":{"content":"[CLS]","lstrip":false},"additional_special_tokens":["lol"],"added_tokens_decoder":{"8":{"content":"lol","special":true}}}""")!.AsObject(),
            "special_tokens_map.json" => JsonNode.Parse("""{"mask_token":{"content":"[MASK]","normalized":false},"additional_special_tokens":["lol",{"content":"cat"}]}""")!.AsObject(),
            "added_tokens.json" => JsonNode.Parse("""{"lol":8}""")!.AsObject(),
            "config.json" => JsonNode.Parse("""{"tokenizer_class":"BertTokenizer","model_type":"bert","auto_map":{"AutoModel":"m"}}""")!.AsObject(),
            _ => JsonNode.Parse("""{"do_lower_case":true}""")!.AsObject(),
        };
        _folder.Write("tokenizer.json", ScratchFolder.Json).Write(file, whole);
        _ = _folder.Load();

        List<JsonNode> changed = [];
        Changes(whole, replaced => changed.Add(replaced), node => node);
        Assert.NotEmpty(changed);
        foreach (JsonNode json in changed)
        {
            _folder.Write(file, json);
            try
            {
                _ = _folder.Load().Encode("a lolcat");
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                Assert.DoesNotContain("given key", e.Message);
                Assert.DoesNotContain("requires an element of type", e.Message);
                Assert.True(e.Message.Contains(file, StringComparison.Ordinal) || e.Message.Contains("token", StringComparison.Ordinal) || e.Message.Contains("post-processor", StringComparison.Ordinal), $"{json.ToJsonString()}: {e.Message}");
            }
        }
    }

    [Theory]
    [InlineData("""{"do_lower_case": "false"}""", "tokenizer_config.json: do_lower_case is a string, but should be true or false.")]
    [InlineData("""{"truncation_side": "up"}""", "tokenizer_config.json: truncation_side is 'up', but should be left or right.")]
    [InlineData("[]", "tokenizer_config.json is an array, but should be an object.")]
    [InlineData("""{"cls_token": 7}""", "tokenizer_config.json: cls_token is the number 7, but should be an object.")]
    [InlineData("""{"cls_token": "\ud800"}""", "tokenizer_config.json: cls_token has half a surrogate pair in a string.")]
    public void What_is_wrong_in_a_small_file_is_said(string config, string message)
    {
        _folder.Write("tokenizer.json", ScratchFolder.Json).Write("tokenizer_config.json", config);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(_folder.Load).Message);
    }

    public static TheoryData<string> Files =>
        ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "config.json", "sentence_bert_config.json", "vocab.txt", "vocab.json", "merges.txt"];

    /// <summary>Some editors begin every file with it.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_byte_order_mark_changes_nothing(string file)
    {
        WriteAll(file);
        (int[] ids, int[] masks) = (_folder.Load().Encode("AB lolcat"), _folder.Load().Encode("a [MASK]"));
        string path = Path.Combine(_folder.Path, file);

        File.WriteAllBytes(path, [.. Encoding.UTF8.Preamble, .. File.ReadAllBytes(path)]);

        Assert.Equal(ids, _folder.Load().Encode("AB lolcat"));
        Assert.Equal(masks, _folder.Load().Encode("a [MASK]"));
    }

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void A_pipe_or_an_endless_device_is_no_file(string file)
    {
        Skip.IfNot(RuntimeInformation.IsOSPlatform(OSPlatform.Linux), "Linux has them.");
        WriteAll(file);
        string path = Path.Combine(_folder.Path, file);
        File.Delete(path);
        File.CreateSymbolicLink(path, "/dev/zero");
        Assert.Contains(file, Assert.Throws<InvalidDataException>(_folder.Load).Message);

        File.Delete(path);
        using (Process mkfifo = Process.Start("mkfifo", [path]))
        {
            mkfifo.WaitForExit();
            Assert.Equal(0, mkfifo.ExitCode);
        }

        Assert.Contains(file, Assert.Throws<InvalidDataException>(_folder.Load).Message);
    }

    [Fact]
    public void A_small_file_that_is_large_is_not_read()
    {
        _folder.Write("tokenizer.json", ScratchFolder.Json);
        using (FileStream file = File.Create(Path.Combine(_folder.Path, "tokenizer_config.json")))
        {
            file.SetLength(1L << 32);
        }

        Assert.Contains("4294967296 bytes", Assert.Throws<InvalidDataException>(_folder.Load).Message);
    }

    /// <summary>As save_pretrained writes it of a vocab.txt with a token twice.</summary>
    [Fact]
    public void Ids_may_have_holes_and_any_order()
    {
        JsonObject json = ScratchFolder.Json;
        json["model"]!["vocab"] = JsonNode.Parse("""{"cat":12,"##cat":9,"lol":8,"##b":7,"b":20,"a":5,"[SEP]":3,"[CLS]":2,"[UNK]":1,"[PAD]":0}""");

        TextTokenizer tokenizer = _folder.Write("tokenizer.json", json).Load();

        Assert.Equal([2, 8, 9, 5, 20, 12, 3], tokenizer.Encode("lolcat a b cat"));
        Assert.Equal(21, tokenizer.VocabularySize);
        Assert.Equal("", tokenizer.Token(4));
        Assert.Equal("b", tokenizer.Token(20));
    }

    /// <summary>The library counts tokens, not ids: an added token gets an id that a piece has, and so it is in the file that it writes.</summary>
    [Fact]
    public void A_token_added_to_a_vocabulary_with_a_hole()
    {
        JsonObject json = ScratchFolder.Json;
        json["model"]!["vocab"]!.AsObject().Remove("[MASK]");
        JsonNode added = json["added_tokens"]![0]!.DeepClone();
        (added["content"], added["id"]) = ("[x]", 10);
        json["added_tokens"]!.AsArray().Add(added);

        Assert.Equal([2, 10, 10, 3], _folder.Write("tokenizer.json", json).Load().Encode("[x] cat"));

        added["id"] = 11;
        Assert.Contains("'[x]' has id 11 in a file, but the next one to be added has id 10", Assert.Throws<InvalidDataException>(_folder.Write("tokenizer.json", json).Load).Message);
    }

    [Theory]
    [InlineData("""{"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":-1}""", "'a' has id -1")]
    [InlineData("""{"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":2000000000}""", "'a' has id 2000000000, but ids go from 0 to 999999")]
    [InlineData("""{"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":3}""", "'[SEP]' and 'a' both have id 3")]
    [InlineData("""{"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4,"a":5}""", "has the token 'a' twice")]
    [InlineData("""{"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4.5}""", "model.vocab.a is the number 4.5")]
    public void Ids_that_are_none_are_said(string vocabulary, string message)
    {
        string json = ScratchFolder.Json.ToJsonString().Replace(ScratchFolder.Json["model"]!["vocab"]!.ToJsonString(), vocabulary, StringComparison.Ordinal);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(_folder.Write("tokenizer.json", json).Load).Message);
    }

    [Theory]
    [InlineData("a b\n")]
    [InlineData("#version: 0.2\na b")]
    [InlineData("")]
    public void Merges_that_Python_would_lose_are_refused(string merges)
    {
        WriteAll("merges.txt");
        _folder.Write("merges.txt", merges);

        Assert.Contains("merges.txt", Assert.Throws<InvalidDataException>(_folder.Load).Message);
    }

    [Fact]
    public void A_vocabulary_in_another_encoding_is_said()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "vocab.txt"), [.. Encoding.ASCII.GetBytes(ScratchFolder.Vocabulary), 0xE9, (byte)'\n']);

        Assert.Contains("vocab.txt is not what it should be", Assert.Throws<InvalidDataException>(_folder.Load).Message);
    }

    /// <summary>A folder in which that file counts.</summary>
    private void WriteAll(string file)
    {
        if (file is "vocab.json" or "merges.txt")
        {
            _folder.Write("vocab.json", """{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"<mask>":4,"a":5,"b":6,"ab":7}""").Write("merges.txt", "#version: 0.2\na b\n");
            return;
        }

        _ = file == "vocab.txt" ? _folder.Write(file, ScratchFolder.Vocabulary) : _folder.Write("tokenizer.json", ScratchFolder.Json);
        _folder.Write("tokenizer_config.json", """{"tokenizer_class": "BertTokenizer", "do_lower_case": true}""").Write("config.json", """{"model_type": "bert"}""")
            .Write("special_tokens_map.json", """{"mask_token": "[MASK]"}""").Write("added_tokens.json", """{"lol": 8}""").Write("sentence_bert_config.json", """{"do_lower_case": true}""");
    }

    /// <summary>The whole file with each of its values, in turn, taken away or made another.</summary>
    private static void Changes(JsonNode node, Action<JsonNode> found, Func<JsonNode, JsonNode> inRoot)
    {
        JsonNode?[] others = [null, JsonValue.Create(3), JsonValue.Create("x"), JsonValue.Create(true), new JsonArray(), new JsonObject(), new JsonArray(new JsonArray(), 1), JsonValue.Create(-1.5)];
        int count = node is JsonObject o ? o.Count : node is JsonArray a ? a.Count : 0;
        for (int i = 0; i < count; i++)
        {
            int at = i;
            foreach (JsonNode? other in others)
            {
                JsonNode copy = node.DeepClone();
                if (copy is JsonObject changed)
                {
                    changed[changed.ElementAt(at).Key] = other?.DeepClone();
                }
                else
                {
                    copy[at] = other?.DeepClone();
                }

                found(inRoot(copy));
            }

            JsonNode without = node.DeepClone();
            if (without is JsonObject fewer)
            {
                fewer.Remove(fewer.ElementAt(at).Key);
            }
            else
            {
                without.AsArray().RemoveAt(at);
            }

            found(inRoot(without));
            if ((node is JsonObject parent ? parent.ElementAt(at).Value : node[at]) is { } child)
            {
                Changes(child, found, replaced =>
                {
                    JsonNode copy = node.DeepClone();
                    if (copy is JsonObject changed)
                    {
                        changed[changed.ElementAt(at).Key] = replaced;
                    }
                    else
                    {
                        copy[at] = replaced;
                    }

                    return inRoot(copy);
                });
            }
        }
    }
}
