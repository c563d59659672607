using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Text;

/// <summary>What another file says of a BertNormalizer; null where it says nothing.</summary>
internal readonly record struct BertChanges(bool? Lowercase, bool? StripAccents, bool? HandleChineseChars);

/// <summary>Reads a tokenizer.json, and refuses what it can't follow exactly.</summary>
internal static class TokenizerJson
{
    /// <param name="json">The file.</param>
    /// <param name="maskToken">What another file calls the mask; null where none does.</param>
    /// <param name="bert">What another file says of BERT's normalization.</param>
    public static TokenizerParts Read(JsonElement json, string? maskToken, BertChanges bert)
    {
        JsonElement model = json.GetProperty("model");
        string type = TypeOf(model) ?? GuessType(model);
        List<string> vocabulary = Vocabulary(model);
        List<AddedToken> raw = [], normalized = [];
        List<Normalizer> normalizers = [.. Normalizers(json.GetProperty("normalizer"), bert)];
        foreach (JsonElement added in Array(json, "added_tokens"))
        {
            AddedToken token = new(
                added.GetProperty("id").GetInt32(), added.GetProperty("content").GetString() ?? throw new InvalidDataException("tokenizer.json: an added token has no content."),
                Flag(added, "single_word"), Flag(added, "lstrip"), Flag(added, "rstrip"));
            (Flag(added, "normalized") ? normalized : raw).Add(token);
            Place(vocabulary, token);
        }

        return new TokenizerParts
        {
            Vocabulary = vocabulary,
            Model = Model(type, model, json.GetProperty("pre_tokenizer"), vocabulary),
            Normalizers = normalizers,
            Template = Template(json.GetProperty("post_processor")),
            RawTokens = raw,
            NormalizedTokens = [.. normalized.Select(token => token with { Content = Normalizer.Apply(normalizers, token.Content) })],
            CutsLeft = json.TryGetProperty("truncation", out JsonElement truncation) && Text(truncation, "direction") == "Left",
            MaskTokenId = raw.Concat(normalized).FirstOrDefault(token => maskToken is null ? token.Content is "[MASK]" or "<mask>" : token.Content == maskToken)?.Id,
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

    /// <summary>Tokens in the order of their ids.</summary>
    public static List<string> InOrder(IEnumerable<KeyValuePair<string, int>> ids, string file)
    {
        List<string> vocabulary = [];
        foreach ((string token, int id) in ids.OrderBy(pair => pair.Value))
        {
            if (id != vocabulary.Count)
            {
                throw new InvalidDataException($"{file}: token '{token}' has id {id}, but {vocabulary.Count} was to come next; ids go from 0 without gaps.");
            }

            vocabulary.Add(token);
        }

        return vocabulary;
    }

    private static List<string> Vocabulary(JsonElement model)
    {
        JsonElement vocab = model.GetProperty("vocab");
        return vocab.ValueKind == JsonValueKind.Array
            ? [.. vocab.EnumerateArray().Select(piece => piece[0].GetString()!)]
            : InOrder(vocab.EnumerateObject().Select(token => KeyValuePair.Create(token.Name, token.Value.GetInt32())), "tokenizer.json");
    }

    /// <summary>Puts an added token where the vocabulary doesn't have it yet.</summary>
    private static void Place(List<string> vocabulary, AddedToken token)
    {
        if (token.Id > vocabulary.Count)
        {
            throw new InvalidDataException($"tokenizer.json: the added token '{token.Content}' has id {token.Id}, but the vocabulary ends at {vocabulary.Count - 1}.");
        }

        if (token.Id == vocabulary.Count)
        {
            vocabulary.Add(token.Content);
        }
    }

    private static TokenModel Model(string type, JsonElement model, JsonElement preTokenizer, List<string> vocabulary)
    {
        string[] splits = [.. Steps(preTokenizer, "pretokenizers").Select(step => TypeOf(step) ?? "null")];
        switch (type)
        {
            case "WordPiece" when splits is ["BertPreTokenizer"]:
                return new WordPieceModel(
                    vocabulary, Text(model, "unk_token") ?? "[UNK]", Text(model, "continuing_subword_prefix") ?? "##",
                    model.TryGetProperty("max_input_chars_per_word", out JsonElement longest) ? longest.GetInt32() : 100);

            case "BPE" when splits is ["ByteLevel"] && !Flag(model, "byte_fallback") && !Flag(model, "ignore_merges"):
                RefuseAffixes(model);
                if (preTokenizer.TryGetProperty("use_regex", out JsonElement regex) && !regex.GetBoolean())
                {
                    throw new NotSupportedException("tokenizer.json: a ByteLevel pre-tokenizer without its regular expression is not supported.");
                }

                return new BytePairModel(
                    vocabulary.Index().ToDictionary(token => token.Item, token => token.Index),
                    Array(model, "merges").Select(merge => merge.ValueKind == JsonValueKind.Array ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString()!),
                    Flag(preTokenizer, "add_prefix_space"), Text(model, "unk_token"), Flag(model, "fuse_unk"));

            case "Unigram" when splits is ["Metaspace"] or ["WhitespaceSplit", "Metaspace"] && !Flag(model, "byte_fallback"):
                return Unigram(model, Steps(preTokenizer, "pretokenizers").Last(), splits.Length == 2);

            default:
                throw new NotSupportedException(
                    $"tokenizer.json: the model {type} with pre-tokenizer {string.Join(" + ", splits)} is not supported. Supported are WordPiece with BertPreTokenizer, byte-level BPE (RoBERTa), and Unigram with Metaspace (XLM-R, CamemBERT, ALBERT).");
        }
    }

    private static UnigramModel Unigram(JsonElement model, JsonElement metaspace, bool splitsWhiteSpace)
    {
        string mark = Text(metaspace, "replacement") ?? "\u2581";
        string scheme = Text(metaspace, "prepend_scheme") ?? (Flag(metaspace, "add_prefix_space", standard: true) ? "always" : "never");
        if (mark.Length != 1 || !Flag(metaspace, "split", standard: true))
        {
            throw new NotSupportedException("tokenizer.json: a Metaspace pre-tokenizer must mark blanks with one character and split there.");
        }

        List<(string, double)> pieces = [.. Array(model, "vocab").Select(piece => (piece[0].GetString()!, piece[1].GetDouble()))];
        return new UnigramModel(
            pieces, model.GetProperty("unk_id").GetInt32(), new Metaspace(mark[0], scheme == "always", scheme == "first", splitsWhiteSpace));
    }

    private static void RefuseAffixes(JsonElement model)
    {
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (Text(model, name) is { Length: > 0 } affix)
            {
                throw new NotSupportedException($"tokenizer.json: a BPE model with {name} '{affix}' is not supported.");
            }
        }
    }

    private static IEnumerable<Normalizer> Normalizers(JsonElement json, BertChanges bert)
    {
        foreach (JsonElement step in Steps(json, "normalizers"))
        {
            string type = TypeOf(step) ?? throw new InvalidDataException("tokenizer.json: a normalizer has no type.");
            switch (type)
            {
                case "BertNormalizer":
                    bool lower = bert.Lowercase ?? Flag(step, "lowercase", standard: true);
                    bool strip = bert.StripAccents
                        ?? (step.TryGetProperty("strip_accents", out JsonElement accents) && accents.ValueKind != JsonValueKind.Null ? accents.GetBoolean() : lower);
                    foreach (Normalizer part in BertNormalizers(
                        Flag(step, "clean_text", standard: true), bert.HandleChineseChars ?? Flag(step, "handle_chinese_chars", standard: true), strip, lower))
                    {
                        yield return part;
                    }

                    break;
                case "Lowercase":
                    yield return new LowerCase();
                    break;
                case "StripAccents":
                    yield return new StripAccents();
                    break;
                case "Strip":
                    yield return new Trimming(Flag(step, "strip_left", standard: true), Flag(step, "strip_right", standard: true));
                    break;
                case "NFC" or "NFD" or "NFKC" or "NFKD":
                    yield return new UnicodeForm(Enum.Parse<NormalizationForm>($"Form{type[2..]}"), type);
                    break;
                case "Replace":
                    JsonElement pattern = step.GetProperty("pattern");
                    string content = step.GetProperty("content").GetString()!;
                    if (Text(pattern, "Regex") is not { } expression)
                    {
                        if (pattern.GetProperty("String").GetString()! is { Length: > 0 } text)
                        {
                            yield return new TextReplacement(text, content);
                        }

                        break;
                    }

                    // Linear in the text, whatever the expression; one that can't be is a NotSupportedException.
                    yield return new Replacement(new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking), content);
                    break;
                case "Precompiled":
                    yield return new CharacterMap(step.GetProperty("precompiled_charsmap").GetBytesFromBase64());
                    break;
                default:
                    throw new NotSupportedException(
                        $"tokenizer.json: the normalizer {type} is not supported; BertNormalizer, Lowercase, StripAccents, Strip, NFC, NFD, NFKC, NFKD, Replace and Precompiled are.");
            }
        }
    }

