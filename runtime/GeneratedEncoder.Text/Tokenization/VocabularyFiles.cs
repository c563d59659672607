namespace GeneratedEncoder.Text;

/// <summary>Tokenizers from the vocabularies that were there before tokenizer.json, made as transformers converts them.</summary>
internal static class VocabularyFiles
{
    private const int LongestWord = 100;

    /// <summary>BERT's vocabulary, a token a line; the line's number is the id.</summary>
    public static TokenizerParts Bert(FolderFiles files, Json? config)
    {
        // Of a token that stands there twice the later place counts, as in Python; the earlier id is no token's.
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        List<string> lines = files.Lines("vocab.txt", out _);
        for (int id = 0; id < lines.Count; id++)
        {
            ids[lines[id]] = id;
        }

        string[] pieces = new string[lines.Count];
        Array.Fill(pieces, "");
        foreach ((string piece, int id) in ids)
        {
            pieces[id] = piece;
        }

        bool lower = config?.Find("do_lower_case")?.Flag() ?? true;
        List<Normalizer> normalizers = TokenizerJson.BertNormalizers(
            cleanText: true, config?.Find("tokenize_chinese_chars")?.Flag() ?? true, config?.Find("strip_accents")?.Flag() ?? lower, lower);
        SpecialTokens special = new(files, TokenizerKind.Bert, []);
        int Id(string role) => Find(ids, special, role, "vocab.txt");
        TokenTemplate template = TokenTemplate.Bert(Id("cls_token"), Id("sep_token"));
        WordPieceModel model = new(pieces, lines[Id("unk_token")], "##", LongestWord);
        return Parts(model, ids, normalizers, template, special, new WordPieceDecoder("##", cleanUp: true), "vocab.txt");
    }

    /// <summary>RoBERTa's vocabulary, an object from token to id, and its merges, a pair a line.</summary>
    public static TokenizerParts Roberta(FolderFiles files, Json? config)
    {
        Dictionary<string, int> ids = TokenizerJson.Ids(files.GetJson("vocab.json"));
        _ = AddedVocabulary.ByIds(ids);
        List<string> merges = files.Lines("merges.txt", out bool endsWithLine);
        if (merges.Count == 0 || !merges[0].StartsWith("#version", StringComparison.Ordinal) || !endsWithLine)
        {
            // transformers leaves the first and the last line out, whatever they are.
            throw new InvalidDataException("merges.txt should begin with the line '#version: ...' and end with the end of a line.");
        }

        IEnumerable<(string, string)> pairs = merges.Skip(1).Where(line => line.Length > 0).Select(PairMerges.Parse);
        BytePairModel model = new(ids, pairs, config?.Find("add_prefix_space")?.Flag() ?? false);
        SpecialTokens special = new(files, TokenizerKind.Roberta, []);
        int Id(string role) => Find(ids, special, role, "vocab.json");
        return Parts(model, ids, [], TokenTemplate.Roberta(Id("cls_token"), Id("sep_token")), special, new ByteLevelDecoder(), "vocab.json");
    }

    private static TokenizerParts Parts(
        TokenModel model, Dictionary<string, int> ids, List<Normalizer> normalizers, TokenTemplate template, SpecialTokens special, TokenDecoder decoder, string file)
    {
        foreach (string role in (string[])["unk_token", "pad_token", "mask_token"])
        {
            _ = Find(ids, special, role, file);
        }

        AddedVocabulary vocabulary = new(ids, ids.Count, normalizers.Count > 0);
        special.AddTo(vocabulary);
        return TokenizerJson.Parts(vocabulary, model, normalizers, template, special, decoder);
    }

    private static int Find(Dictionary<string, int> ids, SpecialTokens special, string role, string file)
    {
        string name = special.Name(role) ?? throw new InvalidDataException($"No file says which token is the {role}.");
        return ids.TryGetValue(name, out int id) ? id : throw new InvalidDataException($"{file} lacks the token '{name}', which is the tokenizer's {role}.");
    }
}
