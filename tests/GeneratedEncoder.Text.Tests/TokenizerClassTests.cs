using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Which tokenizer a folder has is what its files say exactly; one that isn't known is refused by name.</summary>
public sealed class TokenizerClassTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"tokenizer_class": "BertJapaneseTokenizer"}""", "{}", "'BertJapaneseTokenizer'")]
    [InlineData("""{"tokenizer_class": "BertweetTokenizer"}""", "{}", "'BertweetTokenizer'")]
    [InlineData("""{"tokenizer_class": "PhobertTokenizer"}""", "{}", "'PhobertTokenizer'")]
    [InlineData("""{"tokenizer_class": "HerbertTokenizerFast"}""", "{}", "'HerbertTokenizerFast'")]
    [InlineData("""{"tokenizer_class": "BertGenerationTokenizer"}""", "{}", "'BertGenerationTokenizer'")]
    [InlineData("""{"tokenizer_class": "PreTrainedTokenizer"}""", "{}", "'PreTrainedTokenizer'")]
    [InlineData("""{"tokenizer_class": "Bert"}""", "{}", "'Bert'")]
    [InlineData("{}", """{"tokenizer_class": "BertJapaneseTokenizer", "model_type": "bert"}""", "config.json: tokenizer_class is 'BertJapaneseTokenizer'")]
    [InlineData("{}", """{"model_type": "bert-japanese"}""", "config.json: model_type is 'bert-japanese'")]
    [InlineData("""{"auto_map": {"AutoTokenizer": ["tok.MyTokenizer", null]}, "tokenizer_class": "BertTokenizer"}""", "{}", "tokenizer_config.json: auto_map names code of the model's own")]
    [InlineData("""{"auto_map": ["tok.MyTokenizer", null]}""", "{}", "tokenizer_config.json: auto_map")]
    [InlineData("{}", """{"auto_map": {"AutoTokenizer": "tok.MyTokenizer"}}""", "config.json: auto_map")]
    [InlineData("""{"word_tokenizer_type": "mecab"}""", "{}", "word_tokenizer_type is 'mecab'")]
    [InlineData("""{"subword_tokenizer_type": "character"}""", "{}", "subword_tokenizer_type is 'character'")]
    [InlineData("""{"do_basic_tokenize": false}""", "{}", "do_basic_tokenize is false")]
    [InlineData("""{"do_word_tokenize": false}""", "{}", "do_word_tokenize is false")]
    [InlineData("""{"do_subword_tokenize": false}""", "{}", "do_subword_tokenize is false")]
    [InlineData("""{"never_split": ["lolcat"]}""", "{}", "never_split has 'lolcat'")]
    [InlineData("""{"split_special_tokens": true}""", "{}", "split_special_tokens is true")]
    [InlineData("""{"from_slow": true}""", "{}", "from_slow is true")]
    [InlineData("""{"fast_tokenizer_files": ["tokenizer.json", "tokenizer.4.0.0.json"]}""", "{}", "fast_tokenizer_files[1] is 'tokenizer.4.0.0.json'")]
    public void Other_tokenizers_are_refused_in_every_branch(string tokenizerConfig, string config, string message)
    {
        foreach (Action files in new[] { WriteJson, WriteVocabulary, WriteMerges })
        {
            files();
            _folder.Write("tokenizer_config.json", tokenizerConfig).Write("config.json", config);

            Assert.Contains(message, Assert.Throws<NotSupportedException>(_folder.Load).Message);
            foreach (string file in Directory.GetFiles(_folder.Path))
            {
                File.Delete(file);
            }
        }
    }

    [Theory]
    [InlineData("""{"tokenizer_class": "BertTokenizer"}""", "{}")]
    [InlineData("""{"tokenizer_class": "BertTokenizerFast", "do_basic_tokenize": true, "never_split": null, "word_tokenizer_type": "basic"}""", "{}")]
    [InlineData("""{"tokenizer_class": "DistilBertTokenizer"}""", """{"tokenizer_class": "BertJapaneseTokenizer"}""")]
    [InlineData("""{"tokenizer_class": "ElectraTokenizerFast"}""", """{"auto_map": {"AutoModel": "m.M"}}""")]
    [InlineData("""{"tokenizer_class": null}""", """{"model_type": "electra"}""")]
    [InlineData("{}", """{"tokenizer_class": "BertTokenizer", "model_type": "unheard-of"}""")]
    [InlineData("{}", "{}")]
    public void Known_ones_are_read(string tokenizerConfig, string config)
    {
        WriteVocabulary();
        _folder.Write("tokenizer_config.json", tokenizerConfig).Write("config.json", config);

        Assert.Equal([2, 8, 9, 3], _folder.Load().Encode("lolcat"));
    }

    [Theory]
    [InlineData("RobertaTokenizer", true)]
    [InlineData("MPNetTokenizer", true)]
    [InlineData("XLMRobertaTokenizer", true)]
    [InlineData("PreTrainedTokenizerFast", true)]
    [InlineData("BertTokenizer", false)]
    [InlineData("AlbertTokenizer", false)]
    public void A_class_whose_files_are_not_there_is_refused(string name, bool vocabulary)
    {
        (vocabulary ? (Action)WriteVocabulary : WriteMerges)();
        _folder.Write("tokenizer_config.json", new JsonObject { ["tokenizer_class"] = name });

        string message = Assert.Throws<NotSupportedException>(_folder.Load).Message;

        Assert.Contains($"tokenizer_class is {name}", message);
        Assert.Contains("no tokenizer.json", message);
    }

    [Fact]
    public void Two_vocabularies_of_which_no_file_says_which_are_refused()
    {
        WriteVocabulary();
        WriteMerges();
        Assert.Contains("no file says which", Assert.Throws<NotSupportedException>(_folder.Load).Message);

        Assert.Equal([2, 8, 9, 3], _folder.Write("tokenizer_config.json", """{"tokenizer_class": "BertTokenizer"}""").Load().Encode("lolcat"));
    }

    /// <summary>A class has settings of its own, which count in Python where no file says any, and nowhere else.</summary>
    [Theory]
    [InlineData("""{"tokenizer_class": "BertTokenizer"}""", "lowercase", "do_lower_case")]
    [InlineData("""{"tokenizer_class": "MPNetTokenizer", "do_lower_case": true}""", "strip_accents", "strip_accents")]
    [InlineData("""{"tokenizer_class": "DistilBertTokenizerFast", "do_lower_case": true}""", "handle_chinese_chars", "tokenize_chinese_chars")]
    public void Silence_that_means_two_things_is_refused(string config, string setting, string key)
    {
        JsonObject json = ScratchFolder.Json;
        JsonNode normalizer = json["normalizer"]!["normalizers"]![2]!.DeepClone();
        normalizer[setting] = false;
        json["normalizer"] = normalizer;
        _folder.Write("tokenizer.json", json).Write("tokenizer_config.json", config);

        Assert.Contains($"tokenizer_config.json doesn't say {key}", Assert.Throws<NotSupportedException>(_folder.Load).Message);

        JsonNode said = JsonNode.Parse(config)!;
        said[key] = false;
        Assert.NotEmpty(_folder.Write("tokenizer_config.json", said).Load().Encode("a"));
        Assert.NotEmpty(_folder.Write("tokenizer_config.json", """{"tokenizer_class": "PreTrainedTokenizerFast"}""").Load().Encode("a"));
    }

    /// <summary>They are meant for a normalizer that stands alone, in Python too.</summary>
    [Fact]
    public void Settings_do_not_reach_into_a_sequence()
    {
        _folder.Write("tokenizer.json", ScratchFolder.Json).Write("tokenizer_config.json", """{"do_lower_case": false, "tokenizer_class": "BertTokenizer"}""");

        Assert.Equal([2, 8, 3], _folder.Load().Encode("LOL"));
    }

    [Theory]
    [InlineData("""{"tokenizer_class": "RobertaTokenizer", "add_prefix_space": true}""", false, true)]
    [InlineData("""{"tokenizer_class": "RobertaTokenizerFast", "add_prefix_space": false}""", true, false)]
    [InlineData("""{"tokenizer_class": "RobertaTokenizer"}""", false, false)]
    [InlineData("""{"add_prefix_space": true}""", false, false)]
    [InlineData("""{"tokenizer_class": "RobertaTokenizer"}""", true, null)]
    [InlineData("""{"tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": true}""", false, null)]
    public void A_blank_before_a_text_is_added_as_the_files_say(string config, bool inJson, bool? added)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenGolden.Folder, "roberta", "tokenizer.json")))!;
        json["pre_tokenizer"]!["add_prefix_space"] = inJson;
        _folder.Write("tokenizer.json", json).Write("tokenizer_config.json", config);
        if (added is null)
        {
            Assert.Contains("add_prefix_space", Assert.Throws<NotSupportedException>(_folder.Load).Message);
            return;
        }

        TextTokenizer tokenizer = _folder.Load();

        Assert.Equal(added, tokenizer.Encode("the").SequenceEqual(tokenizer.Encode(" the")));
    }

    private void WriteJson() => _folder.Write("tokenizer.json", ScratchFolder.Json);

    private void WriteVocabulary() => _folder.Write("vocab.txt", ScratchFolder.Vocabulary);

    private void WriteMerges() =>
        _folder.Write("vocab.json", """{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"<mask>":4,"a":5,"b":6,"ab":7}""").Write("merges.txt", "#version: 0.2\na b\n");
}
