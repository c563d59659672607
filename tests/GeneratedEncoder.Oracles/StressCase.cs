namespace GeneratedEncoder.Oracles;

/// <summary>Weights and vectors on which float32 has a hard time.</summary>
/// <param name="Name">What is hard about them.</param>
/// <param name="Tokens">Tokens of a text.</param>
/// <param name="Value">A vector's value from the random one, the text's seed, and the value's token and column.</param>
/// <param name="QueryScale">What the queries' weights and biases are multiplied by, and with them every layer's logits.</param>
public sealed record StressCase(string Name, int Tokens, Func<float, ulong, int, int, float> Value, float QueryScale = 1)
{
    /// <summary>All of them.</summary>
    /// <param name="maxTokens">Tokens of the longest text.</param>
    public static IReadOnlyList<StressCase> All(int maxTokens) =>
    [
        new("usual", 24, (value, _, _, _) => value),
        new("one token", 1, (value, _, _, _) => value),
        new("longest text", maxTokens, (value, _, _, _) => value),
        new("logits to 1e4", 24, (value, _, _, _) => value, QueryScale: 2000),
        new("vectors of 1e4", 24, (value, _, _, _) => 1e4f * value),
        new("denormals", 24, (value, _, _, _) => 1e-39f * value),
        new("equal rows", 24, (_, seed, _, column) => MathF.Sin((1f + seed) * column)),
        new("rows of zeros", 24, (value, _, token, _) => token % 3 == 0 ? value : 0f),
        new("nearly equal", 24, (value, seed, _, column) => MathF.Sin((1f + seed) * column) + 1e-4f * value),
    ];

    /// <summary>A text, [tokens, H].</summary>
    public float[] Vectors(EncoderShape shape, ulong seed) =>
        [.. RandomModel.Vectors(shape, seed, Tokens).Select((value, i) => Value(value, seed, i / shape.HiddenSize, i % shape.HiddenSize))];

    /// <summary>The weights, from a model's.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights(RandomModel model) => QueryScale == 1 ? model.Tensors : model.Tensors.ToDictionary(
        pair => pair.Key,
        pair => pair.Key.Contains(".query.", StringComparison.Ordinal) ? pair.Value with { Values = Array.ConvertAll(pair.Value.Values, value => QueryScale * value) } : pair.Value);
}
