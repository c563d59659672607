using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>What tokenizer_config.json says of a tokenizer.json's normalizer and pre-tokenizer; null where it says nothing.</summary>
/// <param name="Class">The tokenizer's class, whose own settings hold where no file says any.</param>
/// <param name="Lowercase">Its do_lower_case.</param>
/// <param name="StripAccents">Its strip_accents.</param>
/// <param name="HandleChineseChars">Its tokenize_chinese_chars.</param>
/// <param name="AddPrefixSpace">Its add_prefix_space.</param>
internal readonly record struct TokenizerChanges(TokenizerClass Class, bool? Lowercase, bool? StripAccents, bool? HandleChineseChars, bool? AddPrefixSpace);

/// <summary>
/// Reads a tokenizer.json, and refuses what it can't follow exactly. What may be absent there is what Hugging Face's library (tokenizers
/// 0.22) lets be absent.
/// </summary>
internal static class TokenizerJson
{
    private const string Supported =
        "Supported are WordPiece with BertPreTokenizer, byte-level BPE (RoBERTa), and Unigram with Metaspace (XLM-R, CamemBERT, ALBERT).";

    /// <param name="json">The file.</param>
    /// <param name="changes">What other files say of it.</param>
    /// <param name="specialTokens">Reads what other files say of special tokens, given those that this one adds.</param>
    public static TokenizerParts Read(Json json, TokenizerChanges changes, Func<IReadOnlyCollection<AddedToken>, SpecialTokens> specialTokens)
    {
        if (json.Find("version") is { } version && version.Text() != "1.0")
        {
            throw new NotSupportedException($"{version.Place} is '{version.Text()}', but only version 1.0 is supported.");
        }

        Json model = json.Get("model");
        string type = model.Find("type")?.Text() ?? GuessType(model);
        List<Normalizer> normalizers = Normalizers(json.Find("normalizer"), changes);
        (TokenModel words, Dictionary<string, int> pieces, int count) = Model(type, model, json.Find("pre_tokenizer"), changes);
        AddedVocabulary vocabulary = new(pieces, count, normalizers.Count > 0);
        foreach (Json added in json.Find("added_tokens")?.Items() ?? [])
        {
            vocabulary.Add(Added(added));
        }

        SpecialTokens special = specialTokens([.. vocabulary.Tokens]);
        special.AddTo(vocabulary);
        TokenizerParts parts = Parts(vocabulary, words, normalizers, Template(json.Find("post_processor")), special, TokenDecoder.Read(json.Find("decoder")));
        return parts with { CutsLeft = json.Find("truncation")?.Find("direction") is { } direction && OneOf(direction, "Right", "Left") == "Left" };
    }

    /// <summary>A tokenizer of what files said.</summary>
    public static TokenizerParts Parts(AddedVocabulary vocabulary, TokenModel words, List<Normalizer> normalizers, TokenTemplate template, SpecialTokens special, TokenDecoder decoder)
    {
        int? Id(string role, string bert, string roberta) => vocabulary.Tokens.FirstOrDefault(
            token => special.Name(role) is { } name ? token.Content == name : token.Content == bert || token.Content == roberta)?.Id;
        return new TokenizerParts
        {
            Vocabulary = vocabulary.Names(),
            Model = words,
            Normalizers = normalizers,
            Template = template,
            // Tokens that are looked for after normalization come second even where nothing is normalized.
            RawTokens = [.. vocabulary.Tokens.Where(token => !token.Normalized)],
            NormalizedTokens = [.. vocabulary.Tokens.Where(token => token.Normalized).Select(token => token with { Content = Normalizer.Apply(normalizers, token.Content) })],
            Decoder = decoder,
            SpecialTokenIds = vocabulary.Tokens.Where(token => token.Special).Select(token => token.Id).ToHashSet(),
            MaskTokenId = Id("mask_token", "[MASK]", "<mask>"),
            PadTokenId = Id("pad_token", "[PAD]", "<pad>"),
            UnknownTokenId = Id("unk_token", "[UNK]", "<unk>"),
            ClsTokenId = Id("cls_token", "[CLS]", "<s>"),
            SepTokenId = Id("sep_token", "[SEP]", "</s>"),
        };
    }

