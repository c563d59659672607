using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>What tokenizer_config.json says of a tokenizer.json's normalizer, pre-tokenizer and post-processor; null where it says nothing.</summary>
/// <param name="Class">The tokenizer's class, whose own settings hold where no file says any.</param>
/// <param name="Lowercase">Its do_lower_case.</param>
/// <param name="StripAccents">Its strip_accents.</param>
/// <param name="HandleChineseChars">Its tokenize_chinese_chars.</param>
/// <param name="AddPrefixSpace">Its add_prefix_space.</param>
/// <param name="AddBegin">Its add_bos_token.</param>
/// <param name="AddEnd">Its add_eos_token.</param>
internal readonly record struct TokenizerChanges(
    TokenizerClass Class, bool? Lowercase, bool? StripAccents, bool? HandleChineseChars, bool? AddPrefixSpace, bool? AddBegin, bool? AddEnd);

/// <summary>
/// Reads a tokenizer.json, and refuses what it can't follow exactly. What may be absent there is what Hugging Face's library (tokenizers
/// 0.22) lets be absent.
/// </summary>
internal static class TokenizerJson
{
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
        (TokenModel words, Dictionary<string, int> pieces, int count) = ModelJson.Read(type, model, json.Find("pre_tokenizer"), changes);
        AddedVocabulary vocabulary = new(pieces, count, normalizers.Count > 0);
        foreach (Json added in json.Find("added_tokens")?.Items() ?? [])
        {
            vocabulary.Add(Added(added));
        }

        SpecialTokens special = specialTokens([.. vocabulary.Tokens]);
        special.AddTo(vocabulary);
        TokenTemplate template = Template(json.Find("post_processor"));
        RefuseOtherEnds(template, vocabulary, special, changes);
        TokenizerParts parts = Parts(vocabulary, words, normalizers, template, special, TokenDecoder.Read(json.Find("decoder")));
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

    /// <summary>What a step of type "Replace" finds, and what it writes there.</summary>
    public static (Pattern Pattern, string Content) Replacement(Json step)
    {
        Json pattern = step.Get("pattern");
        return (
            pattern.Find("Regex") is { } expression ? Pattern.Parse(expression.Text()) : Pattern.Literal(pattern.Get("String").Text()), step.Get("content").Text());
    }

    private static AddedToken Added(Json json) => new(
        json.Get("id").Number(), json.Get("content").Text(), json.Get("single_word").Flag(), json.Get("lstrip").Flag(), json.Get("rstrip").Flag(),
        json.Get("normalized").Flag(), json.Get("special").Flag());

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
                    (Pattern pattern, string content) = Replacement(step);
                    normalizers.Add(new Replacement(pattern, content));
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

    /// <summary>
    /// Gemma's class puts a token before a text, and none behind it unless it is told to, whatever tokenizer.json has; of the class
    /// that does nothing beside that file some versions obey, too, where they are told.
    /// </summary>
    private static void RefuseOtherEnds(TokenTemplate template, AddedVocabulary vocabulary, SpecialTokens special, TokenizerChanges changes)
    {
        TokenizerClass? tokenizer = changes.Class;
        ReadOnlySpan<Slot> slots = template.Slots(pair: false);
        if (slots.IsEmpty || tokenizer?.Kind is not (TokenizerKind.Gemma or TokenizerKind.Plain))
        {
            return;
        }

        bool isGemma = tokenizer.Kind == TokenizerKind.Gemma;
        Refuse("bos_token", slots[0], changes.AddBegin ?? (isGemma ? true : null));
        Refuse("eos_token", slots[^1], changes.AddEnd ?? (isGemma ? false : null));

        void Refuse(string role, Slot slot, bool? said)
        {
            bool here = slot.Kind == SlotKind.Special && special.Name(role) is { } name && vocabulary.Find(name)?.Id == slot.Id;
            if (said is { } there && here != there)
            {
                throw new NotSupportedException(
                    $"tokenizer.json {(here ? "adds" : "doesn't add")} the {role}, and add_{role} of tokenizer_config.json is {Word(there)} or, where it isn't said, means that by itself ({tokenizer.Name}): write the right one into both files.");
            }
        }
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
    public static List<Json> Steps(Json? json, string list) =>
        json is null ? [] :
        json.Get("type").Text() == "Sequence" ? [.. json.Get(list).Items().SelectMany(step => Steps(step, list))] : [json];

    /// <summary>Early files don't say what the model is.</summary>
    private static string GuessType(Json model) =>
        model.Find("merges") is not null ? "BPE" :
        model.Get("vocab").IsArray ? "Unigram" :
        model.Find("continuing_subword_prefix") is not null ? "WordPiece" : "WordLevel";

    /// <summary>One of several words; the first where nothing is said.</summary>
    public static string OneOf(Json? json, params string[] words)
    {
        string word = json?.Text() ?? words[0];
        return words.Contains(word) ? word : throw new InvalidDataException($"{json!.Place} is '{word}', but should be {string.Join(" or ", words)}.");
    }

    /// <summary>A flag as JSON writes it.</summary>
    public static string Word(bool flag) => flag ? "true" : "false";
}
