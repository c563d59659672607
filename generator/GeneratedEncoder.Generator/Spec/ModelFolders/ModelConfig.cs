using System.Globalization;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>Reads config.json: the architecture's dimensions, and what stands on top of the encoder.</summary>
internal static class ModelConfig
{
    private static readonly IReadOnlyDictionary<string, HiddenAct> s_activations = new Dictionary<string, HiddenAct>(StringComparer.Ordinal)
    {
        ["relu"] = HiddenAct.Relu,
        ["gelu"] = HiddenAct.Gelu,
        ["gelu_python"] = HiddenAct.Gelu,
        ["gelu_new"] = HiddenAct.GeluNew,
        // The same function, its constants multiplied out in another order.
        ["gelu_fast"] = HiddenAct.GeluNew,
        ["gelu_pytorch_tanh"] = HiddenAct.GeluNew,
        ["silu"] = HiddenAct.Silu,
        ["swish"] = HiddenAct.Silu,
    };

    private static readonly (string Suffix, Head Head)[] s_heads =
    [
        ("Model", Head.None),
        ("ForSequenceClassification", Head.SequenceClassification),
        ("ForTokenClassification", Head.TokenClassification),
        ("ForMaskedLM", Head.MaskedLM),
    ];

    /// <summary>What the file says of the encoder itself.</summary>
    /// <exception cref="FolderException">It isn't an encoder that is supported.</exception>
    public static IEnumerable<FolderFact> Encoder(FolderFile config)
    {
        Architecture architecture = ArchitectureOf(config);
        RefuseVariants(config);
        string type = config.Quote("model_type");
        yield return new("ModelType", architecture.ModelType, type);
        yield return new("NormPlacement", NormPlacement.Post, type);
        foreach ((string property, Setting setting) in new[]
        {
            ("HiddenSize", architecture.HiddenSize), ("NumHiddenLayers", architecture.NumHiddenLayers),
            ("NumAttentionHeads", architecture.NumAttentionHeads), ("IntermediateSize", architecture.IntermediateSize),
            ("MaxPositionEmbeddings", architecture.MaxPositionEmbeddings), ("VocabSize", architecture.VocabSize),
            ("TypeVocabSize", architecture.TypeVocabSize), ("EmbeddingSize", architecture.EmbeddingSize),
            ("NumHiddenGroups", architecture.NumHiddenGroups), ("RelativeAttentionNumBuckets", architecture.RelativeAttentionNumBuckets),
        })
        {
            yield return new(property, Value(config, setting), Source(config, setting));
        }

        yield return architecture.PadTokenId is { } pad
            ? new("PositionOffset", PadId(config, pad) + 1, Source(config, pad))
            : new("PositionOffset", 0, type);
        yield return Activation(config, architecture);
        yield return architecture.LayerNormEps is { } eps
            ? new("LayerNormEps", config.Number(eps, 1e-12), Source(config, eps, "1e-12"))
            : new("LayerNormEps", 1e-12, type);
    }

    /// <summary>What stands on top, by the class that saved the model. Null: nothing that the folder names and this library has.</summary>
    public static FolderFact? HeadOf(FolderFile config)
    {
        if (config["architectures"]?.Items.FirstOrDefault()?.AsString is not { } name)
        {
            return new("Head", Head.None, $"no architectures in {config.Path}", IsDefault: true);
        }

        Head? head = s_heads.Where(h => name.EndsWith(h.Suffix, StringComparison.Ordinal)).Select(h => (Head?)h.Head).FirstOrDefault();
        return head is { } known ? new("Head", known, $"architectures = [\"{name}\"] in {config.Path}", IsDefault: true) : null;
    }

