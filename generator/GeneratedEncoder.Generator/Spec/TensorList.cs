using System.Collections.Immutable;
using System.Globalization;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>A tensor that an encoder loads.</summary>
/// <param name="Name">Its name without the file's prefix: "encoder.layer.0.output.dense.weight".</param>
/// <param name="Shape">[out, in] of a linear layer's weight, [rows, width] of a table, [size] of a bias or a norm.</param>
/// <param name="LegacyName">The name that other checkpoints have in its place, such as those of 2018; null: no other.</param>
/// <param name="InRoot">Whether the name is the file's own, without the encoder's prefix: a head's.</param>
internal sealed record ExpectedTensor(string Name, EquatableArray<long> Shape, string? LegacyName = null, bool InRoot = false);

/// <summary>A tensor whose presence shows that a file holds another encoder than the spec's, though all expected ones are there.</summary>
/// <param name="Name">Its name without the file's prefix.</param>
/// <param name="Because">What the spec says instead: "this encoder was compiled with TypeVocabSize = 0."</param>
internal sealed record RefusedTensor(string Name, string Because);

/// <summary>The tensors of a spec's model file. What the emitted code loads, and what a file's header can be checked against before.</summary>
internal static class TensorList
{
    /// <summary>Every tensor that the encoder loads.</summary>
    public static IEnumerable<ExpectedTensor> For(EncoderSpec spec)
    {
        TensorNames names = TensorNames.For(spec);
        IEnumerable<ExpectedTensor> tensors = spec.TakesVectors ? [] : Embeddings(spec, names);
        if (names.RelativeBias is { } bias)
        {
            tensors = tensors.Append(Table(bias, spec.RelativeAttentionNumBuckets, spec.NumAttentionHeads));
        }

        for (int set = 0; set < spec.LayerSets; set++)
        {
            tensors = tensors.Concat(Layer(spec, names, names.Layer(set)));
        }

        tensors = spec.IsPreNorm ? tensors.Concat(Norm(names.FinalNorm, spec.HiddenSize)) : tensors;
        return HeadLayers.For(spec) is { } head ? tensors.Concat(HeadTensors(spec, head)) : tensors;
    }

    /// <summary>Every tensor that a file must not have.</summary>
    public static IEnumerable<RefusedTensor> Refused(EncoderSpec spec)
    {
        TensorNames names = TensorNames.For(spec);
        if (!spec.TakesVectors && !spec.HasTokenTypes && names.TokenTypes is { } types)
        {
            yield return new(types, "this encoder was compiled with TypeVocabSize = 0.");
        }

        string query = names.Query + ".weight";
        string sets = spec.NumHiddenGroups > 0 ? "NumHiddenGroups" : "NumHiddenLayers";
        yield return new(names.Layer(spec.LayerSets) + query, $"this encoder was compiled with {sets} = {spec.LayerSets.ToString(CultureInfo.InvariantCulture)}.");
        if (spec.ModelType == ModelType.Albert)
        {
            yield return new("encoder.albert_layer_groups.0.albert_layers.1" + query, "only groups of one layer (inner_group_num = 1) are supported.");
        }
    }

    private static IEnumerable<ExpectedTensor> Embeddings(EncoderSpec spec, TensorNames names)
    {
        IEnumerable<ExpectedTensor> tensors =
            [Table(names.Words, spec.VocabSize, spec.WordSize), Table(names.Positions, spec.MaxPositionEmbeddings, spec.WordSize)];
        if (spec.HasTokenTypes && names.TokenTypes is { } types)
        {
            tensors = tensors.Append(Table(types, spec.TypeVocabSize, spec.WordSize));
        }

        tensors = tensors.Concat(Norm(names.EmbeddingNorm, spec.WordSize));
        return names.Projection is { } projection ? tensors.Concat(Linear(projection, spec.HiddenSize, spec.WordSize)) : tensors;
    }

    private static IEnumerable<ExpectedTensor> Layer(EncoderSpec spec, TensorNames names, string layer) =>
    [
        .. Linear(layer + names.Query, spec.HiddenSize, spec.HiddenSize),
        .. Linear(layer + names.Key, spec.HiddenSize, spec.HiddenSize),
        .. Linear(layer + names.Value, spec.HiddenSize, spec.HiddenSize),
        .. Linear(layer + names.AttentionOutput, spec.HiddenSize, spec.HiddenSize),
        .. Norm(layer + names.AttentionNorm, spec.HiddenSize),
        .. Linear(layer + names.Up, spec.IntermediateSize, spec.HiddenSize),
        .. Linear(layer + names.Down, spec.HiddenSize, spec.IntermediateSize),
        .. Norm(layer + names.FeedForwardNorm, spec.HiddenSize),
    ];

    private static IEnumerable<ExpectedTensor> HeadTensors(EncoderSpec spec, HeadLayers head)
    {
        int dense = spec.Head == Head.MaskedLM ? spec.WordSize : spec.HiddenSize;
        IEnumerable<ExpectedTensor> tensors = head.Dense is { } name ? Linear(name, dense, spec.HiddenSize) : [];
        if (head.Norm is { } norm)
        {
            tensors = tensors.Concat(Norm(norm, dense));
        }

        if (head.Classifier is { } classifier)
        {
            tensors = tensors.Concat(Linear(classifier, spec.NumLabels, spec.HiddenSize));
        }

        if (head.Decoder is { } decoder)
        {
            string bias = decoder + ".bias";
            tensors = tensors.Append(new(head.DecoderBias!, Shape(spec.VocabSize), bias == head.DecoderBias ? null : bias));
            tensors = spec.TieWordEmbeddings ? tensors : tensors.Append(Table(decoder + ".weight", spec.VocabSize, spec.WordSize));
        }

        return tensors.Select(tensor => tensor with { InRoot = !(head.DenseIsEncoders && tensor.Name.StartsWith(head.Dense + ".", StringComparison.Ordinal)) });
    }

    private static ExpectedTensor Table(string name, long rows, long width) => new(name, Shape(rows, width));

    private static ExpectedTensor[] Linear(string name, long outFeatures, long inFeatures) =>
        [new(name + ".weight", Shape(outFeatures, inFeatures)), new(name + ".bias", Shape(outFeatures))];

    private static ExpectedTensor[] Norm(string name, long size) =>
        [new(name + ".weight", Shape(size), name + ".gamma"), new(name + ".bias", Shape(size), name + ".beta")];

    private static EquatableArray<long> Shape(params long[] dimensions) => new(ImmutableArray.Create(dimensions));
}
