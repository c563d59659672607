using System.Globalization;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>Reads what config.json says of the layers on top of the encoder: which they are, their labels, how scores are made.</summary>
internal static class HeadConfig
{
    private static readonly (string Suffix, Head Head)[] s_heads =
    [
        ("Model", Head.None),
        ("ForSequenceClassification", Head.SequenceClassification),
        ("ForTokenClassification", Head.TokenClassification),
        ("ForMaskedLM", Head.MaskedLM),

        // Of an encoder-decoder the encoder is taken.
        ("ForConditionalGeneration", Head.None),
    ];

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
}
