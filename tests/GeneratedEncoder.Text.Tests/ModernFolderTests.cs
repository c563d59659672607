using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What the files beside tokenizer.json say of the tokenizers of ModernBERT, T5, DeBERTa and Gemma, and what is refused of them.</summary>
public sealed class ModernFolderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ModernBERT", """{"tokenizer_class": "PreTrainedTokenizerFast"}""", "{}")]
    [InlineData("ModernBERT", "{}", """{"model_type": "modernbert"}""")]
    [InlineData("T5, first files", """{"tokenizer_class": "T5Tokenizer", "extra_ids": 2}""", "{}")]
    [InlineData("T5, later files", """{"tokenizer_class": "T5TokenizerFast", "add_prefix_space": true}""", "{}")]
    [InlineData("T5, later files", "{}", """{"model_type": "t5"}""")]
    [InlineData("DeBERTa v3", """{"tokenizer_class": "DebertaV2Tokenizer", "do_lower_case": false, "split_by_punct": false, "vocab_type": "spm"}""", "{}")]
    [InlineData("DeBERTa v3", """{"tokenizer_class": "DebertaV2TokenizerFast"}""", "{}")]
    [InlineData("DeBERTa v3", "{}", """{"model_type": "deberta-v2"}""")]
    [InlineData("Gemma", """{"tokenizer_class": "GemmaTokenizer", "add_bos_token": true, "add_eos_token": true}""", "{}")]
    [InlineData("Gemma", """{"tokenizer_class": "GemmaTokenizerFast", "add_eos_token": true, "mask_token": "<mask>"}""", "{}")]
    [InlineData("Gemma", """{"tokenizer_class": "PreTrainedTokenizerFast"}""", "{}")]
    public void Their_classes_are_known_and_change_nothing(string name, string tokenizerConfig, string config)
    {
        ModernTokenizer golden = ModernTokenizer.All[name];
        TextTokenizer tokenizer = Load(golden.Json(), tokenizerConfig, config);

        Assert.All(golden.Texts, text => Assert.Equal(text.Ids, tokenizer.Encode(text.Text)));
    }

    [Theory]
    [InlineData("Gemma", """{"tokenizer_class": "GemmaTokenizer"}""", "tokenizer.json adds the eos_token")]
    [InlineData("Gemma", """{"tokenizer_class": "GemmaTokenizer", "add_eos_token": false}""", "tokenizer.json adds the eos_token")]
    [InlineData("Gemma", """{"tokenizer_class": "GemmaTokenizer", "add_bos_token": false, "add_eos_token": true}""", "tokenizer.json adds the bos_token")]
    [InlineData("Gemma", """{"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<eos>", "add_eos_token": false}""", "tokenizer.json adds the eos_token")]
    [InlineData("ModernBERT", """{"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|endoftext|>", "add_bos_token": true}""", "tokenizer.json doesn't add the bos_token")]
    [InlineData("T5, later files", """{"tokenizer_class": "T5Tokenizer", "add_prefix_space": false}""", "add_prefix_space false")]
    [InlineData("DeBERTa v3", """{"tokenizer_class": "DebertaV2Tokenizer", "split_by_punct": true}""", "split_by_punct is true")]
    public void Files_that_contradict_each_other_are_refused(string name, string tokenizerConfig, string message) =>
        Assert.Contains(message, Assert.Throws<NotSupportedException>(() => Load(ModernTokenizer.All[name].Json(), tokenizerConfig, "{}")).Message);

    [Fact]
    public void Special_tokens_have_the_names_that_their_classes_give()
    {
        TextTokenizer t5 = Load(ModernTokenizer.All["T5, first files"].Json(), """{"tokenizer_class": "T5Tokenizer"}""", "{}");
        Assert.Equal(["<pad>", "</s>", "<unk>"], new[] { t5.PadTokenId, t5.SepTokenId, t5.UnknownTokenId }.Select(id => t5.Token(id!.Value)));
        Assert.Null(t5.ClsTokenId);
        Assert.Null(t5.MaskTokenId);

        TextTokenizer deberta = Load(ModernTokenizer.All["DeBERTa v3"].Json(), """{"tokenizer_class": "DebertaV2Tokenizer"}""", "{}");
        int?[] ids = [deberta.PadTokenId, deberta.UnknownTokenId, deberta.ClsTokenId, deberta.SepTokenId, deberta.MaskTokenId];
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], ids.Select(id => deberta.Token(id!.Value)));

        TextTokenizer gemma = Load(ModernTokenizer.All["Gemma"].Json(), """{"tokenizer_class": "GemmaTokenizer", "add_eos_token": true}""", "{}");
        Assert.Equal(["<pad>", "<unk>", "<mask>"], new[] { gemma.PadTokenId, gemma.UnknownTokenId, gemma.MaskTokenId }.Select(id => gemma.Token(id!.Value)));
    }

    /// <summary>A file may have them among its pieces only; T5's class finds them in texts all the same.</summary>
    [Fact]
    public void T5_knows_its_extra_ids_where_no_file_names_them()
    {
        JsonObject json = ModernTokenizer.All["T5, first files"].Json();
        int[] expected = _folder.Write("tokenizer.json", json).Load().Encode("a<extra_id_0>b");
        int id = json["added_tokens"]!.AsArray().Last()!["id"]!.GetValue<int>();
        json["added_tokens"]!.AsArray().RemoveAt(json["added_tokens"]!.AsArray().Count - 1);

        Assert.DoesNotContain(id, _folder.Write("tokenizer.json", json).Load().SpecialTokenIds);

        TextTokenizer tokenizer = Load(json, """{"tokenizer_class": "T5Tokenizer"}""", "{}");
        Assert.Equal(expected, tokenizer.Encode("a<extra_id_0>b"));
        Assert.Contains(id, tokenizer.SpecialTokenIds);
    }

    [Fact]
    public void A_DeBERTa_with_nothing_but_its_SentencePiece_model_is_refused_by_its_name()
    {
        _folder.Write("spm.model", "").Write("config.json", """{"model_type": "deberta-v2"}""").Write("tokenizer_config.json", """{"do_lower_case": false, "vocab_type": "spm"}""");

        Assert.Contains("SentencePiece model, 'spm.model', but no tokenizer.json", Assert.Throws<NotSupportedException>(_folder.Load).Message);
    }

    [Theory]
    [InlineData("ignore_merges", "true", "model.ignore_merges is true")]
    [InlineData("byte_fallback", "false", "model.byte_fallback is false, which is not supported without a ByteLevel pre-tokenizer")]
    [InlineData("dropout", "0.1", "model.dropout is 0.1")]
    [InlineData("continuing_subword_prefix", "\"##\"", "a BPE model with continuing_subword_prefix '##'")]
    public void Settings_of_a_BPE_that_nobody_here_follows_are_refused(string setting, string value, string message) =>
        Assert.Contains(message, Refused(json => json["model"]![setting] = JsonNode.Parse(value)));

    [Fact]
    public void A_BPE_that_lacks_a_byte_is_refused() => Assert.Contains("lacks the piece '<0x41>'", Refused(json =>
    {
        JsonObject vocabulary = json["model"]!["vocab"]!.AsObject();
        int id = vocabulary["<0x41>"]!.GetValue<int>();
        vocabulary.Remove("<0x41>");
        vocabulary["another"] = id;
    }));

    [Theory]
    [InlineData("behavior", "\"Isolated\"")]
    [InlineData("invert", "true")]
    [InlineData("pattern", """{"String": "a"}""")]
    [InlineData("pattern", """{"Regex": " "}""")]
    public void Words_that_are_split_in_another_way_are_refused(string setting, string value) =>
        Assert.Contains("a Split pre-tokenizer must split at the string ' '", Refused(json => json["pre_tokenizer"]![setting] = JsonNode.Parse(value)));

    [Fact]
    public void A_decoder_with_a_step_that_is_not_known_is_refused_when_it_is_needed()
    {
        TextTokenizer tokenizer = ModernTokenizer.All["Gemma"].Load(json => json["decoder"]!["decoders"]!.AsArray().Add(JsonNode.Parse("""{"type": "Strip", "content": " ", "start": 1, "stop": 0}""")));

        Assert.NotEmpty(tokenizer.Encode("a"));
        Assert.Contains("the decoder Sequence is not supported", Assert.Throws<NotSupportedException>(() => tokenizer.Decode([2])).Message);
    }

    /// <summary>A vocabulary whose merges join the names of bytes: what stands beside a byte isn't known by its name's last character then.</summary>
    [Fact]
    public void Bytes_may_be_joined_too()
    {
        TextTokenizer tokenizer = ModernTokenizer.All["Gemma"].Load(json =>
        {
            JsonObject vocabulary = json["model"]!["vocab"]!.AsObject();
            vocabulary["<0xEA><0x99>"] = vocabulary.Count;
            vocabulary["<0xEA><0x99><0xAE>"] = vocabulary.Count;
            vocabulary["<0xEA><0x99><0xAE>a"] = vocabulary.Count;
            foreach (string[] merge in (string[][])[["<0xEA>", "<0x99>"], ["<0xEA><0x99>", "<0xAE>"], ["<0xEA><0x99><0xAE>", "a"]])
            {
                json["model"]!["merges"]!.AsArray().Insert(0, new JsonArray(merge[0], merge[1]));
            }
        });

        Assert.Equal([2, tokenizer.TokenId("<0xEA><0x99><0xAE>a")!.Value, 1], tokenizer.Encode("\uA66Ea"));
    }

    [Fact]
    public void A_token_stands_for_its_characters_with_the_blank_before_them_and_a_byte_for_its_whole_character()
    {
        const string Text = "the \uA66E";
        TokenizedText tokens = ModernTokenizer.All["Gemma"].Load().Tokenize(Text, addSpecialTokens: false);

        Assert.Equal(["<0xEA>", "<0x99>", "<0xAE>"], tokens.TakeLast(3).Select(token => token.Token));
        Assert.All(tokens.TakeLast(3), token => Assert.Equal("\uA66E", Text.Substring(token.Start, token.Length)));
        Assert.All(tokens.SkipLast(3), token => Assert.Equal(token.Token.Replace('▁', ' '), Text.Substring(token.Start, token.Length)));
    }

    private static string Refused(Action<JsonObject> change) => Assert.Throws<NotSupportedException>(() => ModernTokenizer.All["Gemma"].Load(change)).Message;

    private TextTokenizer Load(JsonObject json, string tokenizerConfig, string config) =>
        _folder.Write("tokenizer.json", json).Write("tokenizer_config.json", tokenizerConfig).Write("config.json", config).Load();
}
