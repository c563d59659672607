using System.Collections.Immutable;
using System.Globalization;
using GeneratedEncoder.Generator.Diagnostics;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Check;

/// <summary>A rule that a spec breaks: which, at which of the attribute's properties (null: the class), with which numbers.</summary>
internal sealed record SpecProblem(DiagnosticDescriptor Rule, string? Property, params string[] Arguments)
{
    /// <summary>In a property's place: the argument that names the model folder.</summary>
    public const string ModelArgument = "Model";

    /// <summary>What a code fix needs to know, by <see cref="FixProperties"/>.</summary>
    public ImmutableDictionary<string, string?> Fix { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>The fix that adds a property.</summary>
    public static ImmutableDictionary<string, string?> Add(string property) => ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Missing, property);
}

/// <summary>All rules of a legal encoder, as a pure function. The analyzer reports what it finds; the generator only refrains.</summary>
internal static class SpecValidator
{
    /// <summary>What an attribute that names no model folder must set.</summary>
    private static readonly string[] s_required = ["HiddenSize", "NumHiddenLayers", "NumAttentionHeads", "IntermediateSize", "MaxPositionEmbeddings", "HiddenAct"];

    public static IEnumerable<SpecProblem> Validate(EncoderSpec spec)
    {
        List<SpecProblem> problems = [.. TypeProblems(spec), .. MissingSizes(spec), .. SizeProblems(spec), .. ValueProblems(spec), .. ModelTypeRules.Problems(spec), .. HeadProblems(spec)];

        // The remaining rules divide and multiply the sizes, and plan with them: they make sense once all values do.
        if (!problems.Exists(p => p.Rule.DefaultSeverity == DiagnosticSeverity.Error) && spec.HasAllSizes())
        {
            problems.AddRange(ShapeProblems(spec));
        }

        return problems;
    }

    /// <summary>Whether code can be generated. False too while the class's name is missing, which the compiler reports.</summary>
    public static bool IsLegal(EncoderSpec spec) =>
        spec.HasAllSizes() && spec.Type.Name.Length > 0 && !Validate(spec).Any(p => p.Rule.DefaultSeverity == DiagnosticSeverity.Error);

    private static bool HasAllSizes(this EncoderSpec spec) =>
        spec is { HiddenSize: > 0, NumHiddenLayers: > 0, NumAttentionHeads: > 0, IntermediateSize: > 0, MaxPositionEmbeddings: > 0 }
        && (spec.ModelName is null ? spec.Given.Contains("HiddenAct") : spec.Model is not null);

    private static IEnumerable<SpecProblem> TypeProblems(EncoderSpec spec)
    {
        if (spec.Type.NotPartial is { } name)
        {
            yield return new(DiagnosticDescriptors.NotPartial, null, spec.Type.Name, name);
        }

        if (spec.Type.Unsupported is { } reason)
        {
            yield return new(DiagnosticDescriptors.UnsupportedClass, null, spec.Type.Name, reason);
        }

        if (spec.Type.OldLanguage is { } language)
        {
            yield return new(DiagnosticDescriptors.OldLanguage, null, spec.Type.Name, language);
        }

        if (spec.Type.Hiding is { } hiding)
        {
            yield return new(DiagnosticDescriptors.NameTaken, null, spec.Type.Name, hiding);
        }
    }

    /// <summary>Properties that the attribute must set and doesn't.</summary>
    public static string[] Missing(EncoderSpec spec) => spec.ModelName is not null ? [] : [.. s_required.Where(property => !spec.Given.Contains(property))];

    private static IEnumerable<SpecProblem> MissingSizes(EncoderSpec spec)
    {
        string[] missing = Missing(spec);
        if (missing.Length > 0)
        {
            string names = missing.Length == 1 ? $"{missing[0]} is" : $"{string.Join(", ", missing.Take(missing.Length - 1))} and {missing[missing.Length - 1]} are";
            yield return new(DiagnosticDescriptors.SizesMissing, missing[0], names);
        }
    }

