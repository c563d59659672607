using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What is wrong with a model folder is said by name.</summary>
public sealed class BadFolderTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void No_folder() => Assert.Contains(
        "There is no model folder '", Assert.Throws<DirectoryNotFoundException>(() => EncoderPipeline.Load<Embedder>(Path.Combine(_model.Folder, "none"))).Message);

    [Fact]
    public void No_folder_named_for_an_encoder_that_has_none_of_its_own() => Assert.Contains(
        "Embedder was not made from a model folder", Assert.Throws<ArgumentNullException>(() => EncoderPipeline.Load<Embedder>()).Message);

    [Fact]
    public void No_tokenizer()
    {
        File.Delete(TokenizerFile);

        Assert.Contains(
            "has no tokenizer: neither tokenizer.json, nor vocab.txt, nor vocab.json with merges.txt.",
            Assert.Throws<FileNotFoundException>(() => _model.Load<Embedder>()).Message);
    }

    [Fact]
    public void Only_a_SentencePiece_file()
    {
        File.Move(TokenizerFile, Path.Combine(_model.Folder, "sentencepiece.bpe.model"));

        Assert.Contains(
            "'sentencepiece.bpe.model', but no tokenizer.json", Assert.Throws<NotSupportedException>(() => _model.Load<Embedder>()).Message);
    }

    [Fact]
    public void No_weights_but_a_pickle()
    {
        File.Move(Path.Combine(_model.Folder, "model.safetensors"), Path.Combine(_model.Folder, "pytorch_model.bin"));

        string message = Assert.Throws<FileNotFoundException>(() => _model.Load<Embedder>()).Message;

        Assert.Contains("has no weights: neither model.safetensors nor model.safetensors.index.json.", message);
        Assert.Contains("pytorch_model.bin", message);
    }

    [Fact]
    public void A_tokenizer_of_another_model()
    {
        File.Copy(Path.Combine(TokenGolden.Folder, "roberta", "tokenizer.json"), TokenizerFile, overwrite: true);
        Edit(json =>
        {
            for (int i = json["model"]!["vocab"]!.AsObject().Count; i < 1000; i++)
            {
                json["model"]!["vocab"]![$"more-{i}"] = i;
            }
        });

        Assert.Contains(
            "token ids up to 999, but Embedder has a vocabulary of 905: they don't belong to the same model.",
            Assert.Throws<InvalidDataException>(() => _model.Load<Embedder>()).Message);
    }

    /// <summary>Gemma's tokenizer has such a one for images.</summary>
    [Fact]
    public void A_special_token_that_the_model_has_no_vector_for_is_refused_in_a_text_and_one_that_is_not_special_at_once()
    {
        Edit(json =>
        {
            Tokenizers.AddTokens(json, ["<image>"]);
            json["added_tokens"]!.AsArray()[^1]!["special"] = true;
        });
        using (EncoderPipeline<Embedder> encoder = _model.Load<Embedder>())
        {
            Assert.Equal(Embedder.HiddenSize, encoder.Embed("an image").Length);
            Assert.Contains("token id 905 at position 2 is outside the vocabulary of 905", Assert.ThrowsAny<ArgumentException>(() => encoder.Embed("a <image>")).Message);
        }

        Edit(json => json["added_tokens"]!.AsArray()[^1]!["special"] = false);
        Assert.Contains("token ids up to 905", Assert.Throws<InvalidDataException>(() => _model.Load<Embedder>()).Message);
    }

    [Fact]
    public void Not_JSON()
    {
        File.WriteAllText(TokenizerFile, "{ \"model\": ");

        Assert.Contains("tokenizer.json is not what it should be", Assert.Throws<InvalidDataException>(() => _model.Load<Embedder>()).Message);
    }

    [Fact]
    public void JSON_without_a_model()
    {
        File.WriteAllText(TokenizerFile, "{}");

        Assert.Contains("tokenizer.json: model is missing.", Assert.Throws<InvalidDataException>(() => _model.Load<Embedder>()).Message);
    }

    [Theory]
    [InlineData("model", "WordLevel", "the model WordLevel with pre-tokenizer BertPreTokenizer is not supported")]
    [InlineData("normalizer", "Nmt", "the normalizer Nmt is not supported")]
    [InlineData("pre_tokenizer", "Digits", "the model WordPiece with pre-tokenizer Digits is not supported")]
    [InlineData("post_processor", "Other", "the post-processor Other is not supported")]
    public void What_this_library_cannot_do_is_said(string part, string type, string message)
    {
        Edit(json => json[part]!["type"] = type);

        Assert.Contains(message, Assert.Throws<NotSupportedException>(() => _model.Load<Embedder>()).Message);
    }

    [Theory]
    [InlineData("a duplicate", "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"<mask>\":4,\"a\":5,\"a\":6}", "a b")]
    [InlineData("a merge of unknown tokens", "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"<mask>\":4,\"a\":5,\"b\":6}", "a c")]
    [InlineData("a merge of one token", "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"<mask>\":4,\"a\":5,\"b\":6}", "a")]
    public void Files_that_contradict_each_other(string what, string vocabulary, string merges)
    {
        File.Delete(TokenizerFile);
        File.WriteAllText(Path.Combine(_model.Folder, "vocab.json"), vocabulary);
        File.WriteAllText(Path.Combine(_model.Folder, "merges.txt"), $"#version: 0.2\n{merges}\n");

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(_model.Folder));

        Assert.True(exception.Message.Contains("not what", StringComparison.Ordinal) || exception.Message.Contains("vocab.json has the token 'a' twice", StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(-1)]
    public void A_special_token_outside_the_vocabulary(int id)
    {
        Edit(json => json["post_processor"]!["special_tokens"]!["[SEP]"]!["ids"] = new JsonArray(id));

        Assert.Contains($"A special token has id {id}, but the tokenizer has", Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(_model.Folder)).Message);
    }

    /// <summary>The text's tokens would have to be in two places, or in none.</summary>
    [Theory]
    [InlineData("single", 2)]
    [InlineData("single", 0)]
    [InlineData("pair", 2)]
    public void A_template_with_other_places_than_one_for_each_text(string template, int places)
    {
        Edit(json => json["post_processor"]![template] = new JsonArray([.. Enumerable.Range(0, places).Select(_ => JsonNode.Parse("""{"Sequence":{"id":"A","type_id":0}}"""))]));

        Assert.Contains("has not exactly one place for each text", Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(_model.Folder)).Message);
    }

    [Fact]
    public void An_added_token_of_nothing()
    {
        Edit(json => json["added_tokens"]![0]!["content"] = null);

        Assert.Contains("added_tokens[0].content is missing", Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(_model.Folder)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Words_of_no_characters(int longest)
    {
        Edit(json => json["model"]!["max_input_chars_per_word"] = longest);

        Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(_model.Folder));
    }

    /// <summary>They would be read onto the stack, and end the process.</summary>
    [Theory]
    [InlineData("max_input_chars_per_word", 1_000_000)]
    [InlineData("max_input_chars_per_word", int.MaxValue)]
    [InlineData("continuing_subword_prefix", 1_000_000)]
    public void Words_of_any_length(string property, int length)
    {
        Edit(json => json["model"]![property] = property[0] == 'm' ? JsonValue.Create(length) : JsonValue.Create(new string('#', length)));

        Assert.Contains("at most 1000 are supported", Assert.Throws<NotSupportedException>(() => TextTokenizer.Load(_model.Folder)).Message);
    }

    /// <summary>An expression that takes exponential time in a backtracking matcher, and one that needs such a matcher.</summary>
    [Fact]
    public void Expressions_that_a_text_could_be_made_to_hang_on()
    {
        Normalize("(a+)+$");
        Assert.NotEmpty(TextTokenizer.Load(_model.Folder).Encode(new string('a', 5000) + "!"));

        Normalize("(a)\\1");
        Assert.Throws<NotSupportedException>(() => TextTokenizer.Load(_model.Folder));

        Normalize("(");
        Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(_model.Folder));

        void Normalize(string expression) => Edit(json => json["normalizer"] = new JsonObject
        {
            ["type"] = "Replace",
            ["pattern"] = new JsonObject { ["Regex"] = expression },
            ["content"] = "b",
        });
    }

    [Theory]
    [InlineData("NFC")]
    [InlineData("NFKD")]
    public void Half_a_surrogate_pair_in_a_text_is_a_replacement_character(string form)
    {
        Edit(json => json["normalizer"] = new JsonObject { ["type"] = form });
        TextTokenizer tokenizer = TextTokenizer.Load(_model.Folder);

        Assert.Equal(tokenizer.Encode("a \uFFFD b"), tokenizer.Encode("a \uD800 b"));
    }

    private string TokenizerFile => Path.Combine(_model.Folder, "tokenizer.json");

    private void Edit(Action<JsonNode> change)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(TokenizerFile))!;
        change(json);
        File.WriteAllText(TokenizerFile, json.ToJsonString());
    }
}
