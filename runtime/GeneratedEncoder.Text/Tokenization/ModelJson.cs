namespace GeneratedEncoder.Text;

/// <summary>Reads the "model" and the "pre_tokenizer" of a tokenizer.json, which make up a <see cref="TokenModel"/> together.</summary>
internal static class ModelJson
{
    private const string Supported =
        "Supported are WordPiece with BertPreTokenizer, byte-level BPE (RoBERTa, ModernBERT), BPE with byte fallback (Gemma), and Unigram with Metaspace (XLM-R, CamemBERT, ALBERT, T5, DeBERTa v2 and v3).";

    /// <param name="type">The model's type.</param>
    /// <param name="model">The file's model.</param>
    /// <param name="preTokenizer">How it splits words; null where it says nothing.</param>
    /// <param name="changes">What other files say of it.</param>
    /// <returns>The model; its pieces' ids; how many pieces there are.</returns>
    /// <exception cref="NotSupportedException">It is none that is supported.</exception>
    public static (TokenModel Words, Dictionary<string, int> Pieces, int Count) Read(string type, Json model, Json? preTokenizer, TokenizerChanges changes)
    {
        List<Json> steps = TokenizerJson.Steps(preTokenizer, "pretokenizers");
        string[] splits = [.. steps.Select(step => step.Get("type").Text())];
        switch (type)
        {
            case "WordPiece" when splits is ["BertPreTokenizer"]:
                Dictionary<string, int> pieces = TokenizerJson.Ids(model.Get("vocab"));
                WordPieceModel wordPiece = new(
                    AddedVocabulary.ByIds(pieces), model.Get("unk_token").Text(), model.Get("continuing_subword_prefix").Text(), model.Get("max_input_chars_per_word").Number());
                return (wordPiece, pieces, pieces.Count);

            case "BPE" when splits is ["ByteLevel"]:
                RefuseVariants(model, bytes: false);
                if (steps[0].Find("use_regex")?.Flag() == false)
                {
                    throw new NotSupportedException("tokenizer.json: a ByteLevel pre-tokenizer without its regular expression is not supported.");
                }

                Dictionary<string, int> ids = PiecesById(model);
                bool prefix = AddsPrefixSpace(steps[0], preTokenizer!.Find("type")?.Text() != "Sequence", changes);
                BytePairModel bytePairs = new(ids, model.Get("merges").Items().Select(Merge), prefix, model.Find("unk_token")?.Text(), model.Find("fuse_unk")?.Flag() ?? false);
                return (bytePairs, ids, ids.Count);

            case "BPE" when splits is [] or ["Split"]:
                RefuseVariants(model, bytes: true);
                RefuseOtherSplits(steps);
                Dictionary<string, int> characters = PiecesById(model);
                return (new CharacterPairModel(characters, [.. model.Get("merges").Items().Select(Merge)], splits.Length == 1), characters, characters.Count);

            case "Unigram" when splits is ["Metaspace"] or ["WhitespaceSplit", "Metaspace"]:
                return Unigram(model, steps[^1], splits.Length == 2, changes);

            default:
                string split = splits.Length == 0 ? "none" : string.Join(" + ", splits);
                throw new NotSupportedException($"tokenizer.json: the model {type} with pre-tokenizer {split} is not supported. {Supported}");
        }
    }

    private static Dictionary<string, int> PiecesById(Json model)
    {
        Dictionary<string, int> ids = TokenizerJson.Ids(model.Get("vocab"));
        _ = AddedVocabulary.ByIds(ids);
        return ids;
    }

    private static (string Left, string Right) Merge(Json merge) => merge.IsText ? PairMerges.Parse(merge.Text()) : (merge.Item(0).Text(), merge.Item(1).Text());

    private static (TokenModel, Dictionary<string, int>, int) Unigram(Json model, Json metaspace, bool splitsWhiteSpace, TokenizerChanges changes)
    {
        if (model.Find("byte_fallback")?.Flag() == true)
        {
            throw new NotSupportedException("tokenizer.json: model.byte_fallback is true, which is not supported.");
        }

        string mark = metaspace.Get("replacement").Text();
        string scheme = TokenizerJson.OneOf(metaspace.Find("prepend_scheme"), "always", "first", "never");
        if (metaspace.Find("add_prefix_space") is { } prefix && !prefix.Flag() && scheme != "never")
        {
            throw new InvalidDataException($"{prefix.Place} is false, but prepend_scheme is '{scheme}'.");
        }

        if (changes is { Class.Kind: TokenizerKind.T5, AddPrefixSpace: { } said } && said != (scheme != "never"))
        {
            throw new NotSupportedException(
                $"tokenizer.json has prepend_scheme '{scheme}', and tokenizer_config.json has add_prefix_space {TokenizerJson.Word(said)}: write the right one into both files. ({changes.Class.Name}.)");
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

    /// <param name="model">A BPE model.</param>
    /// <param name="bytes">Whether it spells characters that it lacks in bytes.</param>
    private static void RefuseVariants(Json model, bool bytes)
    {
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Find(name) is { } affix && affix.Text().Length > 0)
            {
                throw new NotSupportedException($"tokenizer.json: a BPE model with {name} '{affix.Text()}' is not supported.");
            }
        }

        if (model.Find("ignore_merges") is { } ignore && ignore.Flag())
        {
            throw new NotSupportedException($"{ignore.Place} is true, which is not supported.");
        }

        if ((model.Find("byte_fallback")?.Flag() ?? false) != bytes)
        {
            throw new NotSupportedException(
                $"tokenizer.json: model.byte_fallback is {TokenizerJson.Word(!bytes)}, which is not supported {(bytes ? "without" : "with")} a ByteLevel pre-tokenizer.");
        }

        if (model.Find("dropout") is { } dropout && dropout.Fraction() != 0)
        {
            throw new NotSupportedException($"{dropout.Place} is {dropout.Fraction()}: merges that are left out at random are not supported.");
        }
    }

    /// <summary>Gemma's file splits behind blanks, of which its normalizer leaves none.</summary>
    private static void RefuseOtherSplits(List<Json> steps)
    {
        foreach (Json split in steps)
        {
            if (split.Get("pattern").Find("String")?.Text() != " " || split.Get("behavior").Text() != "MergedWithPrevious" || split.Get("invert").Flag())
            {
                throw new NotSupportedException("tokenizer.json: a Split pre-tokenizer must split at the string ' ', as MergedWithPrevious and not inverted.");
            }
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
                $"tokenizer.json has add_prefix_space {TokenizerJson.Word(here)}, and tokenizer_config.json {(changes.AddPrefixSpace is null ? "doesn't say it" : $"has {TokenizerJson.Word(there)}")}: write the right one into both files. ({changes.Class.Name}.)");
    }
}
