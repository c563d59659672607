using System.Globalization;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>What a sentence-transformers folder does with the tokens' vectors: pooling, dense layers, norms, in the order of its modules.</summary>
internal sealed record SentencePipeline
{
    private const string ModulesFile = FolderTexts.Modules;

    /// <summary>Pooling modes in the order in which several are concatenated: the old key, the new word.</summary>
    private static readonly (string Key, string Name, Pooling Pooling)[] s_modes =
    [
        ("pooling_mode_cls_token", "cls", Pooling.Cls), ("pooling_mode_max_tokens", "max", Pooling.Max),
        ("pooling_mode_mean_tokens", "mean", Pooling.Mean), ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", Pooling.MeanSqrtLen),
        ("pooling_mode_weightedmean_tokens", "weightedmean", Pooling.WeightedMean), ("pooling_mode_lasttoken", "lasttoken", Pooling.LastToken),
    ];

    /// <summary>What becomes of the attribute's Pooling and Normalize, and all the rest as details. Only what is usual, of a bare model.</summary>
    public required IReadOnlyList<FolderFact> Facts { get; init; }

    /// <summary>The steps after pooling, but for a last Normalize.</summary>
    public IReadOnlyList<ModuleBlock> Modules { get; init; } = [];

    /// <summary>Reads the pipeline.</summary>
    /// <param name="files">The folder's texts.</param>
    /// <param name="hiddenSize">The width that the pooling's config must agree to.</param>
    /// <param name="read">Takes note of what was read.</param>
    /// <exception cref="FolderException">It has a step that is not supported.</exception>
    public static SentencePipeline Of(IReadOnlyDictionary<string, string> files, int hiddenSize, List<string> read)
    {
        if (FolderFile.TryRead(files, ModulesFile, JsonKind.Array) is not { } list)
        {
            return new() { Facts = [.. Usual($"no {ModulesFile}")] };
        }

        (string Step, string Type, string Path)[] modules = [.. list.Items.Select(Module)];
        read.Add($"{ModulesFile}: {string.Join(", ", modules.Select(module => module.Step))}");
        if (modules.Length > 0 && (modules[0].Step != "Transformer" || modules[0].Path.Trim('.', '/').Length > 0))
        {
            throw FolderException.Unsupported(modules[0].Step == "Transformer"
                ? $"the Transformer in {ModulesFile} has its files in '{modules[0].Path}': put them into the folder itself"
                : $"{ModulesFile} has {modules[0].Type} first; the first module must be a Transformer");
        }

        if (modules.Length < 2)
        {
            return new() { Facts = [.. Usual($"no Pooling in {ModulesFile}")] };
        }

        if (modules[1].Step != "Pooling")
        {
            throw FolderException.Unsupported($"{ModulesFile} has {modules[1].Type} after Transformer; supported is Pooling, and after it Dense, LayerNorm and Normalize");
        }

        FolderFile pooling = FolderFile.Read(files, ConfigOf(modules[1]));
        Pooling[] poolings = PoolingsOf(pooling, hiddenSize, read, out string words);
        string source = $"{words} in {pooling.Path}";
        int width = hiddenSize * poolings.Length;
        List<ModuleBlock> steps = [];
        foreach ((string Step, string Type, string Path) module in modules.Skip(2))
        {
            steps.Add(StepOf(module, files, ref width));
        }

        bool isNormalised = steps.LastOrDefault() is NormalizeModule;
        if (isNormalised)
        {
            steps.RemoveAt(steps.Count - 1);
        }

        return new()
        {
            Facts =
            [
                new("Pooling", poolings[0], source), .. poolings.Length > 1 ? [FolderFact.Detail("poolings", string.Join("+", poolings), source)] : Array.Empty<FolderFact>(),
                .. pooling.Flag("include_prompt", true) ? Array.Empty<FolderFact>() : [FolderFact.Detail("include_prompt", false, pooling.Quote("include_prompt"))],
                new("Normalize", isNormalised, isNormalised ? $"Normalize in {ModulesFile}" : $"no Normalize in {ModulesFile}"),
                .. steps.Count > 0 ? [FolderFact.Detail("modules", string.Join("; ", steps.Select(Describe)), SourceOf(steps))] : Array.Empty<FolderFact>(),
            ],
            Modules = steps,
        };
    }

    /// <summary>What an encoder does where nothing says otherwise.</summary>
    private static IEnumerable<FolderFact> Usual(string source) => [new("Pooling", Pooling.Mean, source, IsDefault: true), new("Normalize", false, source, IsDefault: true)];

    /// <summary>A module by the last part of its class's name: the parts before have changed with the versions.</summary>
    private static (string Step, string Type, string Path) Module(JsonValue module)
    {
        string type = module["type"]?.AsString ?? throw new FolderException($"{ModulesFile}: a module has no type");
        return (type.Substring(type.LastIndexOf('.') + 1), type, module["path"]?.AsString ?? "");
    }

    private static string ConfigOf((string Step, string Type, string Path) module) => FolderNames.IsPath(module.Path)
        ? FolderTexts.ModuleConfig(module.Path)
        : throw new FolderException($"{ModulesFile}: the path \"{module.Path}\" of {module.Type} is not that of a folder in it");

