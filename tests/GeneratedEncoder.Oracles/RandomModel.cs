using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// An encoder with random weights, the same on every machine for the same shape and seed, scaled so that activations
/// behave like a trained network's: hidden states of order 1, attention with visible peaks.
/// </summary>
public sealed class RandomModel
{
    private RandomModel(EncoderShape shape, ulong seed, IReadOnlyDictionary<string, Tensor> tensors) =>
        (Shape, Seed, Tensors) = (shape, seed, tensors);

    /// <summary>What the weights belong to.</summary>
    public EncoderShape Shape { get; }

    /// <summary>What the weights were made from.</summary>
    public ulong Seed { get; }

    /// <summary>The weights of encoder and head by Hugging Face name, without prefix.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Whether names are as a file has them, prefix and all.</summary>
    public bool HasOwnNames { get; private init; }

    /// <summary>Makes the weights of a shape.</summary>
    public static RandomModel Create(EncoderShape shape, ulong seed)
    {
        Dictionary<string, Tensor> tensors = TensorSpec.All(shape).ToDictionary(spec => spec.Name, spec => RandomNumbers.Tensor(spec, seed));
        return new RandomModel(shape, seed, tensors);
    }

    /// <summary>The weights of a small model's folder, under the file's own names.</summary>
    /// <param name="shape">What they belong to.</param>
    /// <param name="path">The safetensors file.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    public static RandomModel Read(EncoderShape shape, string path) => new(shape, 0, SafetensorsReader.Read(path)) { HasOwnNames = true };

    /// <summary>Input vectors for an encoder without embedding tables, of mean 0 and deviation 1.</summary>
    /// <returns>[tokens, H].</returns>
    public static float[] Vectors(EncoderShape shape, ulong seed, int tokens)
    {
        float[] values = new float[tokens * shape.HiddenSize];
        RandomNumbers.Fill(values, seed, "inputs_embeds", 0, Math.Sqrt(3));
        return values;
    }

    /// <summary>Token ids, uniform over the vocabulary.</summary>
    /// <returns>[tokens].</returns>
    public static int[] Ids(EncoderShape shape, ulong seed, int tokens) => Integers("input_ids", shape.VocabSize, seed, tokens);

    /// <summary>Segment ids, uniform over the segment table.</summary>
    /// <returns>[tokens].</returns>
    public static int[] TypeIds(EncoderShape shape, ulong seed, int tokens) =>
        Integers("token_type_ids", shape.TypeVocabSize, seed, tokens);

    /// <summary>The model as it is after its weights were stored in <paramref name="type"/>.</summary>
    public RandomModel Rounded(WeightType type) => new(Shape, Seed, Tensors.ToDictionary(
        pair => pair.Key,
        pair => new Tensor(pair.Value.Shape, Array.ConvertAll(pair.Value.Values, value => type.Round(value)))))
    {
        HasOwnNames = HasOwnNames,
    };

    /// <summary>Writes a safetensors file.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="type">How to store the numbers.</param>
    /// <param name="prefix">
    /// What to put before every name of the encoder, for example <c>bert.</c>; where left out, what Hugging Face's class for
    /// the head puts there. A head's own names have none. Names that are a file's own stay as they are.
    /// </param>
    /// <param name="legacyNormNames">Whether to call a norm's weight and bias gamma and beta, as old checkpoints do.</param>
    public void Save(string path, WeightType type = WeightType.F32, string? prefix = null, bool legacyNormNames = false)
    {
        if (HasOwnNames)
        {
            SafetensorsWriter.Write(path, type, Tensors.Select(pair => (pair.Key, pair.Value)));
            return;
        }

        HashSet<string> outside = [.. TensorSpec.All(Shape).Where(tensor => tensor.OfHead).Select(tensor => tensor.Name)];
        string before = prefix ?? (outside.Count > 0 ? TensorNames.TaskPrefix(Shape) : "");
        SafetensorsWriter.Write(path, type, Tensors.Select(pair =>
            ((outside.Contains(pair.Key) ? "" : before) + (legacyNormNames ? LegacyName(pair.Key) : pair.Key), pair.Value)));
    }

    /// <summary>SHA-256 over all tensors' little-endian bytes, in the order of their names, as lower-case hex.</summary>
    public string Checksum()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, Tensor tensor) in Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string LegacyName(string name) => name
        .Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
        .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);

    private static int[] Integers(string name, int count, ulong seed, int tokens)
    {
        float[] values = new float[tokens];
        RandomNumbers.Fill(values, seed, name, 0.5, 0.5);
        return Array.ConvertAll(values, value => Math.Min((int)(value * count), count - 1));
    }
}
