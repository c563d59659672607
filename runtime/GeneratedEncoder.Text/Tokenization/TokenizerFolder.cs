using System.Text.Json;

namespace GeneratedEncoder.Text;

/// <summary>The files of a model folder that make up a tokenizer.</summary>
internal static class TokenizerFolder
{
    private const int LongestWord = 100;

    // The largest tokenizers have a tenth of this.
    private const long MostBytes = 400_000_000;

    /// <summary>The file of sentence-transformers' encoder; its older names say which class read it.</summary>
    private static readonly string[] s_sentenceFiles =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    public static TokenizerParts Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no model folder '{Path.GetFullPath(folder)}'.");
        }

        try
        {
            TokenizerParts parts = ReadParts(folder);
            parts.Check();
            return parts;
        }
        catch (Exception e) when (IsMistake(e))
        {
            throw new InvalidDataException($"The tokenizer's files in '{folder}' are not what they should be: {e.Message}", e);
        }
    }

    private static TokenizerParts ReadParts(string folder)
    {
        TokenizerParts parts = ReadFiles(folder);
        JsonElement config = Config(folder);
        return parts with
        {
            CutsLeft = Text(config, "truncation_side") is { } side ? side == "left" : parts.CutsLeft,
            LowersSentences = s_sentenceFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } file
                && Parse(file, json => Flag(json, "do_lower_case") ?? false),
        };
    }

    private static TokenizerParts ReadFiles(string folder)
    {
        string File(string name) => Path.Combine(folder, name);
        if (System.IO.File.Exists(File("tokenizer.json")))
        {
            return Parse(File("tokenizer.json"), json => TokenizerJson.Read(json, MaskToken(folder), BertChanges(folder)));
        }

        RefuseAddedTokens(folder, File("added_tokens.json"));

        if (System.IO.File.Exists(File("vocab.txt")))
        {
            return Bert(folder, File("vocab.txt"));
        }

        if (System.IO.File.Exists(File("vocab.json")) && System.IO.File.Exists(File("merges.txt")))
        {
            return Roberta(folder, File("vocab.json"), File("merges.txt"));
        }

        if (Directory.EnumerateFiles(folder).Select(Path.GetFileName).FirstOrDefault(IsSentencePiece) is { } model)
        {
            throw new NotSupportedException(
                $"The folder '{folder}' has a SentencePiece model, '{model}', but no tokenizer.json, which says how its ids become the model's. AutoTokenizer.from_pretrained(...).save_pretrained(...) of the Python library transformers writes one.");
        }

        throw new FileNotFoundException(
            $"The folder '{Path.GetFullPath(folder)}' has no tokenizer: neither tokenizer.json, nor vocab.txt, nor vocab.json with merges.txt.", File("tokenizer.json"));
    }

    /// <summary>BERT's vocabulary, a token a line; the line's number is the id.</summary>
    private static TokenizerParts Bert(string folder, string path)
    {
        List<string> vocabulary = Tokens(path);
        JsonElement config = Config(folder);
        string unknown = Text(config, "unk_token") ?? "[UNK]";
        int Id(string role, string standard) => vocabulary.IndexOf(Text(config, role) ?? standard) is >= 0 and int id
            ? id
            : throw new InvalidDataException($"{path} lacks the token '{Text(config, role) ?? standard}', which is the tokenizer's {role}.");
        string? type = Text(config, "tokenizer_class");
        if (type is not null && !type.Contains("Bert", StringComparison.Ordinal) && !type.Contains("Electra", StringComparison.Ordinal))
        {
            throw new NotSupportedException($"'{folder}' has a vocab.txt without tokenizer.json, and its tokenizer_class is {type}; only those of BERT, DistilBERT and ELECTRA are known.");
        }

        bool lower = Flag(config, "do_lower_case") ?? true;
        (string Role, string Standard)[] roles =
            [("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"), ("mask_token", "[MASK]")];
        List<AddedToken> added = [.. roles.Select(role => new AddedToken(Id(role.Role, role.Standard), Text(config, role.Role) ?? role.Standard))];
        return new TokenizerParts
        {
            Vocabulary = vocabulary,
            Model = new WordPieceModel(vocabulary, unknown, "##", LongestWord),
            Normalizers = TokenizerJson.BertNormalizers(
                cleanText: true, Flag(config, "tokenize_chinese_chars") ?? true, Flag(config, "strip_accents") ?? lower, lower),
            Template = TokenTemplate.Bert(Id("cls_token", "[CLS]"), Id("sep_token", "[SEP]")),
            RawTokens = added,
            MaskTokenId = Id("mask_token", "[MASK]"),
            Decoder = new WordPieceDecoder("##", cleanUp: true),
            SpecialTokenIds = added.Select(token => token.Id).ToHashSet(),
        };
    }

    /// <summary>A vocabulary's tokens. Of a token that stands there twice the later place counts, as in Python; the earlier one is empty.</summary>
    private static List<string> Tokens(string path)
    {
        List<string> vocabulary = [.. Lines(path).Select(line => line.TrimEnd('\r'))];
        Dictionary<string, int> places = [];
        for (int id = 0; id < vocabulary.Count; id++)
        {
            if (places.TryGetValue(vocabulary[id], out int earlier))
            {
                vocabulary[earlier] = "";
            }

            places[vocabulary[id]] = id;
        }

        return vocabulary;
    }

    /// <summary>RoBERTa's vocabulary, an object from token to id, and its merges, a pair a line.</summary>
    private static TokenizerParts Roberta(string folder, string path, string mergesPath)
    {
        JsonElement config = Config(folder);
        Dictionary<string, int> ids = Parse(path, json => json.EnumerateObject().ToDictionary(token => token.Name, token => token.Value.GetInt32()));
        List<string> vocabulary = TokenizerJson.InOrder(ids, path);
        int Id(string token) => ids.TryGetValue(token, out int id) ? id : throw new InvalidDataException($"{path} lacks the token '{token}'.");
        return new TokenizerParts
        {
            Vocabulary = vocabulary,
            Model = new BytePairModel(
                ids, Lines(mergesPath).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)),
                Flag(config, "add_prefix_space") ?? false),
            Normalizers = [],
            Template = TokenTemplate.Roberta(Id("<s>"), Id("</s>")),
            RawTokens = [.. new[] { "<s>", "<pad>", "</s>", "<unk>", "<mask>" }.Select(token => new AddedToken(Id(token), token, LeftStrip: token == "<mask>"))],
            MaskTokenId = Id("<mask>"),
            Decoder = new ByteLevelDecoder(),
            SpecialTokenIds = new[] { "<s>", "<pad>", "</s>", "<unk>", "<mask>" }.Select(Id).ToHashSet(),
        };
    }

    /// <summary>
    /// What tokenizer_config.json says of BERT's normalization. Where it contradicts tokenizer.json, the tokenizers of transformers
    /// obey it, except the one that is made of nothing but a tokenizer.json.
    /// </summary>
    private static BertChanges BertChanges(string folder)
    {
        JsonElement config = Config(folder);
        return Text(config, "tokenizer_class") == "PreTrainedTokenizerFast"
            ? default
            : new BertChanges(Flag(config, "do_lower_case"), Flag(config, "strip_accents"), Flag(config, "tokenize_chinese_chars"));
    }

    /// <summary>Only a tokenizer.json says how a token is found that was added to the vocabulary.</summary>
    private static void RefuseAddedTokens(string folder, string path)
    {
        string vocabulary = Path.Combine(folder, "vocab.txt");
        HashSet<string> known = File.Exists(vocabulary) ? [.. Lines(vocabulary).Select(line => line.TrimEnd('\r'))] : ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];
        if (File.Exists(path) && Parse(path, json => json.EnumerateObject().Select(token => token.Name).FirstOrDefault(name => !known.Contains(name))) is { } added)
        {
            throw new NotSupportedException(
                $"The folder '{folder}' adds the token '{added}' in added_tokens.json, but has no tokenizer.json, which says how it is found. AutoTokenizer.from_pretrained(...).save_pretrained(...) of the Python library transformers writes one.");
        }
    }

    /// <summary>What tokenizer_config.json or special_tokens_map.json call the mask.</summary>
    private static string? MaskToken(string folder)
    {
        string map = Path.Combine(folder, "special_tokens_map.json");
        return Text(Config(folder), "mask_token") ?? (File.Exists(map) ? Parse(map, json => Text(json, "mask_token")) : null);
    }

    private static JsonElement Config(string folder)
    {
        string path = Path.Combine(folder, "tokenizer_config.json");
        return File.Exists(path) ? Parse(path, json => json.Clone()) : default;
    }

    private static T Parse<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            CheckSize(path);
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(json.RootElement);
        }
        catch (Exception e) when (IsMistake(e))
        {
            throw new InvalidDataException($"{path} is not what it should be: {e.Message}", e);
        }
    }

    private static IEnumerable<string> Lines(string path)
    {
        CheckSize(path);
        return File.ReadLines(path);
    }

    private static void CheckSize(string path)
    {
        if (new FileInfo(path).Length is > MostBytes and long bytes)
        {
            throw new InvalidDataException($"{path} has {bytes} bytes; at most {MostBytes} are read.");
        }
    }

    /// <summary>
    /// Whether an exception comes of what a file says. Many kinds do, since contradictions show up wherever the parts of a tokenizer
    /// meet, in this library and in those that it calls.
    /// </summary>
    private static bool IsMistake(Exception e) =>
        e is not (InvalidDataException or NotSupportedException or IOException or UnauthorizedAccessException or OutOfMemoryException);

    private static bool IsSentencePiece(string? file) => file is not null &&
        (file.EndsWith(".model", StringComparison.Ordinal) || file.EndsWith(".spm", StringComparison.Ordinal));

    /// <summary>A string, or the "content" of an object.</summary>
    private static string? Text(JsonElement json, string name) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out JsonElement value) ? null :
        value.ValueKind == JsonValueKind.String ? value.GetString() :
        value.ValueKind == JsonValueKind.Object ? Text(value, "content") : null;

    private static bool? Flag(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind is (JsonValueKind.True or JsonValueKind.False)
            ? value.GetBoolean()
            : null;
}