    /// <summary>The steps of BERT's normalizer.</summary>
    public static List<Normalizer> BertNormalizers(bool cleanText, bool handleChineseChars, bool stripAccents, bool lowercase)
    {
        List<Normalizer> steps = [new BertCleaning(cleanText, handleChineseChars)];
        if (stripAccents)
        {
            steps.Add(new Unaccenting());
        }

        if (lowercase)
        {
            steps.Add(new LowerCase());
        }

        return steps;
    }

    /// <summary>Tokens and their ids.</summary>
    /// <exception cref="InvalidDataException">A token stands there twice.</exception>
    public static Dictionary<string, int> Ids(Json vocab)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach ((string token, Json id) in vocab.Members())
        {
            if (!ids.TryAdd(token, id.Number()))
            {
                throw new InvalidDataException($"{vocab.Place} has the token '{token}' twice.");
            }
        }

        return ids;
    }

    private static AddedToken Added(Json json) => new(
        json.Get("id").Number(), json.Get("content").Text(), json.Get("single_word").Flag(), json.Get("lstrip").Flag(), json.Get("rstrip").Flag(),
        json.Get("normalized").Flag(), json.Get("special").Flag());

    private static (TokenModel Words, Dictionary<string, int> Pieces, int Count) Model(string type, Json model, Json? preTokenizer, TokenizerChanges changes)
    {
        List<Json> steps = Steps(preTokenizer, "pretokenizers");
        string[] splits = [.. steps.Select(step => step.Get("type").Text())];
        switch (type)
        {
            case "WordPiece" when splits is ["BertPreTokenizer"]:
                Dictionary<string, int> pieces = Ids(model.Get("vocab"));
                WordPieceModel wordPiece = new(
                    AddedVocabulary.ByIds(pieces), model.Get("unk_token").Text(), model.Get("continuing_subword_prefix").Text(), model.Get("max_input_chars_per_word").Number());
                return (wordPiece, pieces, pieces.Count);

            case "BPE" when splits is ["ByteLevel"]:
                RefuseVariants(model, steps[0]);
                Dictionary<string, int> ids = Ids(model.Get("vocab"));
                _ = AddedVocabulary.ByIds(ids);
                bool prefix = AddsPrefixSpace(steps[0], preTokenizer!.Find("type")?.Text() != "Sequence", changes);
                BytePairModel bytePairs = new(
                    ids, model.Get("merges").Items().Select(Merge), prefix, model.Find("unk_token")?.Text(), model.Find("fuse_unk")?.Flag() ?? false);
                return (bytePairs, ids, ids.Count);

            case "Unigram" when splits is ["Metaspace"] or ["WhitespaceSplit", "Metaspace"]:
                return Unigram(model, steps[^1], splits.Length == 2);

            default:
                string split = splits.Length == 0 ? "none" : string.Join(" + ", splits);
                throw new NotSupportedException($"tokenizer.json: the model {type} with pre-tokenizer {split} is not supported. {Supported}");
        }
    }

    private static string Merge(Json merge) => merge.IsText ? merge.Text() : $"{merge.Item(0).Text()} {merge.Item(1).Text()}";

    private static (TokenModel, Dictionary<string, int>, int) Unigram(Json model, Json metaspace, bool splitsWhiteSpace)
    {
        if (model.Find("byte_fallback")?.Flag() == true)
        {
            throw new NotSupportedException("tokenizer.json: model.byte_fallback is true, which is not supported.");
        }

        string mark = metaspace.Get("replacement").Text();
        string scheme = OneOf(metaspace.Find("prepend_scheme"), "always", "first", "never");
        if (metaspace.Find("add_prefix_space") is { } prefix && !prefix.Flag() && scheme != "never")
        {
            throw new InvalidDataException($"{prefix.Place} is false, but prepend_scheme is '{scheme}'.");
        }

        if (mark.Length != 1 || metaspace.Find("split")?.Flag() == false)
        {
            throw new NotSupportedException("tokenizer.json: a Metaspace pre-tokenizer must mark blanks with one character and split there.");
        }

        List<(string Piece, double Score)> pieces = [.. model.Get("vocab").Items().Select(piece => (piece.Item(0).Text(), piece.Item(1).Fraction()))];
        Json unknown = model.Get("unk_id");
        if (unknown.Number() < 0 || unknown.Number() >= pieces.Count)
        {
            throw new InvalidDataException($"{unknown.Place} is {unknown.Number()}, but the vocabulary has {pieces.Count} pieces.");
        }

        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        for (int id = 0; id < pieces.Count; id++)
        {
            if (!ids.TryAdd(pieces[id].Piece, id))
            {
                throw new NotSupportedException($"tokenizer.json: model.vocab has the piece '{pieces[id].Piece}' twice, which is not supported.");
            }
        }

        UnigramModel words = new(pieces, unknown.Number(), new Metaspace(mark[0], scheme == "always", scheme == "first", splitsWhiteSpace));
        return (words, ids, pieces.Count);
    }

    private static void RefuseVariants(Json model, Json byteLevel)
    {
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Find(name) is { } affix && affix.Text().Length > 0)
            {
                throw new NotSupportedException($"tokenizer.json: a BPE model with {name} '{affix.Text()}' is not supported.");
            }
        }

        foreach (string name in (string[])["byte_fallback", "ignore_merges"])
        {
            if (model.Find(name) is { } flag && flag.Flag())
            {
                throw new NotSupportedException($"{flag.Place} is true, which is not supported.");
            }
        }

        if (model.Find("dropout") is { } dropout && dropout.Fraction() != 0)
        {
            throw new NotSupportedException($"{dropout.Place} is {dropout.Fraction()}: merges that are left out at random are not supported.");
        }

        if (byteLevel.Find("use_regex")?.Flag() == false)
        {
            throw new NotSupportedException("tokenizer.json: a ByteLevel pre-tokenizer without its regular expression is not supported.");
        }
    }

    /// <summary>
    /// RoBERTa's class obeys tokenizer_config.json, and its own setting, false, where that says nothing. Of the other classes some
    /// versions do and some don't, but none looks into a sequence.
    /// </summary>
    private static bool AddsPrefixSpace(Json byteLevel, bool alone, TokenizerChanges changes)
    {
        bool here = byteLevel.Get("add_prefix_space").Flag(), there = changes.AddPrefixSpace ?? false;
        if (!alone || here == there || changes.Class.Kind == TokenizerKind.Unsaid)
        {
            return here;
        }

        return changes.Class.Kind == TokenizerKind.Roberta && changes.AddPrefixSpace is not null
            ? there
            : throw new NotSupportedException(
                $"tokenizer.json has add_prefix_space {Word(here)}, and tokenizer_config.json {(changes.AddPrefixSpace is null ? "doesn't say it" : $"has {Word(there)}")}: write the right one into both files. ({changes.Class.Name}.)");
    }

    private static List<Normalizer> Normalizers(Json? json, TokenizerChanges changes)
    {
        List<Normalizer> normalizers = [];
        foreach (Json step in Steps(json, "normalizers"))
        {
            string type = step.Get("type").Text();
            switch (type)
            {
                case "BertNormalizer":
                    // What other files say is meant for a normalizer that stands alone.
                    normalizers.AddRange(Bert(step, json!.Get("type").Text() == "BertNormalizer" ? changes : default));
                    break;
                case "Lowercase":
                    normalizers.Add(new LowerCase());
                    break;
                case "StripAccents":
                    normalizers.Add(new StripAccents());
                    break;
                case "Strip":
                    normalizers.Add(new Trimming(step.Get("strip_left").Flag(), step.Get("strip_right").Flag()));
                    break;
                case "NFC" or "NFD" or "NFKC" or "NFKD":
                    normalizers.Add(new UnicodeForm(Enum.Parse<NormalizationForm>($"Form{type[2..]}"), type));
                    break;
                case "Replace":
                    Json pattern = step.Get("pattern");
                    normalizers.Add(new Replacement(
                        pattern.Find("Regex") is { } expression ? Pattern.Parse(expression.Text()) : Pattern.Literal(pattern.Get("String").Text()), step.Get("content").Text()));
                    break;
                case "Precompiled":
                    normalizers.Add(new CharacterMap(step.Get("precompiled_charsmap").Bytes()));
                    break;
                default:
                    throw new NotSupportedException(
                        $"tokenizer.json: the normalizer {type} is not supported; BertNormalizer, Lowercase, StripAccents, Strip, NFC, NFD, NFKC, NFKD, Replace and Precompiled are.");
            }
        }

        return normalizers;
    }

    /// <summary>
    /// BERT's normalizer as the files say together: what tokenizer_config.json says wins. Where it says nothing, transformers takes its
    /// class's own setting, and other readers tokenizer.json's; if these are two, nobody can know which was meant.
    /// </summary>
    private static List<Normalizer> Bert(Json step, TokenizerChanges changes)
    {
        bool lower = step.Get("lowercase").Flag(), chinese = step.Get("handle_chinese_chars").Flag();
        bool? strip = step.Find("strip_accents")?.Flag();
        bool newLower = changes.Lowercase ?? lower, newChinese = changes.HandleChineseChars ?? chinese;
        bool newStrip = changes.StripAccents ?? strip ?? newLower;
        if (changes.Class is { Kind: TokenizerKind.Bert or TokenizerKind.MPNet })
        {
            RefuseSilence("lowercase", newLower, "do_lower_case", changes.Lowercase ?? true, changes.Class);
            RefuseSilence("strip_accents", newStrip, "strip_accents", changes.StripAccents ?? newLower, changes.Class);
            if (changes.Class.Kind == TokenizerKind.Bert)
            {
                RefuseSilence("handle_chinese_chars", newChinese, "tokenize_chinese_chars", changes.HandleChineseChars ?? true, changes.Class);
            }
        }

        return BertNormalizers(step.Get("clean_text").Flag(), newChinese, newStrip, newLower);
    }

    private static void RefuseSilence(string name, bool here, string key, bool standard, TokenizerClass tokenizer)
    {
        if (here != standard)
        {
            throw new NotSupportedException(
                $"tokenizer.json has {name} {Word(here)}, and tokenizer_config.json doesn't say {key}, which is {Word(standard)} by itself ({tokenizer.Name}): write {key} into tokenizer_config.json.");
        }
    }

    private static TokenTemplate Template(Json? json)
    {
        TokenTemplate? template = null;
        foreach (Json step in Steps(json, "processors"))
        {
            string type = step.Get("type").Text();
            if (type == "ByteLevel")
            {
                continue; // It only says which blanks belong to a token.
            }

            TokenTemplate next = type switch
            {
                "TemplateProcessing" => new TokenTemplate(Slots(step, "single"), Slots(step, "pair")),
                "BertProcessing" => TokenTemplate.Bert(step.Get("cls").Item(1).Number(), step.Get("sep").Item(1).Number()),
                "RobertaProcessing" => TokenTemplate.Roberta(step.Get("cls").Item(1).Number(), step.Get("sep").Item(1).Number()),
                _ => throw new NotSupportedException(
                    $"tokenizer.json: the post-processor {type} is not supported; TemplateProcessing, BertProcessing and RobertaProcessing are."),
            };
            template = template is null ? next : throw new NotSupportedException($"{step.Place} is another post-processor that adds tokens; one is supported.");
        }

        return template ?? new TokenTemplate([Slot.First(0)], null);
    }

    private static List<Slot> Slots(Json step, string name)
    {
        List<Slot> slots = [];
        foreach (Json slot in step.Get(name).Items())
        {
            if (slot.Find("Sequence") is { } sequence)
            {
                int type = sequence.Get("type_id").Number();
                slots.Add(OneOf(sequence.Get("id"), "A", "B") == "A" ? Slot.First(type) : Slot.Second(type));
                continue;
            }

            Json special = slot.Get("SpecialToken");
            int specialType = special.Get("type_id").Number();
            Json ids = step.Get("special_tokens").Get(special.Get("id").Text()).Get("ids");
            slots.AddRange(ids.Items().Select(id => Slot.Special(id.Number(), specialType)));
        }

        return slots;
    }

    /// <summary>The steps of a sequence, a single one, or none.</summary>
    private static List<Json> Steps(Json? json, string list) =>
        json is null ? [] :
        json.Get("type").Text() == "Sequence" ? [.. json.Get(list).Items().SelectMany(step => Steps(step, list))] : [json];

    /// <summary>Early files don't say what the model is.</summary>
    private static string GuessType(Json model) =>
        model.Find("merges") is not null ? "BPE" :
        model.Get("vocab").IsArray ? "Unigram" :
        model.Find("continuing_subword_prefix") is not null ? "WordPiece" : "WordLevel";

    /// <summary>One of several words; the first where nothing is said.</summary>
    private static string OneOf(Json? json, params string[] words)
    {
        string word = json?.Text() ?? words[0];
        return words.Contains(word) ? word : throw new InvalidDataException($"{json!.Place} is '{word}', but should be {string.Join(" or ", words)}.");
    }

    private static string Word(bool flag) => flag ? "true" : "false";
}
