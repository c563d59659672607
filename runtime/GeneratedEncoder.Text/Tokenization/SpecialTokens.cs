namespace GeneratedEncoder.Text;

/// <summary>A token as a file writes it: by its name alone, or with what is to be done about it.</summary>
/// <param name="Content">Its name.</param>
/// <param name="Flags">How it is found; null where the file has only the name.</param>
internal sealed record WrittenToken(string Content, AddedToken? Flags)
{
    /// <param name="json">A string, or an object as transformers writes an AddedToken.</param>
    /// <param name="special">Whether one that doesn't say is special.</param>
    public static WrittenToken Read(Json json, bool special = false)
    {
        if (json.IsText)
        {
            return new WrittenToken(json.Text(), null);
        }

        string content = json.Get("content").Text();
        bool isSpecial = json.Find("special")?.Flag() ?? special;
        return new WrittenToken(content, new AddedToken(
            -1, content, json.Find("single_word")?.Flag() ?? false, json.Find("lstrip")?.Flag() ?? false, json.Find("rstrip")?.Flag() ?? false,
            json.Find("normalized")?.Flag() ?? !isSpecial, isSpecial));
    }
}

/// <summary>
/// What the files beside a tokenizer say of its added and special tokens: tokenizer_config.json, special_tokens_map.json and
/// added_tokens.json, and the names that a tokenizer's class gives where no file does. Read as transformers 4 reads them.
/// </summary>
internal sealed class SpecialTokens
{
    // T5 has a hundred; a file that means harm might ask for more than there is memory.
    private const int MostExtraIds = 10_000;

    private const string Additional = "additional_special_tokens";
    private static readonly string[] s_roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    private readonly Dictionary<string, WrittenToken> _roles = [];
    private readonly HashSet<string> _unnamed = [];
    private readonly List<WrittenToken> _additional = [];
    private readonly SortedDictionary<int, AddedToken> _byId = [];
    private readonly List<Json> _onlyInMap = [];

    /// <param name="files">The folder.</param>
    /// <param name="kind">What the tokenizer's class is.</param>
    /// <param name="known">The tokens that tokenizer.json adds; none without one.</param>
    public SpecialTokens(FolderFiles files, TokenizerKind kind, IReadOnlyCollection<AddedToken> known)
    {
        Json? config = files.FindJson("tokenizer_config.json"), map = files.FindJson("special_tokens_map.json");
        HashSet<string> nulls = [];
        if (config is not null)
        {
            ReadRoles(config, special: false, nulls);
        }

        if (config?.Find("added_tokens_decoder") is { } decoder)
        {
            ReadDecoder(decoder);
            if (map is not null)
            {
                CompareWith(map);
            }
        }
        else
        {
            if (map is not null)
            {
                ReadRoles(map, special: true, nulls);
            }

            if (files.FindJson("added_tokens.json") is { } added)
            {
                ReadAdded(added);
            }

            foreach (AddedToken token in known)
            {
                if (_byId.TryGetValue(token.Id, out AddedToken? same) && same.Content == token.Content)
                {
                    _byId.Remove(token.Id);
                }
            }
        }

        AddNames(kind, nulls);
        if (kind == TokenizerKind.T5)
        {
            AddExtraIds(config?.Find("extra_ids")?.Number() ?? 100);
        }

        Dictionary<string, AddedToken> written = [];
        foreach (AddedToken token in config?.Find("added_tokens_decoder") is null ? _byId.Values.Concat(known) : _byId.Values)
        {
            written[token.Content] = token;
        }

        foreach (string role in s_roles)
        {
            if (_roles.TryGetValue(role, out WrittenToken? token) && written.TryGetValue(token.Content, out AddedToken? flags))
            {
                _roles[role] = token with { Flags = flags };
            }
        }

        // Those classes let a mask that has only a name take the white space before it along.
        if (kind is TokenizerKind.MPNet or TokenizerKind.Roberta or TokenizerKind.XlmRoberta or TokenizerKind.Albert && _roles.TryGetValue("mask_token", out WrittenToken? mask) && mask.Flags is null)
        {
            _roles["mask_token"] = mask with { Flags = new AddedToken(-1, mask.Content, LeftStrip: true, Normalized: true, Special: true) };
        }
    }

    /// <summary>The token of a role ("cls_token"); null where it has none.</summary>
    public string? Name(string role) => _roles.TryGetValue(role, out WrittenToken? token) ? token.Content : null;

    /// <summary>Adds them to a tokenizer's, in the order in which transformers does.</summary>
    /// <exception cref="InvalidDataException">An id that a file says is not the one that the token gets.</exception>
    /// <exception cref="NotSupportedException">Files contradict each other.</exception>
    public void AddTo(AddedVocabulary vocabulary)
    {
        List<WrittenToken> specials = [.. s_roles.Where(_roles.ContainsKey).Select(role => _roles[role]), .. _additional];
        HashSet<string> names = [.. specials.Select(token => token.Content)];
        foreach ((int id, AddedToken token) in _byId)
        {
            vocabulary.Add(token with { Id = id, Special = token.Special || names.Contains(token.Content) });
        }

        foreach (WrittenToken token in specials)
        {
            if (_unnamed.Contains(token.Content) && !vocabulary.Knows(token.Content))
            {
                continue; // Only the class names it, and this vocabulary has no such token.
            }

            if (token.Flags is { } flags)
            {
                // What only a class says of a mask is no contradiction to what a file says of it.
                bool normalized = _unnamed.Contains(token.Content) && vocabulary.Find(token.Content) is { } there ? there.Normalized : flags.Normalized;
                vocabulary.Add(flags with { Id = -1, Normalized = normalized, Special = true });
            }
            else if (vocabulary.Find(token.Content) is null)
            {
                vocabulary.Add(new AddedToken(-1, token.Content, Special: true));
            }
        }

        foreach (Json json in _onlyInMap)
        {
            WrittenToken token = WrittenToken.Read(json);
            if (vocabulary.Find(token.Content) is null)
            {
                throw new NotSupportedException(
                    $"{json.Place} is '{token.Content}', which tokenizer_config.json's added_tokens_decoder doesn't have: files that contradict each other are not supported.");
            }
        }
    }

