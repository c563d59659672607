using System.Collections.Immutable;
using GeneratedEncoder.Generator.Diagnostics;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>Completes a spec that names a model folder with what the folder says, and holds the attribute against it.</summary>
internal static class ModelFolderReader
{
    /// <summary>The spec as the folder completes it, and what is wrong. With a problem in the folder its Model stays null.</summary>
    /// <param name="spec">What the attribute says.</param>
    /// <param name="bundles">The texts of the project's bundles.</param>
    public static (EncoderSpec Spec, IReadOnlyList<SpecProblem> Problems) Complete(EncoderSpec spec, IEnumerable<string> bundles)
    {
        if (spec.ModelName is not { } name)
        {
            return (spec, []);
        }

        ModelBundle[] all = [.. bundles.Select(TryRead).OfType<ModelBundle>()];
        ModelBundle[] named = [.. all.Where(bundle => bundle.Name == name)];
        if (named.Length != 1)
        {
            return (spec, [NotOne(name, all, named)]);
        }

        try
        {
            return Complete(spec, named[0]);
        }
        catch (FolderException e)
        {
            return (spec, [new(
                e.IsUnsupported ? DiagnosticDescriptors.ModelUnsupported : DiagnosticDescriptors.ModelUnreadable,
                SpecProblem.ModelArgument, name, e.IsUnsupported ? e.Message : $"{e.Message} ({named[0].Folder})")]);
        }
    }

    private static (EncoderSpec, IReadOnlyList<SpecProblem>) Complete(EncoderSpec spec, ModelBundle bundle)
    {
        if (bundle.Problem is { } problem)
        {
            throw new FolderException(problem);
        }

        List<string> read = [];
        FolderFile config = FolderFile.Read(bundle, ModelConfig.FileName);
        List<FolderFact> facts = [.. ModelConfig.Encoder(config)];
        EncoderSpec complete = Apply(new EncoderSpec { Type = spec.Type, Given = spec.Given, ModelName = spec.ModelName }, facts);
        read.Add($"{ModelConfig.FileName}: {config["model_type"]!.AsString}, {complete.NumHiddenLayers} layers of {complete.HiddenSize}, {complete.NumAttentionHeads} heads, {complete.HiddenAct}");

        facts.AddRange(SentenceFiles.Pipeline(bundle, complete.HiddenSize, read));
        if (SentenceFiles.MaxSeqLength(bundle, complete.TableTokens, read) is { } length)
        {
            facts.Add(length);
        }

        facts.AddRange(HeadFacts(spec, config, facts, out IReadOnlyList<string> labels));
        List<SpecProblem> problems = Contradictions(spec, facts, complete.TableTokens);
        complete = Refine(Apply(complete, facts), spec, facts);
        if (problems.Count > 0)
        {
            return (complete, problems);
        }

        IReadOnlyDictionary<string, SafetensorsEntry> tensors = TensorCheck.Entries(bundle, read);
        (IReadOnlyList<Prompt> prompts, string? defaultPrompt) = SentenceFiles.PromptsOf(bundle, read);
        complete = complete with
        {
            Model = new ModelFolderSpec
            {
                Name = bundle.Name,
                OutputFolder = bundle.OutputFolder,
                Labels = new([.. labels.Count == complete.NumLabels ? labels : []]),
                Prompts = new([.. prompts]),
                DefaultPromptName = defaultPrompt,
                SigmoidScore = complete.Head == Head.SequenceClassification && ModelConfig.SigmoidScore(config, complete.NumLabels),
                Read = new([.. read]),
            },
        };

        // Sizes out of range would make too many tensors; the rules for all encoders report them.
        return (complete, SpecValidator.IsLegal(complete) ? [.. TensorCheck.Problems(complete, tensors)] : []);
    }

