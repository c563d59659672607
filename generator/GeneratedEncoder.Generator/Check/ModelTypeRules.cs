using System.Globalization;
using GeneratedEncoder.Generator.Diagnostics;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.Architectures;

namespace GeneratedEncoder.Generator.Check;

/// <summary>Which of the attribute's properties an architecture has, and which it can't do without.</summary>
internal static class ModelTypeRules
{
    public static IEnumerable<SpecProblem> Problems(EncoderSpec spec) => spec.Architecture switch
    {
        // A folder says all of it.
        _ when spec.ModelName is not null && spec.Architecture is not ClassicArchitecture => [],
        ClassicArchitecture classic => NotThere(spec, classic).Concat(Missing(spec, classic)),
        _ => [new(DiagnosticDescriptors.NeedsModelFolder, "ModelType", spec.ModelType.ToString())],
    };

    /// <summary>What is legal, and most likely forgotten: no config.json has the offset as a key.</summary>
    public static IEnumerable<SpecProblem> Surprises(EncoderSpec spec)
    {
        if (spec is { ModelName: null, TakesVectors: false, Architecture: ClassicArchitecture { HasPositionOffset: true } } && !spec.Given.Contains("PositionOffset"))
        {
            yield return new(DiagnosticDescriptors.OffsetForgotten, "ModelType", spec.ModelType.ToString()) { Fix = SpecProblem.Add("PositionOffset = 2") };
        }
    }

    private static IEnumerable<SpecProblem> NotThere(EncoderSpec spec, ClassicArchitecture classic)
    {
        (string Property, int Value, bool Exists, string Because)[] sizes =
        [
            ("EmbeddingSize", spec.EmbeddingSize, classic.HasProjection,
                "their embeddings are as wide as their hidden states; only Electra and Albert project them"),
            ("NumHiddenGroups", spec.NumHiddenGroups, classic.HasGroups,
                "each of their layers has weights of its own; only Albert's layers share them"),
            ("RelativeAttentionNumBuckets", spec.RelativeAttentionNumBuckets, classic.HasRelativeBias,
                "they have no biases for relative positions; only MPNet has"),
            ("TypeVocabSize", spec.TypeVocabSize, classic.HasTypes,
                "they have no token types"),
        ];
        foreach ((string property, int value, bool exists, string because) in sizes)
        {
            if (value > 0 && !exists)
            {
                yield return new(DiagnosticDescriptors.NotOfThisModelType, property, property, value.ToString(CultureInfo.InvariantCulture), spec.ModelType.ToString(), because);
            }
        }

        if (spec.IsPreNorm && !classic.HasPreNorm)
        {
            yield return new(DiagnosticDescriptors.NotOfThisModelType, "NormPlacement", "NormPlacement", "Pre", spec.ModelType.ToString(),
                "their norms follow the sub-layers; only Bert and Roberta exist with the norms before");
        }
    }

    private static IEnumerable<SpecProblem> Missing(EncoderSpec spec, ClassicArchitecture classic)
    {
        if (classic.HasRelativeBias && spec.RelativeAttentionNumBuckets == 0)
        {
            yield return new(DiagnosticDescriptors.NeededByModelType, "ModelType", "MPNet", "RelativeAttentionNumBuckets",
                "config.json calls it relative_attention_num_buckets, and it is 32 as a rule") { Fix = SpecProblem.Add("RelativeAttentionNumBuckets = 32") };
        }

        if (classic.HasGroups && spec.NumHiddenGroups == 0)
        {
            yield return new(DiagnosticDescriptors.NeededByModelType, "ModelType", "Albert", "NumHiddenGroups",
                "config.json calls it num_hidden_groups, and it is 1 as a rule") { Fix = SpecProblem.Add("NumHiddenGroups = 1") };
        }
    }
}
