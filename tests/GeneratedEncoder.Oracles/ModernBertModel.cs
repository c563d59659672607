namespace GeneratedEncoder.Oracles;

/// <summary>A ModernBERT and its weights by their Hugging Face names, without prefix.</summary>
/// <param name="Shape">What the weights belong to.</param>
/// <param name="Tensors">A product's weight is [out, in], a norm's [width], the word table [V, H].</param>
public sealed record ModernBertModel(ModernBertShape Shape, IReadOnlyDictionary<string, Tensor> Tensors)
{
    /// <summary>
    /// Makes random weights, the same on every machine for the same shape and seed, scaled as <see cref="RandomModel"/>'s are: attention with
    /// visible peaks, and no sub-layer that drowns the others.
    /// </summary>
    public static ModernBertModel Create(ModernBertShape shape, ulong seed) =>
        new(shape, Specs(shape).ToDictionary(spec => spec.Name, spec => RandomNumbers.Tensor(spec, seed)));

    /// <summary>Writes a model folder: config.json and model.safetensors, float32.</summary>
    /// <param name="folder">An existing folder; files of these names are replaced.</param>
    /// <exception cref="IOException">A file can't be written.</exception>
    public void Save(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), Shape.Config());
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), WeightType.F32, Tensors.Select(pair => (pair.Key, pair.Value)));
    }

    private static IEnumerable<TensorSpec> Specs(ModernBertShape shape)
    {
        int hidden = shape.HiddenSize, inner = shape.IntermediateSize;
        yield return new("embeddings.tok_embeddings.weight", [shape.VocabSize, hidden], 0, 0.1);
        yield return Norm("embeddings.norm");
        for (int layer = 0; layer < shape.NumHiddenLayers; layer++)
        {
            string name = $"layers.{layer}.";
            if (layer > 0)
            {
                yield return Norm(name + "attn_norm");
            }

            // Queries and keys of deviation 1.25 give scores of deviation 1.5: attention rows with peaks, also after the rotation.
            yield return Weight(name + "attn.Wqkv", 3 * hidden, hidden, 1.25);
            yield return Weight(name + "attn.Wo", hidden, hidden, 1);
            yield return Norm(name + "mlp_norm");
            yield return Weight(name + "mlp.Wi", 2 * inner, hidden, 1);
            yield return Weight(name + "mlp.Wo", hidden, inner, 1);
        }

        yield return Norm("final_norm");

        TensorSpec Norm(string name) => new(name + ".weight", [hidden], 1, 0.2);
    }

    private static TensorSpec Weight(string name, int outputs, int inputs, double gain) =>
        new(name + ".weight", [outputs, inputs], 0, gain * Math.Sqrt(3.0 / inputs));
}
