namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>Reads the files that sentence-transformers puts beside a model: the pipeline, pooling, maximum length, prompts.</summary>
internal static class SentenceFiles
{
    private const string Modules = "modules.json", Prompts = "config_sentence_transformers.json", Tokenizer = "tokenizer_config.json";

    /// <summary>The maximum length's file, whose older names say which class read it.</summary>
    private static readonly string[] s_lengths =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    /// <summary>Pooling modes in the order in which several would be concatenated; null where this library has none of it.</summary>
    private static readonly (string Key, string Name, Pooling? Pooling)[] s_modes =
    [
        ("pooling_mode_cls_token", "cls", Pooling.Cls), ("pooling_mode_max_tokens", "max", Pooling.Max),
        ("pooling_mode_mean_tokens", "mean", Pooling.Mean), ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", null),
        ("pooling_mode_weightedmean_tokens", "weightedmean", null), ("pooling_mode_lasttoken", "lasttoken", null),
    ];

    /// <summary>What the pipeline does after the encoder: pooling and normalisation. Nothing of a bare model.</summary>
    /// <param name="hiddenSize">The width that the pooling's config must agree to.</param>
    /// <exception cref="FolderException">It has a step that is not supported.</exception>
    public static IReadOnlyList<FolderFact> Pipeline(ModelBundle bundle, int hiddenSize, List<string> read)
    {
        if (FolderFile.TryRead(bundle, Modules, JsonKind.Array) is not { } modules)
        {
            return [];
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
                    facts.Add(PoolingOf(FolderFile.Read(bundle, path.TrimEnd('/') + "/config.json"), hiddenSize, read));
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
        if (steps.Count == 2)
        {
            facts.Add(new("Normalize", false, $"no Normalize in {Modules}"));
        }

        return facts;
    }

    /// <summary>Tokens of the longest text; null where only the position table limits them.</summary>
    public static FolderFact? MaxSeqLength(ModelBundle bundle, int tableTokens, List<string> read)
    {
        foreach ((string path, string key) in s_lengths.Select(path => (path, "max_seq_length")).Append((Tokenizer, "model_max_length")))
        {
            // A tokenizer without a limit says 10^30, which is no whole number that 64 bits hold.
            if (FolderFile.TryRead(bundle, path) is { } file && file[key]?.AsWhole is >= 1 and long length)
            {
                read.Add($"{path}: {key} = {file[key]}");
                return length < tableTokens ? new("MaxSeqLength", (int)length, file.Quote(key), IsDefault: true) : null;
            }
        }

        return null;
    }

    /// <summary>Prompts by name, and the default one's name.</summary>
    /// <exception cref="FolderException">A prompt is no text, or the default one doesn't exist.</exception>
    public static (IReadOnlyList<Prompt> Prompts, string? Default) PromptsOf(ModelBundle bundle, List<string> read)
    {
        if (FolderFile.TryRead(bundle, Prompts) is not { } file)
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
            throw new FolderException($"{config.Quote(sizeKey)} contradicts the {hiddenSize} of {ModelConfig.FileName}");
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
