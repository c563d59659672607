namespace GeneratedEncoder.Text;

/// <summary>What the classes of transformers, which read tokenizers in Python, do beside the files.</summary>
internal enum TokenizerKind
{
    /// <summary>No file names a class: the tokenizer's own file decides alone.</summary>
    Unsaid,

    /// <summary>The class that does nothing beside tokenizer.json.</summary>
    Plain,

    /// <summary>BERT's, DistilBERT's, ELECTRA's: do_lower_case, strip_accents and tokenize_chinese_chars decide.</summary>
    Bert,

    /// <summary>MPNet's: do_lower_case and strip_accents decide.</summary>
    MPNet,

    /// <summary>RoBERTa's: add_prefix_space decides.</summary>
    Roberta,

    /// <summary>XLM-R's and CamemBERT's.</summary>
    XlmRoberta,

    /// <summary>ALBERT's.</summary>
    Albert,

    /// <summary>T5's: add_prefix_space decides, and there are extra ids.</summary>
    T5,

    /// <summary>DeBERTa's of its second and third version.</summary>
    DebertaV2,

    /// <summary>Gemma's: add_bos_token and add_eos_token decide.</summary>
    Gemma,
}

/// <summary>Which class of transformers reads a folder's tokenizer.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">Its name, and which file says so; null where none does.</param>
internal sealed record TokenizerClass(TokenizerKind Kind, string? Name)
{
    private static readonly Dictionary<string, TokenizerKind> s_classes = new(StringComparer.Ordinal)
    {
        ["BertTokenizer"] = TokenizerKind.Bert,
        ["DistilBertTokenizer"] = TokenizerKind.Bert,
        ["ElectraTokenizer"] = TokenizerKind.Bert,
        ["MPNetTokenizer"] = TokenizerKind.MPNet,
        ["RobertaTokenizer"] = TokenizerKind.Roberta,
        ["XLMRobertaTokenizer"] = TokenizerKind.XlmRoberta,
        ["CamembertTokenizer"] = TokenizerKind.XlmRoberta,
        ["AlbertTokenizer"] = TokenizerKind.Albert,
        ["T5Tokenizer"] = TokenizerKind.T5,
        ["DebertaV2Tokenizer"] = TokenizerKind.DebertaV2,
        ["GemmaTokenizer"] = TokenizerKind.Gemma,
        ["PreTrainedTokenizer"] = TokenizerKind.Plain,
        ["TokenizersBackend"] = TokenizerKind.Plain,
    };

    private static readonly Dictionary<string, TokenizerKind> s_models = new(StringComparer.Ordinal)
    {
        ["bert"] = TokenizerKind.Bert,
        ["distilbert"] = TokenizerKind.Bert,
        ["electra"] = TokenizerKind.Bert,
        ["mpnet"] = TokenizerKind.MPNet,
        ["roberta"] = TokenizerKind.Roberta,
        ["xlm-roberta"] = TokenizerKind.XlmRoberta,
        ["camembert"] = TokenizerKind.XlmRoberta,
        ["albert"] = TokenizerKind.Albert,
        ["nomic_bert"] = TokenizerKind.Bert,
        ["modernbert"] = TokenizerKind.Plain,
        ["t5"] = TokenizerKind.T5,
        ["deberta-v2"] = TokenizerKind.DebertaV2,
        ["gemma3_text"] = TokenizerKind.Gemma,
    };

    /// <summary>Reads which it is, as AutoTokenizer does: of tokenizer_config.json, else of config.json, else by the model's type.</summary>
    /// <exception cref="NotSupportedException">It is none that this library knows, or does what no tokenizer here does.</exception>
    public static TokenizerClass Of(Json? tokenizerConfig, Json? config)
    {
        foreach (Json file in new[] { tokenizerConfig, config }.OfType<Json>())
        {
            RefuseOwnCode(file);
        }

        if (tokenizerConfig is not null)
        {
            RefuseOtherSplitting(tokenizerConfig);
        }

        if ((tokenizerConfig?.Find("tokenizer_class") ?? config?.Find("tokenizer_class")) is { } named)
        {
            string name = named.Text(), plain = name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name;
            return s_classes.TryGetValue(plain, out TokenizerKind kind) && (kind != TokenizerKind.Plain || name != "PreTrainedTokenizer")
                ? new TokenizerClass(kind, $"{named.Place} is {name}")
                : throw new NotSupportedException(
                    $"{named.Place} is '{name}', a tokenizer that is not supported; supported are {string.Join(", ", s_classes.Keys.Where(known => s_classes[known] != TokenizerKind.Plain))} and PreTrainedTokenizerFast.");
        }

        if (config?.Find("model_type") is { } type)
        {
            return s_models.TryGetValue(type.Text(), out TokenizerKind kind)
                ? new TokenizerClass(kind, $"{type.Place} is {type.Text()}")
                : throw new NotSupportedException(
                    $"{type.Place} is '{type.Text()}', and no file names the tokenizer_class; the tokenizers of {string.Join(", ", s_models.Keys)} are known.");
        }

        return new TokenizerClass(TokenizerKind.Unsaid, null);
    }

    /// <summary>A class that comes with the model may do anything.</summary>
    private static void RefuseOwnCode(Json file)
    {
        if (file.Find("auto_map") is { } map && (map.IsArray || map.IsText || map.Find("AutoTokenizer") is not null))
        {
            throw new NotSupportedException($"{map.Place} names code of the model's own as its tokenizer, which is not supported.");
        }
    }

    /// <summary>Settings with which texts are split in another way, or in one way by some classes and in another by others.</summary>
    private static void RefuseOtherSplitting(Json config)
    {
        foreach ((string key, string standard) in ((string, string)[])[("word_tokenizer_type", "basic"), ("subword_tokenizer_type", "wordpiece")])
        {
            if (config.Find(key) is { } type && type.Text() != standard)
            {
                throw new NotSupportedException($"{type.Place} is '{type.Text()}', which is not supported; only '{standard}' is.");
            }
        }

        foreach ((string key, bool standard) in ((string, bool)[])
            [("do_basic_tokenize", true), ("do_word_tokenize", true), ("do_subword_tokenize", true), ("split_special_tokens", false), ("split_by_punct", false), ("from_slow", false)])
        {
            if (config.Find(key) is { } flag && flag.Flag() != standard)
            {
                throw new NotSupportedException($"{flag.Place} is {(standard ? "false" : "true")}, which is not supported.");
            }
        }

        if (config.Find("never_split") is { } words && words.Items().Count > 0)
        {
            throw new NotSupportedException($"{words.Place} has '{words.Item(0).Text()}', but words that are never split are not supported.");
        }

        if (config.Find("fast_tokenizer_files") is { } files && files.Items().Find(file => file.Text() != "tokenizer.json") is { } other)
        {
            throw new NotSupportedException($"{other.Place} is '{other.Text()}', but a tokenizer.json for each version of transformers is not supported.");
        }
    }
}
