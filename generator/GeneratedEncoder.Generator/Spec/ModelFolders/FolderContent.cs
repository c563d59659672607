using GeneratedEncoder.Generator.Spec.Architectures;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>All that a folder's small files say of an encoder. Read alike when a class is compiled and when it loads a folder.</summary>
internal sealed record FolderContent
{
    private readonly FolderFile _config;

    private FolderContent(FolderFile config) => _config = config;

    public required Architecture Architecture { get; init; }

    /// <summary>What comes after the encoder.</summary>
    public required SentencePipeline Pipeline { get; init; }

    /// <summary>What it says of the attribute's properties, and of the architecture's details.</summary>
    public required IReadOnlyList<FolderFact> Facts { get; init; }

    /// <summary>The longest text, in tokens.</summary>
    public required FolderFact MaxTokens { get; init; }

    /// <summary>Names of the labels, by their ids; empty without a head that has any.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Prompts, in the order of the file.</summary>
    public required IReadOnlyList<Prompt> Prompts { get; init; }

    public string? DefaultPromptName { get; init; }

    /// <summary>What was read, file by file: "config.json: bert, 6 layers of 384, ...".</summary>
    public required IReadOnlyList<string> Read { get; init; }

    /// <summary>Reads a folder.</summary>
    /// <param name="files">Its texts, by their paths.</param>
    /// <param name="head">The head that is asked for; null for the folder's own.</param>
    /// <exception cref="FolderException">A file can't be read, or says something that is not supported.</exception>
    public static FolderContent Of(IReadOnlyDictionary<string, string> files, Head? head)
    {
        List<string> read = [];
        FolderFile config = FolderFile.Read(files, FolderTexts.Config);
        Architecture architecture = Architectures.Architectures.Of(config);
        List<FolderFact> facts = [.. architecture.Facts(new ConfigReader(config))];
        read.Add($"{FolderTexts.Config}: {config["model_type"]!.AsString}, {Whole(facts, "NumHiddenLayers")} layers of {Whole(facts, "HiddenSize")}, {Whole(facts, "NumAttentionHeads")} heads, {Fact(facts, "HiddenAct").Text}");

        SentencePipeline pipeline = SentencePipeline.Of(files, Whole(facts, "HiddenSize"), read);
        facts.AddRange(pipeline.Facts);
        FolderFact rows = Fact(facts, "MaxPositionEmbeddings");
        int tableTokens = Whole(facts, "MaxPositionEmbeddings") - (facts.Find(fact => fact.Property == "PositionOffset") is { } offset ? (int)offset.Value : 0);
        FolderFact? length = SentenceFiles.MaxSeqLength(files, tableTokens, read);
        facts.AddRange(length is null ? [] : [length]);
        facts.AddRange(HeadFacts(head, config, architecture, facts, out IReadOnlyList<string> labels));
        (IReadOnlyList<Prompt> prompts, string? standard) = SentenceFiles.PromptsOf(files, read);
        return new(config)
        {
            Architecture = architecture,
            Pipeline = pipeline,
            Facts = facts,
            MaxTokens = new("MaxTokens", length?.Value ?? tableTokens, length?.Source ?? rows.Source, IsDefault: true),
            Labels = labels,
            Prompts = prompts,
            DefaultPromptName = standard,
            Read = read,
        };
    }

    /// <summary>Whether a sequence classifier's scores are its logits' sigmoids.</summary>
    /// <param name="labels">How many labels it has.</param>
    /// <exception cref="FolderException">The folder names an activation that is not supported.</exception>
    public bool SigmoidScore(int labels) => HeadConfig.SigmoidScore(_config, labels);

    /// <summary>The head, the one that is asked for or what the folder's class has, and what it needs.</summary>
    private static IReadOnlyList<FolderFact> HeadFacts(Head? asked, FolderFile config, Architecture architecture, List<FolderFact> facts, out IReadOnlyList<string> labels)
    {
        // A pipeline that pools makes embeddings, whatever the class was from which the model was once trained on.
        FolderFact? fact = Fact(facts, "Pooling") is { IsDefault: false } pooling
            ? new("Head", Head.None, pooling.Source, IsDefault: true)
            : HeadConfig.HeadOf(config);
        if (fact is null && asked is null)
        {
            throw FolderException.Unsupported(
                $"the head of architectures = [{config["architectures"]!.Items[0]}] in {config.Path}; Head = Head.None takes the encoder alone");
        }

        if ((asked ?? (Head)fact!.Value) is var wanted and not (Head.None or Head.Pooler) && !architecture.HasHead(wanted))
        {
            throw FolderException.Unsupported($"Head.{wanted} of {config.Quote("model_type")}; Head = Head.None takes the encoder alone");
        }

        labels = [];
        List<FolderFact> head = fact is null ? [] : [fact];
        switch (asked ?? (Head)fact!.Value)
        {
            case Head.SequenceClassification or Head.TokenClassification:
                labels = HeadConfig.Labels(config);
                string source = config["id2label"] is null ? config.Quote("num_labels") : $"id2label of {FolderFact.TextOf(labels.Count)} labels in {config.Path}";
                head.Add(new("NumLabels", labels.Count, source, IsDefault: config["id2label"] is null && config["num_labels"] is null));
                break;
            case Head.MaskedLM:
                head.Add(new("TieWordEmbeddings", config.Flag("tie_word_embeddings", true), config.Quote("tie_word_embeddings")));
                break;
        }

        return head;
    }

    private static FolderFact Fact(List<FolderFact> facts, string property) => facts.Find(fact => fact.Property == property)!;

    private static int Whole(List<FolderFact> facts, string property) => (int)Fact(facts, property).Value;
}
