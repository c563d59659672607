using System.Globalization;
using GeneratedEncoder.Generator.Diagnostics;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>Which properties an architecture has, and which it can't do without.</summary>
internal static class ModelTypeRules
{
    public static IEnumerable<SpecProblem> Problems(EncoderSpec spec) => NotThere(spec).Concat(Missing(spec));

    /// <summary>What is legal, and most likely forgotten: no config.json has the offset as a key.</summary>
    public static IEnumerable<SpecProblem> Surprises(EncoderSpec spec)
    {
        if (spec is { ModelName: null, TakesVectors: false, ModelType: ModelType.Roberta or ModelType.XlmRoberta or ModelType.Camembert or ModelType.MPNet }
            && !spec.Given.Contains("PositionOffset"))
        {
            yield return new(DiagnosticDescriptors.OffsetForgotten, "ModelType", spec.ModelType.ToString()) { Fix = SpecProblem.Add("PositionOffset = 2") };
        }
    }

    private static IEnumerable<SpecProblem> NotThere(EncoderSpec spec)
    {
        ModelType type = spec.ModelType;
        (string Property, int Value, bool Exists, string Because)[] sizes =
        [
            ("EmbeddingSize", spec.EmbeddingSize, type is ModelType.Electra or ModelType.Albert,
                "their embeddings are as wide as their hidden states; only Electra and Albert project them"),
            ("NumHiddenGroups", spec.NumHiddenGroups, type is ModelType.Albert,
                "each of their layers has weights of its own; only Albert's layers share them"),
            ("RelativeAttentionNumBuckets", spec.RelativeAttentionNumBuckets, type is ModelType.MPNet,
                "they have no biases for relative positions; only MPNet has"),
            ("TypeVocabSize", spec.TypeVocabSize, type is not (ModelType.DistilBert or ModelType.MPNet),
                "they have no token types"),
        ];
        foreach ((string property, int value, bool exists, string because) in sizes)
        {
            if (value > 0 && !exists)
            {
                yield return new(DiagnosticDescriptors.NotOfThisModelType, property, property, value.ToString(CultureInfo.InvariantCulture), type.ToString(), because);
            }
        }

        if (spec.IsPreNorm && type is not (ModelType.Bert or ModelType.Roberta))
        {
            yield return new(DiagnosticDescriptors.NotOfThisModelType, "NormPlacement", "NormPlacement", "Pre", type.ToString(),
                "their norms follow the sub-layers; only Bert and Roberta exist with the norms before");
        }
    }

    private static IEnumerable<SpecProblem> Missing(EncoderSpec spec)
    {
        if (spec is { ModelType: ModelType.MPNet, RelativeAttentionNumBuckets: 0 })
        {
            yield return new(DiagnosticDescriptors.NeededByModelType, "ModelType", "MPNet", "RelativeAttentionNumBuckets",
                "config.json calls it relative_attention_num_buckets, and it is 32 as a rule") { Fix = SpecProblem.Add("RelativeAttentionNumBuckets = 32") };
        }

        if (spec is { ModelType: ModelType.Albert, NumHiddenGroups: 0 })
        {
            yield return new(DiagnosticDescriptors.NeededByModelType, "ModelType", "Albert", "NumHiddenGroups",
                "config.json calls it num_hidden_groups, and it is 1 as a rule") { Fix = SpecProblem.Add("NumHiddenGroups = 1") };
        }
    }
}