    private static IEnumerable<SpecProblem> SizeProblems(EncoderSpec spec)
    {
        (string Property, int Value, int Least, int Most)[] sizes =
        [
            ("HiddenSize", spec.HiddenSize, 1, SpecLimits.HiddenSize),
            ("NumHiddenLayers", spec.NumHiddenLayers, 1, SpecLimits.NumHiddenLayers),
            ("NumAttentionHeads", spec.NumAttentionHeads, 1, SpecLimits.HiddenSize),
            ("IntermediateSize", spec.IntermediateSize, 1, SpecLimits.IntermediateSize),
            ("MaxPositionEmbeddings", spec.MaxPositionEmbeddings, 1, SpecLimits.Tokens),
            ("VocabSize", spec.VocabSize, 0, int.MaxValue),
            ("TypeVocabSize", spec.TypeVocabSize, 0, SpecLimits.TypeVocabSize),
            ("PositionOffset", spec.PositionOffset, 0, SpecLimits.Tokens),
            ("EmbeddingSize", spec.EmbeddingSize, 0, SpecLimits.HiddenSize),
            ("NumHiddenGroups", spec.NumHiddenGroups, 0, SpecLimits.NumHiddenLayers),
            ("RelativeAttentionNumBuckets", spec.RelativeAttentionNumBuckets, spec.ModelType == ModelType.MPNet ? 4 : 0, SpecLimits.RelativeAttentionNumBuckets),
            ("MaxSeqLength", spec.MaxSeqLength, 0, SpecLimits.Tokens),
            ("NumLabels", spec.NumLabels, 0, SpecLimits.NumLabels),
        ];
        return sizes
            .Where(size => (spec.Given.Contains(size.Property) || spec.Model is not null) && (size.Value < size.Least || size.Value > size.Most))
            .Select(size => new SpecProblem(
                DiagnosticDescriptors.SizeOutOfRange, size.Property, size.Property, Text(size.Value), Text(size.Least), Text(size.Most)));
    }

    private static IEnumerable<SpecProblem> ValueProblems(EncoderSpec spec)
    {
        // An eps that float32 rounds to zero would divide by zero on a constant row.
        if (!((float)spec.LayerNormEps > 0) || float.IsInfinity((float)spec.LayerNormEps))
        {
            yield return new(DiagnosticDescriptors.BadEps, "LayerNormEps", spec.LayerNormEps.ToString("R", CultureInfo.InvariantCulture));
        }

        foreach ((string property, Enum value) in new (string, Enum)[]
            { ("HiddenAct", spec.HiddenAct), ("NormPlacement", spec.NormPlacement), ("Pooling", spec.Pooling),
              ("ModelType", spec.ModelType), ("Head", spec.Head), ("Weights", spec.Weights) })
        {
            if (!Enum.IsDefined(value.GetType(), value))
            {
                yield return new(DiagnosticDescriptors.UndefinedValue, property,
                    property, value.ToString("D"), string.Join(", ", Enum.GetNames(value.GetType())));
            }
        }

        foreach ((string property, int value) in new[] { ("TypeVocabSize", spec.TypeVocabSize), ("PositionOffset", spec.PositionOffset), ("EmbeddingSize", spec.EmbeddingSize) })
        {
            if (spec.TakesVectors && value > 0)
            {
                yield return new(DiagnosticDescriptors.NoEffectWithoutVocabulary, property, property, Text(value));
            }
        }
    }

