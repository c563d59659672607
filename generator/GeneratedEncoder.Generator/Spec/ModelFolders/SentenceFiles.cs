namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>A text that is put before an input.</summary>
internal sealed record Prompt(string Name, string Text);

/// <summary>Reads the files that sentence-transformers puts beside a model: the pipeline, pooling, maximum length, prompts.</summary>
internal static class SentenceFiles
{
    private const string Modules = FolderTexts.Modules, Prompts = FolderTexts.Prompts;

    /// <summary>Pooling modes in the order in which several would be concatenated; null where this library has none of it.</summary>
    private static readonly (string Key, string Name, Pooling? Pooling)[] s_modes =
    [
        ("pooling_mode_cls_token", "cls", Pooling.Cls), ("pooling_mode_max_tokens", "max", Pooling.Max),
        ("pooling_mode_mean_tokens", "mean", Pooling.Mean), ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", null),
        ("pooling_mode_weightedmean_tokens", "weightedmean", null), ("pooling_mode_lasttoken", "lasttoken", null),
    ];

    /// <summary>What the pipeline does after the encoder: pooling and normalisation. Only what is usual, of a bare model.</summary>
    /// <param name="files">The folder's texts.</param>
    /// <param name="hiddenSize">The width that the pooling's config must agree to.</param>
    /// <param name="read">Takes note of what was read.</param>
    /// <exception cref="FolderException">It has a step that is not supported.</exception>
    public static IReadOnlyList<FolderFact> Pipeline(IReadOnlyDictionary<string, string> files, int hiddenSize, List<string> read)
    {
        if (FolderFile.TryRead(files, Modules, JsonKind.Array) is not { } modules)
        {
            return [.. Usual($"no {Modules}")];
        }

        List<FolderFact> facts = [];
        List<string> steps = [];
        foreach (JsonValue module in modules.Items)
        {
            string type = module["type"]?.AsString ?? throw new FolderException($"{Modules}: a module has no type");
            string step = type.Substring(type.LastIndexOf('.') + 1), path = module["path"]?.AsString ?? "";
            switch (steps.Count, step)
            {
                case (0, "Transformer"):
                    if (path.Trim('.', '/').Length > 0)
                    {
                        throw FolderException.Unsupported($"the Transformer in {Modules} has its files in '{path}': put them into the folder itself");
                    }

                    break;
                case (1, "Pooling"):
                    if (!FolderNames.IsPath(path))
                    {
                        throw new FolderException($"{Modules}: the path {module["path"]?.ToString() ?? "\"\""} of {type} is not that of a folder in it");
                    }

                    facts.Add(PoolingOf(FolderFile.Read(files, FolderTexts.ModuleConfig(path)), hiddenSize, read));
                    break;
                case (2, "Normalize"):
                    facts.Add(new("Normalize", true, $"Normalize in {Modules}"));
                    break;
                default:
                    throw FolderException.Unsupported(
                        $"{Modules} has {(steps.Count > 0 ? $"{type} after {string.Join(", ", steps)}" : $"{type} first")}; supported are Transformer, Pooling, Normalize, in this order");
            }

            steps.Add(step);
        }

        read.Add($"{Modules}: {string.Join(", ", steps)}");
        return steps.Count switch
        {
            2 => [.. facts, new("Normalize", false, $"no Normalize in {Modules}")],
            < 2 => [.. Usual($"no Pooling in {Modules}")],
            _ => facts,
        };
    }

    /// <summary>What an encoder does where nothing says otherwise.</summary>
    private static IEnumerable<FolderFact> Usual(string source) => [new("Pooling", Pooling.Mean, source, IsDefault: true), new("Normalize", false, source, IsDefault: true)];

    /// <summary>Tokens of the longest text; null where only the position table limits them.</summary>
    /// <param name="files">The folder's texts.</param>
    /// <param name="tableTokens">Tokens that the position table has rows for.</param>
    /// <param name="read">Takes note of what was read.</param>
    public static FolderFact? MaxSeqLength(IReadOnlyDictionary<string, string> files, int tableTokens, List<string> read)
    {
        foreach ((string path, string key) in FolderTexts.Lengths.Select(path => (path, "max_seq_length")).Append((FolderTexts.TokenizerConfig, "model_max_length")))
        {
            // A tokenizer without a limit says 10^30, which is no whole number that 64 bits hold.
            if (FolderFile.TryRead(files, path) is { } file && file[key]?.AsWhole is >= 1 and long length)
            {
                read.Add($"{path}: {key} = {file[key]}");
                return length < tableTokens ? new("MaxSeqLength", (int)length, file.Quote(key), IsDefault: true) : null;
            }
        }

        return null;
    }

    /// <summary>Prompts by name, and the default one's name.</summary>
    /// <exception cref="FolderException">A prompt is no text, or the default one doesn't exist.</exception>
    public static (IReadOnlyList<Prompt> Prompts, string? Default) PromptsOf(IReadOnlyDictionary<string, string> files, List<string> read)
    {
        if (FolderFile.TryRead(files, Prompts) is not { } file)
        {
            return ([], null);
        }

        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        List<string> names = [];
        foreach (KeyValuePair<string, JsonValue> member in file["prompts"]?.Members ?? [])
        {
            if (!texts.ContainsKey(member.Key))
            {
                names.Add(member.Key);
            }

            texts[member.Key] = member.Value.AsString ?? throw new FolderException($"{Prompts}: the prompt \"{member.Key}\" must be a string, but is {member.Value}");
        }

        string? standard = file.Word("default_prompt_name");
        if (standard is not null && !texts.ContainsKey(standard))
        {
            throw new FolderException($"{Prompts}: default_prompt_name = \"{standard}\" is not the name of a prompt ({string.Join(", ", names)})");
        }

        read.Add($"{Prompts}: {(names.Count == 0 ? "no prompts" : $"prompts {string.Join(", ", names)}")}{(standard is null ? "" : $"; {standard} where none is asked for")}{(file.Word("similarity_fn_name") is { } similarity ? $"; to be compared by {similarity}" : "")}");
        return ([.. names.Select(name => new Prompt(name, texts[name]))], standard);
    }

    private static FolderFact PoolingOf(FolderFile config, int hiddenSize, List<string> read)
    {
        string sizeKey = config["embedding_dimension"] is null ? "word_embedding_dimension" : "embedding_dimension";
        if (config.Whole(sizeKey, hiddenSize) != hiddenSize)
        {
            throw new FolderException($"{config.Quote(sizeKey)} contradicts the {hiddenSize} of {FolderTexts.Config}");
        }

        if (!config.Flag("include_prompt", true))
        {
            throw FolderException.Unsupported($"{config.Quote("include_prompt")}: prompts are always pooled with the text");
        }

        (string Name, Pooling? Pooling)[] modes = config.Word("pooling_mode") is { } word
            ? [(word, s_modes.FirstOrDefault(mode => mode.Name == word).Pooling)]
            : [.. s_modes.Where(mode => config.Flag(mode.Key, absent: mode.Pooling == Pooling.Mean)).Select(mode => (mode.Key, mode.Pooling))];
        if (modes is not [(_, { } pooling)])
        {
            string found = modes.Length == 0 ? "no pooling mode" : string.Join(" and ", modes.Select(mode => mode.Name));
            throw FolderException.Unsupported($"{found} in {config.Path}; exactly one of cls, mean and max is supported");
        }

        read.Add($"{config.Path}: {modes[0].Name}");
        return new("Pooling", pooling, $"{modes[0].Name} in {config.Path}");
    }
}