    private static TokenTemplate Template(JsonElement json)
    {
        foreach (JsonElement step in Steps(json, "processors"))
        {
            switch (TypeOf(step))
            {
                case "TemplateProcessing":
                    return new TokenTemplate(Slots(step, "single"), step.TryGetProperty("pair", out _) ? Slots(step, "pair") : null);
                case "BertProcessing":
                    return TokenTemplate.Bert(step.GetProperty("cls")[1].GetInt32(), step.GetProperty("sep")[1].GetInt32());
                case "RobertaProcessing":
                    return TokenTemplate.Roberta(step.GetProperty("cls")[1].GetInt32(), step.GetProperty("sep")[1].GetInt32());
                case "ByteLevel":
                    continue; // It only says which blanks belong to a token.
                case string type:
                    throw new NotSupportedException($"tokenizer.json: the post-processor {type} is not supported; TemplateProcessing, BertProcessing and RobertaProcessing are.");
            }
        }

        return new TokenTemplate([Slot.First(0)], null);
    }

    private static List<Slot> Slots(JsonElement step, string name)
    {
        List<Slot> slots = [];
        foreach (JsonElement slot in Array(step, name))
        {
            if (slot.TryGetProperty("Sequence", out JsonElement sequence))
            {
                int type = sequence.GetProperty("type_id").GetInt32();
                slots.Add(sequence.GetProperty("id").GetString() == "A" ? Slot.First(type) : Slot.Second(type));
                continue;
            }

            JsonElement special = slot.GetProperty("SpecialToken");
            JsonElement ids = step.GetProperty("special_tokens").GetProperty(special.GetProperty("id").GetString()!).GetProperty("ids");
            slots.AddRange(ids.EnumerateArray().Select(id => Slot.Special(id.GetInt32(), special.GetProperty("type_id").GetInt32())));
        }

        return slots;
    }

    /// <summary>The steps of a sequence, a single one, or none.</summary>
    private static IEnumerable<JsonElement> Steps(JsonElement json, string list) =>
        json.ValueKind == JsonValueKind.Null ? [] :
        TypeOf(json) == "Sequence" ? Array(json, list).SelectMany(step => Steps(step, list)) : [json];

    /// <summary>Early files don't say what the model is.</summary>
    private static string GuessType(JsonElement model) =>
        model.TryGetProperty("merges", out _) ? "BPE" : model.TryGetProperty("unk_id", out _) ? "Unigram" : "WordPiece";

    private static string? TypeOf(JsonElement json) => Text(json, "type");

    private static IEnumerable<JsonElement> Array(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement json, string name, bool standard = false) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind is (JsonValueKind.True or JsonValueKind.False) ? value.GetBoolean() : standard;
}