    private void ReadRoles(Json file, bool special, HashSet<string> nulls)
    {
        foreach (string role in s_roles)
        {
            if (file.Find(role) is { } token)
            {
                _roles[role] = WrittenToken.Read(token, special);
                nulls.Remove(role);
            }
            else if (file.Has(role))
            {
                _roles.Remove(role);
                nulls.Add(role);
            }
        }

        foreach (Json token in Listed(file))
        {
            WrittenToken written = WrittenToken.Read(token);
            if (!_additional.Exists(other => other.Content == written.Content))
            {
                _additional.Add(written);
            }
        }
    }

    /// <summary>The special tokens beside the roles; the newer name's may have names of their own.</summary>
    private static IEnumerable<Json> Listed(Json file)
    {
        IEnumerable<Json> older = file.Find(Additional)?.Items() ?? [];
        return file.Find("extra_special_tokens") is not { } extra ? older : older.Concat(extra.IsArray ? extra.Items() : extra.Members().Select(member => member.Value));
    }

    private void ReadDecoder(Json decoder)
    {
        foreach ((string key, Json json) in decoder.Members())
        {
            if (!int.TryParse(key, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int id))
            {
                throw new InvalidDataException($"{decoder.Place} has the key '{key}', but its keys should be ids.");
            }

            _byId[id] = WrittenToken.Read(json).Flags ?? throw new InvalidDataException($"{json.Place} is a string, but should be an object.");
        }
    }

    private void ReadAdded(Json added)
    {
        HashSet<string> special = [.. _roles.Values.Concat(_additional).Select(token => token.Content)];
        foreach ((string content, Json id) in added.Members())
        {
            _byId[id.Number()] = new AddedToken(-1, content, Normalized: !special.Contains(content), Special: special.Contains(content));
        }
    }

    /// <summary>With an added_tokens_decoder, transformers doesn't look at special_tokens_map.json, which should say the same.</summary>
    private void CompareWith(Json map)
    {
        foreach (string role in s_roles)
        {
            if (map.Find(role) is { } token)
            {
                _onlyInMap.Add(token);
                string name = WrittenToken.Read(token).Content;
                if (_roles.TryGetValue(role, out WrittenToken? other) && other.Content != name)
                {
                    throw new NotSupportedException(
                        $"{token.Place} is '{name}', but tokenizer_config.json's is '{other.Content}': files that contradict each other are not supported.");
                }
            }
        }

        _onlyInMap.AddRange(Listed(map));
    }

    private void AddNames(TokenizerKind kind, HashSet<string> nulls)
    {
        (string Role, string Name)[] names = kind switch
        {
            TokenizerKind.Bert => [("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"), ("mask_token", "[MASK]")],
            TokenizerKind.MPNet =>
                [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "[UNK]"), ("sep_token", "</s>"), ("pad_token", "<pad>"), ("cls_token", "<s>"), ("mask_token", "<mask>")],
            TokenizerKind.Roberta or TokenizerKind.XlmRoberta =>
                [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>"), ("sep_token", "</s>"), ("pad_token", "<pad>"), ("cls_token", "<s>"), ("mask_token", "<mask>")],
            TokenizerKind.Albert =>
                [("bos_token", "[CLS]"), ("eos_token", "[SEP]"), ("unk_token", "<unk>"), ("sep_token", "[SEP]"), ("pad_token", "<pad>"), ("cls_token", "[CLS]"), ("mask_token", "[MASK]")],
            TokenizerKind.DebertaV2 =>
                [("bos_token", "[CLS]"), ("eos_token", "[SEP]"), ("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"), ("mask_token", "[MASK]")],
            TokenizerKind.T5 => [("eos_token", "</s>"), ("unk_token", "<unk>"), ("pad_token", "<pad>")],
            TokenizerKind.Gemma => [("bos_token", "<bos>"), ("eos_token", "<eos>"), ("unk_token", "<unk>"), ("pad_token", "<pad>")],
            _ => [],
        };
        HashSet<string> said = [.. _roles.Values.Concat(_additional).Select(token => token.Content)];
        foreach ((string role, string name) in names)
        {
            if (!nulls.Contains(role) && _roles.TryAdd(role, new WrittenToken(name, null)) && !said.Contains(name))
            {
                _unnamed.Add(name);
            }
        }
    }

    /// <summary>T5's class names the tokens that stand for gaps in a text, unless a file does.</summary>
    private void AddExtraIds(int count)
    {
        if (_additional.Exists(token => token.Content.Contains("<extra_id_", StringComparison.Ordinal)))
        {
            return;
        }

        for (int i = 0; i < Math.Min(count, MostExtraIds); i++)
        {
            WrittenToken token = new($"<extra_id_{i}>", null);
            _additional.Add(token);
            _unnamed.Add(token.Content);
        }
    }
}