    private static IEnumerable<SpecProblem> HeadProblems(EncoderSpec spec)
    {
        if (spec.Head == Head.MaskedLM && spec.TakesVectors)
        {
            yield return new(DiagnosticDescriptors.HeadNeedsVocabulary, "Head");
        }
        else if (spec.Head == Head.Pooler && !spec.Architecture.HasHead(Head.Pooler))
        {
            yield return new(DiagnosticDescriptors.NoPooler, "Head", spec.ModelType.ToString());
        }
        else if (spec.HasLabels && spec.NumLabels == 0)
        {
            yield return new(DiagnosticDescriptors.NumLabelsMissing, "Head", spec.Head.ToString()) { Fix = SpecProblem.Add("NumLabels = 2") };
        }

        // What a folder's config.json says beside the point is nobody's mistake; what the attribute says may be one.
        if (!spec.HasLabels && spec.Given.Contains("NumLabels") && spec.NumLabels > 0)
        {
            yield return new(DiagnosticDescriptors.NoEffectOnHead, "NumLabels", $"NumLabels = {Text(spec.NumLabels)}", spec.Head.ToString(), "labels");
        }

        if (spec.Head != Head.MaskedLM && spec.Given.Contains("TieWordEmbeddings") && !spec.TieWordEmbeddings)
        {
            yield return new(DiagnosticDescriptors.NoEffectOnHead, "TieWordEmbeddings", "TieWordEmbeddings = false", spec.Head.ToString(), "decoder");
        }
    }

    private static IEnumerable<SpecProblem> ShapeProblems(EncoderSpec spec)
    {
        if (spec.HiddenSize % spec.NumAttentionHeads != 0 && !spec.Architecture.HasOwnHeadSize(spec))
        {
            yield return NoDivisor(DiagnosticDescriptors.HeadsDoNotDivide, "NumAttentionHeads", spec.NumAttentionHeads, spec.HiddenSize);
        }
        else if (spec.NumHiddenLayers % spec.LayerSets != 0)
        {
            yield return NoDivisor(DiagnosticDescriptors.GroupsDoNotDivide, "NumHiddenGroups", spec.NumHiddenGroups, spec.NumHiddenLayers);
        }
        else if (spec.MaxTokens < 1)
        {
            yield return new(DiagnosticDescriptors.NoPositionsLeft, "PositionOffset",
                Text(spec.PositionOffset), Text(spec.MaxPositionEmbeddings));
        }
        else if (BlockRules.Broken(spec) is { } broken)
        {
            yield return new(DiagnosticDescriptors.ModelUnsupported, SpecProblem.ModelArgument, spec.ModelName ?? "", $"it has {broken}");
        }
        else if (MemoryLimit.Exceeded(spec) is { } need)
        {
            yield return new(DiagnosticDescriptors.TooMuchMemory, "HiddenSize", need, MemoryLimit.Text);
        }
        else
        {
            foreach (SpecProblem surprise in ModelTypeRules.Surprises(spec).Concat(UnusedPositions(spec)))
            {
                yield return surprise;
            }

            foreach (PaddingNote note in PaddingNote.OfAttention(spec).Concat(PaddingNote.OfFeedForward(spec)))
            {
                yield return new(DiagnosticDescriptors.PartialPanels, note.Property, note.Name, Text(note.Columns), note.Cost);
            }
        }
    }

    private static IEnumerable<SpecProblem> UnusedPositions(EncoderSpec spec)
    {
        if (spec.ModelName is null && spec.MaxSeqLength > spec.TableTokens)
        {
            yield return new(DiagnosticDescriptors.NoSuchPositions, "MaxSeqLength",
                Text(spec.MaxSeqLength), Text(spec.MaxPositionEmbeddings), Text(spec.TableTokens));
        }
    }

    /// <summary>A number that does not divide a size, and the nearest ones that do: "8 or 12".</summary>
    private static SpecProblem NoDivisor(DiagnosticDescriptor rule, string property, int number, int size)
    {
        int[] divisors = [.. Enumerable.Range(1, size).Where(d => size % d == 0)];
        string? below = divisors.Where(d => d < number).Select(Text).LastOrDefault(), above = divisors.Where(d => d > number).Select(Text).FirstOrDefault();
        return new(rule, property, Text(number), Text(size), string.Join(" or ", new[] { below, above }.Where(text => text is not null)))
        {
            Fix = ImmutableDictionary<string, string?>.Empty.Add(FixProperties.Below, below).Add(FixProperties.Above, above),
        };
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