    /// <summary>The labels' names by their ids, from id2label; as many made-up ones as num_labels says without it.</summary>
    /// <exception cref="FolderException">The ids are not 0, 1, 2, ...</exception>
    public static IReadOnlyList<string> Labels(FolderFile config)
    {
        if (config["id2label"] is not { } map)
        {
            int count = config.Whole("num_labels", 2);
            return count is >= 1 and <= 1 << 20
                ? [.. Enumerable.Range(0, count).Select(id => "LABEL_" + id.ToString(CultureInfo.InvariantCulture))]
                : throw new FolderException($"{config.Path}: num_labels must be at least 1, but is {config["num_labels"]}");
        }

        string[] labels = new string[map.Members.Count];
        foreach (KeyValuePair<string, JsonValue> member in map.Members)
        {
            if (!int.TryParse(member.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id >= labels.Length || labels[id] is not null)
            {
                throw new FolderException($"{config.Path}: id2label has {labels.Length} labels, but an id \"{member.Key}\"; ids must be 0, 1, 2, ...");
            }

            labels[id] = member.Value.Text;
        }

        return labels.Length > 0 ? labels : throw new FolderException($"{config.Path}: id2label is empty");
    }

    /// <summary>
    /// Whether scores are the logits' sigmoids: what sentence-transformers does for a single label, and transformers for labels
    /// of which several may hold, unless the folder names another activation.
    /// </summary>
    /// <param name="config">config.json.</param>
    /// <param name="labels">How many there are.</param>
    /// <exception cref="FolderException">It names one that is not supported.</exception>
    public static bool SigmoidScore(FolderFile config, int labels)
    {
        JsonValue? activation = config["sentence_transformers"]?["activation_fn"] ?? config["sbert_ce_default_activation_function"];
        if (activation?.AsString is not { } name)
        {
            return config.Word("problem_type") switch
            {
                "multi_label_classification" => true,
                "regression" => labels == 1
                    ? false
                    : throw FolderException.Unsupported($"{config.Quote("problem_type")} with {labels.ToString(CultureInfo.InvariantCulture)} labels; one is supported"),
                _ => labels == 1,
            };
        }

        return name.Substring(name.LastIndexOf('.') + 1) switch
        {
            "Sigmoid" => true,
            "Identity" => false,
            _ => throw FolderException.Unsupported($"the cross-encoder's activation {activation} in {config.Path}; Sigmoid and Identity are supported"),
        };
    }

    private static Architecture ArchitectureOf(FolderFile config)
    {
        string supported = $"supported are {string.Join(", ", Architecture.All.Keys)}";
        string type = config.Word("model_type") ?? throw new FolderException($"{config.Path} has no model_type; {supported}");
        return Architecture.All.TryGetValue(type, out Architecture? architecture)
            ? architecture
            : throw FolderException.Unsupported($"{config.Quote("model_type")}; {supported}");
    }

    /// <summary>Models that call themselves by a supported name but compute something else.</summary>
    private static void RefuseVariants(FolderFile config)
    {
        if (config["auto_map"] is not null || config.Word("_name_or_path")?.StartsWith("jinaai/", StringComparison.Ordinal) == true)
        {
            string key = config["auto_map"] is not null ? "auto_map" : "_name_or_path";
            throw FolderException.Unsupported(
                $"{config.Quote(key)}: the model calls itself {config["model_type"]}, but comes with code of its own (as Jina's do) and computes something else");
        }

        if (config.Word("position_embedding_type") is { } positions && positions != "absolute")
        {
            throw FolderException.Unsupported($"{config.Quote("position_embedding_type")}; only \"absolute\" is supported");
        }

        if (config.Flag("is_decoder", false))
        {
            throw FolderException.Unsupported($"{config.Quote("is_decoder")}: a decoder's tokens don't see those after them");
        }

        if (config["quantization_config"] is not null)
        {
            throw FolderException.Unsupported($"{config.Quote("quantization_config")}: weights must be F32, F16 or BF16");
        }

        if (config.Whole("inner_group_num", 1) != 1)
        {
            throw FolderException.Unsupported($"{config.Quote("inner_group_num")}; only 1 is supported");
        }
    }

    private static FolderFact Activation(FolderFile config, Architecture architecture)
    {
        (string key, string absent) = architecture.HiddenAct;
        string name = config.Word(key) ?? absent;
        return s_activations.TryGetValue(name, out HiddenAct act)
            ? new("HiddenAct", act, Source(config, key, $"\"{absent}\""))
            : throw FolderException.Unsupported($"{config.Quote(key)}; supported are {string.Join(", ", s_activations.Keys)}");
    }

    /// <summary>The padding token's id, small enough to count from.</summary>
    private static int PadId(FolderFile config, Setting setting) => Value(config, setting) is >= 0 and < 1 << 24 and int id
        ? id
        : throw new FolderException($"{config.Path}: {setting.Key} must be a token id, but is {config[setting.Key]}");

    private static int Value(FolderFile config, Setting setting) =>
        setting.Key.Length == 0 ? setting.Absent : config.Whole(setting.Key, setting.Absent);

    private static string Source(FolderFile config, Setting setting) => setting.Key.Length == 0
        ? config.Quote("model_type")
        : Source(config, setting.Key, setting.Absent.ToString(CultureInfo.InvariantCulture));

    private static string Source(FolderFile config, string key, string absent) =>
        config[key] is null ? $"{key} = {absent}, the default without that key in {config.Path}" : config.Quote(key);
}