    /// <summary>The head, the attribute's or what the folder's class has, and what it needs.</summary>
    private static IReadOnlyList<FolderFact> HeadFacts(EncoderSpec spec, FolderFile config, List<FolderFact> facts, out IReadOnlyList<string> labels)
    {
        // A pipeline that pools makes embeddings, whatever the class was from which the model was once trained on.
        FolderFact? fact = facts.Find(f => f.Property == "Pooling") is { } pooling
            ? new("Head", Head.None, pooling.Source, IsDefault: true)
            : ModelConfig.HeadOf(config);
        if (fact is null && !spec.Given.Contains("Head"))
        {
            throw FolderException.Unsupported(
                $"the head of architectures = [{config["architectures"]!.Items[0]}] in {config.Path}; Head = Head.None takes the encoder alone");
        }

        labels = [];
        List<FolderFact> head = fact is null ? [] : [fact];
        switch (spec.Given.Contains("Head") ? spec.Head : (Head)fact!.Value)
        {
            case Head.SequenceClassification or Head.TokenClassification:
                labels = ModelConfig.Labels(config);
                string source = config["id2label"] is null ? config.Quote("num_labels") : $"id2label of {labels.Count} labels in {config.Path}";
                head.Add(new("NumLabels", labels.Count, source, IsDefault: config["id2label"] is null && config["num_labels"] is null));
                break;
            case Head.MaskedLM:
                head.Add(new("TieWordEmbeddings", config.Flag("tie_word_embeddings", true), config.Quote("tie_word_embeddings")));
                break;
        }

        return head;
    }

    private static List<SpecProblem> Contradictions(EncoderSpec spec, List<FolderFact> facts, int tableTokens)
    {
        List<SpecProblem> problems = [];
        foreach (FolderFact fact in facts.Where(fact => !fact.IsDefault && spec.Given.Contains(fact.Property)))
        {
            object given = SpecParser.Get(spec, fact.Property);
            if (!given.Equals(fact.Value))
            {
                problems.Add(new(DiagnosticDescriptors.ContradictsModel, fact.Property, fact.Property, SpecParser.Text(given), spec.ModelName!, fact.Source));
            }
        }

        if (spec.Given.Contains("MaxSeqLength") && spec.MaxSeqLength > tableTokens)
        {
            string rows = facts.Find(fact => fact.Property == "MaxPositionEmbeddings").Source;
            problems.Add(new(DiagnosticDescriptors.ContradictsModel, "MaxSeqLength", "MaxSeqLength", SpecParser.Text(spec.MaxSeqLength), spec.ModelName!,
                $"{rows}, room for {SpecParser.Text(tableTokens)} tokens"));
        }

        return problems;
    }

    private static EncoderSpec Apply(EncoderSpec spec, IEnumerable<FolderFact> facts) =>
        facts.Aggregate(spec, (s, fact) => SpecParser.Set(s, fact.Property, fact.Value));

    /// <summary>What the attribute says where the folder says nothing, or only what is usual.</summary>
    private static EncoderSpec Refine(EncoderSpec complete, EncoderSpec spec, List<FolderFact> facts) => spec.Given
        .Where(property => !facts.Exists(fact => fact.Property == property && !fact.IsDefault))
        .Aggregate(complete, (s, property) => SpecParser.Set(s, property, SpecParser.Get(spec, property)));

    private static SpecProblem NotOne(string name, ModelBundle[] all, ModelBundle[] named) => named.Length == 0
        ? new(DiagnosticDescriptors.ModelNotInProject, SpecProblem.ModelArgument, name, all.Length == 0
            ? "the project has none"
            : $"the project has {string.Join(", ", all.Select(bundle => bundle.Name).OrderBy(n => n, StringComparer.Ordinal))}")
        : new(DiagnosticDescriptors.ModelUnreadable, SpecProblem.ModelArgument, name,
            $"several folders have that name ({string.Join(", ", named.Select(bundle => bundle.Folder))}); give one a ModelName in the project file");

    private static ModelBundle? TryRead(string text)
    {
        try
        {
            return ModelBundle.Read(text);
        }
        catch (JsonFormatException)
        {
            // Not one that the build wrote: no model has its name, which is then said.
            return null;
        }
    }
}
