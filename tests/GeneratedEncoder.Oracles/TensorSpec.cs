namespace GeneratedEncoder.Oracles;

/// <summary>One tensor of an encoder: its Hugging Face name without prefix, its dimensions, and how to fill it at random.</summary>
/// <param name="Name">For example <c>encoder.layer.0.attention.self.query.weight</c>.</param>
/// <param name="Shape">[out, in] for a product, [rows, width] for a table, [width] for a bias or a norm.</param>
/// <param name="Center">Mean of the random values.</param>
/// <param name="Spread">The random values lie within <c>Center - Spread</c> and <c>Center + Spread</c>.</param>
internal sealed record TensorSpec(string Name, int[] Shape, double Center, double Spread)
{
    /// <summary>Whether the tensor stands outside the encoder, so that it has no prefix in any file.</summary>
    public bool OfHead { get; private init; }

    /// <summary>
    /// All tensors of an encoder and its head, in a fixed order. goldens/random_model.py lists the same; neither may change
    /// without the other, nor without new goldens.
    /// </summary>
    public static IEnumerable<TensorSpec> All(EncoderShape shape)
    {
        IEnumerable<TensorSpec> tensors = shape.VocabSize > 0 ? Embeddings(shape) : [];
        if (shape.RelativeAttentionNumBuckets > 0)
        {
            // Next to scores of deviation 2.25, enough to move the peaks.
            tensors = tensors.Append(Table(TensorNames.RelativeBias, shape.RelativeAttentionNumBuckets, shape.NumAttentionHeads, 2));
        }

        for (int set = 0; set < TensorNames.LayerSets(shape); set++)
        {
            tensors = tensors.Concat(Layer(shape, LayerNames.OfSet(shape, set)));
        }

        tensors = shape.PreNorm ? tensors.Concat(Norm(TensorNames.FinalNorm, shape.HiddenSize)) : tensors;
        return tensors.Concat(Head(shape));
    }

    private static IEnumerable<TensorSpec> Embeddings(EncoderShape shape)
    {
        // Small next to 1, as a trained model's are, so that an embedding norm with a wrong epsilon shows.
        int width = shape.EmbeddingWidth;
        yield return Table(TensorNames.Words, shape.VocabSize, width, 0.1);
        yield return Table(TensorNames.Positions, shape.MaxPositionEmbeddings, width, 0.05);
        if (shape.TypeVocabSize > 0)
        {
            yield return Table(TensorNames.Types, shape.TypeVocabSize, width, 0.05);
        }

        IEnumerable<TensorSpec> rest = Norm(TensorNames.EmbeddingNorm, width);
        if (TensorNames.Projection(shape) is { } projection)
        {
            rest = rest.Concat(Linear(projection, shape.HiddenSize, width, 1));
        }

        foreach (TensorSpec tensor in rest)
        {
            yield return tensor;
        }
    }

    private static IEnumerable<TensorSpec> Layer(EncoderShape shape, LayerNames names)
    {
        int hidden = shape.HiddenSize, ffn = shape.IntermediateSize;

        // Queries and keys of deviation 1.5 give scores of deviation 2.25: attention rows with visible peaks.
        return
        [
            .. Linear(names.Query, hidden, hidden, 1.5),
            .. Linear(names.Key, hidden, hidden, 1.5),
            .. Linear(names.Value, hidden, hidden, 1),
            .. Linear(names.AttentionOutput, hidden, hidden, 1),
            .. Norm(names.AttentionNorm, hidden),
            .. Linear(names.Inner, ffn, hidden, 1),
            .. Linear(names.Outer, hidden, ffn, 1),
            .. Norm(names.OutputNorm, hidden),
        ];
    }

    private static IEnumerable<TensorSpec> Head(EncoderShape shape)
    {
        if (HeadParts.Of(shape) is not { } head)
        {
            return [];
        }

        IEnumerable<TensorSpec> tensors = [];
        if (head.Dense is not null)
        {
            tensors = Linear(head.Dense, head.Width, shape.HiddenSize, 1).Select(tensor => tensor with { OfHead = !head.DenseIsPooler });
        }

        IEnumerable<TensorSpec> outer = head.Norm is null ? [] : Norm(head.Norm, head.Width);
        if (head.OutputWeight is not null and not TensorNames.Words)
        {
            outer = outer.Append(Weight(head.OutputWeight, head.Outputs, head.Width, 1));
        }

        if (head.OutputBias is not null)
        {
            outer = outer.Append(Bias(head.OutputBias, head.Outputs));
        }

        return tensors.Concat(outer.Select(tensor => tensor with { OfHead = true }));
    }

    private static TensorSpec Table(string name, int rows, int width, double spread) => new(name, [rows, width], 0, spread);

    private static TensorSpec[] Norm(string name, int width) =>
        [new(name + ".weight", [width], 1, 0.2), new(name + ".bias", [width], 0, 0.1)];

    private static TensorSpec[] Linear(string name, int outputs, int inputs, double gain) =>
        [Weight(name + ".weight", outputs, inputs, gain), Bias(name + ".bias", outputs)];

    /// <summary>Inputs of deviation 1 give outputs of deviation <paramref name="gain"/>; a uniform's spread is sqrt(3) deviations.</summary>
    private static TensorSpec Weight(string name, int outputs, int inputs, double gain) =>
        new(name, [outputs, inputs], 0, gain * Math.Sqrt(3.0 / inputs));

    private static TensorSpec Bias(string name, int outputs) => new(name, [outputs], 0, 0.1);
}
