using System.Collections.Immutable;
using System.Globalization;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>A tensor that an encoder loads.</summary>
/// <param name="Name">Its name without the file's prefix: "encoder.layer.0.output.dense.weight".</param>
/// <param name="Shape">[out, in] of a linear layer's weight, [rows, width] of a table, [size] of a bias or a norm.</param>
/// <param name="LegacyName">The name that other checkpoints have in its place, such as those of 2018; null: no other.</param>
/// <param name="InRoot">Whether the name is the file's own, without the encoder's prefix: a head's.</param>
internal sealed record ExpectedTensor(string Name, EquatableArray<long> Shape, string? LegacyName = null, bool InRoot = false)
{
    /// <summary>The folder of a module that has a file of its own, in which this tensor is; null: it is in the model's.</summary>
    public string? Module { get; init; }
}

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
        EncoderBlocks blocks = spec.Blocks;
        IEnumerable<ExpectedTensor> tensors = blocks.Embeddings is { } embeddings ? Embeddings(embeddings) : [];
        if (blocks.RelativeBias?.Buckets is { } bias)
        {
            tensors = tensors.Append(Rows(bias));
        }

        if (blocks.Disentangled is { } positions)
        {
            tensors = tensors.Append(Rows(positions.Embeddings)).Concat(Of(positions.Norm));
        }

        for (int set = 0; set < spec.LayerSets; set++)
        {
            string name = blocks.LayerName(set);
            bool lacksNorm = set < blocks.Kinds.Count && blocks.Kinds.ElementAt(set).LacksAttentionNorm;
            tensors = tensors.Concat(Layer(blocks, lacksNorm).Select(tensor => tensor with { Name = name + tensor.Name, LegacyName = tensor.LegacyName is { } legacy ? name + legacy : null }));
        }

        if (blocks.Convolution is { } convolution)
        {
            tensors = tensors.Append(new(convolution.Name + ".weight", Shape(convolution.Norm.Size, convolution.Norm.Size, convolution.Kernel)))
                .Append(new(convolution.Name + ".bias", Shape(convolution.Norm.Size))).Concat(Of(convolution.Norm));
        }

        return tensors.Concat(Of(blocks.FinalNorm)).Concat(blocks.Head is { } head ? HeadTensors(spec, head) : []).Concat(spec.Modules.SelectMany(Module)).Distinct();
    }

    /// <summary>Every tensor that a file must not have.</summary>
    public static IEnumerable<RefusedTensor> Refused(EncoderSpec spec)
    {
        EncoderBlocks blocks = spec.Blocks;
        if (blocks.Embeddings is { Types: null } && spec.Architecture.TypeTable is { } types)
        {
            yield return new(types, "this encoder was compiled with TypeVocabSize = 0.");
        }

        string sets = spec.NumHiddenGroups > 0 ? "NumHiddenGroups" : "NumHiddenLayers";
        yield return new($"{blocks.LayerName(spec.LayerSets)}{blocks.Layer.Attention.Query.Name}.weight", $"this encoder was compiled with {sets} = {spec.LayerSets.ToString(CultureInfo.InvariantCulture)}.");
        foreach (RefusedTensor refused in spec.Architecture.Refused(spec))
        {
            yield return refused;
        }
    }

    private static IEnumerable<ExpectedTensor> Embeddings(EmbeddingsBlock embeddings) =>
    [
        .. new[] { embeddings.Words, embeddings.Positions, embeddings.Types }.OfType<Table>().Select(Rows),
        .. Of(embeddings.Norm), .. Of(embeddings.Projection),
    ];

    private static IEnumerable<ExpectedTensor> Layer(EncoderBlocks blocks, bool lacksAttentionNorm)
    {
        (AttentionBlock attention, FeedForwardBlock network) = (blocks.Layer.Attention, blocks.Layer.FeedForward);
        return new[] { attention.Query, attention.Key, attention.Value }.SelectMany(Of)
            .Concat(Of(attention.QueryNorm)).Concat(Of(attention.KeyNorm)).Concat(Of(blocks.Disentangled?.Key)).Concat(Of(blocks.Disentangled?.Query))
            .Concat(Of(attention.Output))
            .Concat(blocks.Layer.AttentionNorms.All.Where(norm => !lacksAttentionNorm || norm != blocks.Layer.AttentionNorms.Before).SelectMany(Of))
            .Concat(Of(network.Up)).Concat(Of(network.Gate)).Concat(Of(network.Down))
            .Concat(blocks.Layer.FeedForwardNorms.All.SelectMany(Of));
    }

    private static IEnumerable<ExpectedTensor> HeadTensors(EncoderSpec spec, HeadBlock head)
    {
        IEnumerable<ExpectedTensor> tensors = Of(head.Dense).Concat(Of(head.Norm)).Concat(Of(head.Classifier));
        if (head.Decoder is { } decoder)
        {
            string bias = decoder.Name + ".bias";
            tensors = decoder.Bias is null ? tensors : tensors.Append(new(decoder.Bias, Shape(spec.VocabSize), bias == decoder.Bias ? null : bias, InRoot: true));
            tensors = spec.TieWordEmbeddings ? tensors : tensors.Append(new(decoder.Name + ".weight", Shape(spec.VocabSize, spec.WordSize), InRoot: true));
        }

        return tensors;
    }

    private static IEnumerable<ExpectedTensor> Module(ModuleBlock module) => module switch
    {
        DenseModule dense => Of(dense.Layer).Select(tensor => tensor with { Module = dense.Folder }),
        NormModule norm => Of(norm.Norm).Select(tensor => tensor with { Module = norm.Folder }),
        _ => [],
    };

    private static ExpectedTensor Rows(Table table) => new(table.Name, Shape(table.Rows, table.Width), table.OtherName);

    private static IEnumerable<ExpectedTensor> Of(Linear? linear)
    {
        if (linear is not null)
        {
            yield return new(linear.Name + ".weight", Shape(linear.StoredRows, linear.In), InRoot: linear.InRoot);
            if (linear.HasBias)
            {
                yield return new(linear.Name + ".bias", Shape(linear.StoredRows), InRoot: linear.InRoot);
            }
        }
    }

    private static IEnumerable<ExpectedTensor> Of(Norm? norm)
    {
        if (norm is not null)
        {
            yield return new(norm.Name + ".weight", Shape(norm.Size), norm.Name + ".gamma", norm.InRoot);
            if (norm.HasBias)
            {
                yield return new(norm.Name + ".bias", Shape(norm.Size), norm.Name + ".beta", norm.InRoot);
            }
        }
    }

    private static EquatableArray<long> Shape(params long[] dimensions) => new(ImmutableArray.Create(dimensions));
}
