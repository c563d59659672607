namespace GeneratedEncoder.Oracles;

/// <summary>One tensor of an encoder: its Hugging Face name without prefix, its dimensions, and how to fill it at random.</summary>
/// <param name="Name">For example <c>encoder.layer.0.attention.self.query.weight</c>.</param>
/// <param name="Shape">[out, in] for a product, [rows, H] for a table, [width] for a bias or a norm.</param>
/// <param name="Center">Mean of the random values.</param>
/// <param name="Spread">The random values lie within <c>Center - Spread</c> and <c>Center + Spread</c>.</param>
internal sealed record TensorSpec(string Name, int[] Shape, double Center, double Spread)
{
    /// <summary>
    /// All tensors of an encoder, in a fixed order. goldens/random_model.py lists the same; neither may change without the
    /// other, nor without new goldens.
    /// </summary>
    public static IEnumerable<TensorSpec> All(EncoderShape shape)
    {
        int hidden = shape.HiddenSize, ffn = shape.IntermediateSize;
        IEnumerable<TensorSpec> tensors = [];
        if (shape.VocabSize > 0)
        {
            // Small next to 1, as a trained model's are, so that an embedding norm with a wrong epsilon shows.
            tensors = [Table("embeddings.word_embeddings", shape.VocabSize, hidden, 0.1),
                Table("embeddings.position_embeddings", shape.MaxPositionEmbeddings, hidden, 0.05)];
            if (shape.TypeVocabSize > 0)
            {
                tensors = tensors.Append(Table("embeddings.token_type_embeddings", shape.TypeVocabSize, hidden, 0.05));
            }

            tensors = tensors.Concat(Norm("embeddings.LayerNorm", hidden));
        }

        for (int i = 0; i < shape.NumHiddenLayers; i++)
        {
            string layer = $"encoder.layer.{i}.";

            // Queries and keys of deviation 1.5 give scores of deviation 2.25: attention rows with visible peaks.
            tensors = tensors
                .Concat(Linear(layer + "attention.self.query", hidden, hidden, 1.5))
                .Concat(Linear(layer + "attention.self.key", hidden, hidden, 1.5))
                .Concat(Linear(layer + "attention.self.value", hidden, hidden, 1))
                .Concat(Linear(layer + "attention.output.dense", hidden, hidden, 1))
                .Concat(Norm(layer + (shape.PreNorm ? "attention.LayerNorm" : "attention.output.LayerNorm"), hidden))
                .Concat(Linear(layer + "intermediate.dense", ffn, hidden, 1))
                .Concat(Linear(layer + "output.dense", hidden, ffn, 1))
                .Concat(Norm(layer + (shape.PreNorm ? "intermediate.LayerNorm" : "output.LayerNorm"), hidden));
        }

        return shape.PreNorm ? tensors.Concat(Norm("LayerNorm", hidden)) : tensors;
    }

    private static TensorSpec Table(string name, int rows, int hidden, double spread) =>
        new(name + ".weight", [rows, hidden], 0, spread);

    private static TensorSpec[] Norm(string name, int hidden) =>
        [new(name + ".weight", [hidden], 1, 0.2), new(name + ".bias", [hidden], 0, 0.1)];

    /// <summary>Inputs of deviation 1 give outputs of deviation <paramref name="gain"/>; a uniform's spread is sqrt(3) deviations.</summary>
    private static TensorSpec[] Linear(string name, int outputs, int inputs, double gain) =>
    [
        new(name + ".weight", [outputs, inputs], 0, gain * Math.Sqrt(3.0 / inputs)),
        new(name + ".bias", [outputs], 0, 0.1),
    ];
}