    private static ModuleBlock StepOf((string Step, string Type, string Path) module, IReadOnlyDictionary<string, string> files, ref int width)
    {
        switch (module.Step)
        {
            case "Normalize":
                return new NormalizeModule();
            case "Dense":
                DenseModule dense = DenseOf(FolderFile.Read(files, ConfigOf(module)), module.Path.TrimEnd('/'), width);
                width = dense.Layer.Out;
                return dense;
            case "LayerNorm":
                FolderFile config = FolderFile.Read(files, ConfigOf(module));
                CheckWidth(config, "dimension", width);

                // PyTorch's default epsilon; the module's config has no key for it.
                return new NormModule(module.Path.TrimEnd('/'), new Norm("norm", width, 1e-5));
            default:
                throw FolderException.Unsupported($"{ModulesFile} has {module.Type} after Pooling; supported are Dense, LayerNorm and Normalize");
        }
    }

    private static DenseModule DenseOf(FolderFile config, string folder, int width)
    {
        CheckWidth(config, "in_features", width);
        int features = config.Whole("out_features", 0);
        if (features is < 1 or > SpecLimits.HiddenSize)
        {
            throw new FolderException($"{config.Path}: out_features must be from 1 to {SpecLimits.HiddenSize.ToString(CultureInfo.InvariantCulture)}, but is {config["out_features"]?.ToString() ?? "missing"}");
        }

        foreach (string key in new[] { "module_input_name", "module_output_name" })
        {
            if (config.Word(key) is { } name && name != "sentence_embedding")
            {
                throw FolderException.Unsupported($"{config.Quote(key)}; only the pooled vector (sentence_embedding) goes through modules");
            }
        }

        if (config.Flag("use_residual", false) && features != width)
        {
            throw FolderException.Unsupported($"{config.Quote("use_residual")} between vectors of {width.ToString(CultureInfo.InvariantCulture)} and {features.ToString(CultureInfo.InvariantCulture)}");
        }

        string activation = config.Word("activation_function") ?? "torch.nn.modules.activation.Tanh";
        return new(folder, new Linear("linear", features, width) { HasBias = config.Flag("bias", true) }, ActivationOf(config, activation))
        {
            HasResidual = config.Flag("use_residual", false),
        };
    }

    private static Activation? ActivationOf(FolderFile config, string name) => name.Substring(name.LastIndexOf('.') + 1) switch
    {
        "Identity" => null,
        "Tanh" => Activation.Tanh,
        "ReLU" => Activation.Relu,
        "GELU" => Activation.Gelu,
        "SiLU" => Activation.Silu,
        _ => throw FolderException.Unsupported($"{config.Quote("activation_function")}; supported are Identity, Tanh, ReLU, GELU and SiLU"),
    };

    private static void CheckWidth(FolderFile config, string key, int width)
    {
        if (config.Whole(key, width) != width)
        {
            throw new FolderException($"{config.Quote(key)} contradicts the {width.ToString(CultureInfo.InvariantCulture)} of what comes before it");
        }
    }

    /// <summary>A step in words, to be compared with the folder at hand.</summary>
    private static string Describe(ModuleBlock step) => step switch
    {
        DenseModule dense => $"{dense.Folder}: {dense.Layer.In.ToString(CultureInfo.InvariantCulture)} to {dense.Layer.Out.ToString(CultureInfo.InvariantCulture)}" +
            $"{(dense.Layer.HasBias ? " with bias" : "")}, {dense.Activation?.ToString() ?? "Identity"}{(dense.HasResidual ? ", residual" : "")}",
        NormModule norm => $"{norm.Folder}: LayerNorm",
        _ => "Normalize",
    };

    /// <summary>The files that say what the steps are.</summary>
    private static string SourceOf(IEnumerable<ModuleBlock> steps) => string.Join(" and ", steps.Select(step => step switch
    {
        DenseModule dense => FolderTexts.ModuleConfig(dense.Folder),
        NormModule norm => FolderTexts.ModuleConfig(norm.Folder),
        _ => null,
    }).Where(file => file is not null).Prepend(ModulesFile));

    private static Pooling[] PoolingsOf(FolderFile config, int hiddenSize, List<string> read, out string words)
    {
        string sizeKey = config["embedding_dimension"] is null ? "word_embedding_dimension" : "embedding_dimension";
        if (config.Whole(sizeKey, hiddenSize) != hiddenSize)
        {
            throw new FolderException($"{config.Quote(sizeKey)} contradicts the {hiddenSize.ToString(CultureInfo.InvariantCulture)} of {FolderTexts.Config}");
        }

        string[] names = config["pooling_mode"] switch
        {
            { Kind: JsonKind.Array } several => [.. several.Items.Select(item => item.AsString ?? item.ToString())],

            // Flags of older files; without a word of it, the mean is taken.
            null => [.. s_modes.Where(mode => config.Flag(mode.Key, absent: mode.Pooling == Pooling.Mean)).Select(mode => mode.Key)],
            _ => [config.Word("pooling_mode")!],
        };
        names = names.Length == 0 ? ["mean"] : names;
        words = string.Join(" and ", names);
        read.Add($"{config.Path}: {words}");
        return [.. names.Select(name => PoolingOf(name, config))];
    }

    private static Pooling PoolingOf(string name, FolderFile config)
    {
        foreach ((string key, string word, Pooling pooling) in s_modes)
        {
            if (name == key || name == word)
            {
                return pooling;
            }
        }

        throw FolderException.Unsupported($"pooling_mode has \"{name}\" in {config.Path}; supported are {string.Join(", ", s_modes.Select(mode => mode.Name))}");
    }
}
