using System.Collections.Immutable;
using GeneratedEncoder.Generator.Diagnostics;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Check;

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

        FolderContent content = FolderContent.Of(bundle.Files, spec.Given.Contains("Head") ? spec.Head : null);
        List<string> read = [.. content.Read];
        IReadOnlyDictionary<string, SafetensorsEntry> tensors = TensorCheck.Entries(bundle, read);
        EncoderSpec folders = Apply(
            new EncoderSpec
            {
                Type = spec.Type,
                Given = spec.Given,
                ModelName = spec.ModelName,
                Modules = new([.. content.Pipeline.Modules]),
            },
            content.Facts.Concat(content.Architecture.TensorFacts([.. tensors.Keys])));
        List<SpecProblem> problems = Contradictions(spec, content.Facts, folders.TableTokens);
        EncoderSpec complete = Refine(folders, spec, content.Facts);
        if (problems.Count > 0)
        {
            return (complete, problems);
        }

        complete = complete with
        {
            Model = new ModelFolderSpec
            {
                Name = bundle.Name,
                OutputFolder = bundle.OutputFolder,
                Facts = new([.. Taken(complete, content)]),
                Labels = new([.. content.Labels.Count == complete.NumLabels ? content.Labels : []]),
                Prompts = new([.. content.Prompts]),
                DefaultPromptName = content.DefaultPromptName,
                SigmoidScore = complete.Head == Head.SequenceClassification && content.SigmoidScore(complete.NumLabels),
                Read = new([.. read]),
            },
        };

        // Sizes out of range would make too many tensors; the rules for all encoders report them.
        return (complete, SpecValidator.IsLegal(complete) ? [.. TensorCheck.Problems(complete, tensors, bundle)] : []);
    }

    /// <summary>
    /// What the class is made of, to be compared with the folder that it loads: what the folder said, and where the attribute says otherwise,
    /// that.
    /// </summary>
    private static IEnumerable<TakenFact> Taken(EncoderSpec complete, FolderContent content)
    {
        string type = content.Facts.First(fact => fact.Property == "ModelType").Source;
        foreach (FolderFact fact in content.Facts)
        {
            // What the architecture alone decides is said by its name; the longest text comes last, as it is meant.
            if (fact.Property == "ModelType" || (fact.Source != type && fact.Property != "MaxSeqLength"))
            {
                yield return Fact(fact, fact.Property, fact.IsDetail ? fact.Value : SpecParser.Get(complete, fact.Property));
            }
        }

        if (content.Facts.All(fact => fact.Property != "Head"))
        {
            // The folder has one that is not known, and the attribute another.
            yield return new("Head", FolderFact.TextOf(complete.Head), Source: null);
        }

        yield return Fact(content.MaxTokens, "MaxSeqLength", complete.MaxTokens);

        TakenFact Fact(FolderFact fact, string property, object value) =>
            new(fact.Property, FolderFact.TextOf(value), complete.Given.Contains(property) && fact.IsDefault ? null : fact.Source);
    }

    private static List<SpecProblem> Contradictions(EncoderSpec spec, IReadOnlyList<FolderFact> facts, int tableTokens)
    {
        List<SpecProblem> problems = [];
        foreach (FolderFact fact in facts.Where(fact => !fact.IsDefault && !fact.IsDetail && spec.Given.Contains(fact.Property)))
        {
            object given = SpecParser.Get(spec, fact.Property);
            if (!given.Equals(fact.Value))
            {
                problems.Add(new(DiagnosticDescriptors.ContradictsModel, fact.Property, fact.Property, FolderFact.TextOf(given), spec.ModelName!, fact.Source));
            }
        }

        if (spec.Given.Contains("MaxSeqLength") && spec.MaxSeqLength > tableTokens)
        {
            string rows = facts.First(fact => fact.Property == "MaxPositionEmbeddings").Source;
            problems.Add(new(DiagnosticDescriptors.ContradictsModel, "MaxSeqLength", "MaxSeqLength", FolderFact.TextOf(spec.MaxSeqLength), spec.ModelName!,
                $"{rows}, room for {FolderFact.TextOf(tableTokens)} tokens"));
        }

        return problems;
    }

    private static EncoderSpec Apply(EncoderSpec spec, IEnumerable<FolderFact> facts) =>
        facts.Aggregate(spec, (s, fact) => fact.IsDetail ? s with { Details = s.Details.With(fact.Property, fact.Value) } : SpecParser.Set(s, fact.Property, fact.Value));

    /// <summary>What the attribute says where the folder says nothing, or only what is usual.</summary>
    private static EncoderSpec Refine(EncoderSpec complete, EncoderSpec spec, IReadOnlyList<FolderFact> facts) => spec.Given
        .Where(property => !facts.Any(fact => fact.Property == property && !fact.IsDefault))
        .Aggregate(complete, (s, property) => SpecParser.Set(s, property, SpecParser.Get(spec, property)));

    private static SpecProblem NotOne(string name, ModelBundle[] all, ModelBundle[] named) => named.Length == 0
        ? new(DiagnosticDescriptors.ModelNotInProject, SpecProblem.ModelArgument, name, all.Length == 0
            ? "the project has none (a pattern such as Models/* finds no folders; Models/*/config.json does)"
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
