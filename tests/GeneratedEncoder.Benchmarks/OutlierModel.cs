using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// Random layers with outlier channels as trained ones have them: a few channels of the activations, of the weights that read them, and of the
/// feed-forward network are 10 to 30 times larger than the others.
/// </summary>
/// <remarks>
/// What reads a large activation is as much smaller, and what a large weight reads too, so that each channel still says as much as any other, and
/// the network neither explodes nor goes blind; only the ranges that a quantiser sees are wide. A channel that one norm makes large, the next one makes small.
/// </remarks>
internal sealed class OutlierModel
{
    private const int Channels = 3;
    private const double LeastFactor = 10, MostFactor = 30;

    private readonly EncoderShape _shape;
    private readonly Dictionary<string, Tensor> _tensors;
    private readonly Dictionary<int, float> _afterOutput, _afterAttention, _weightsAfterOutput, _weightsAfterAttention, _inner;

    /// <summary>Makes the layers of a shape without embeddings.</summary>
    public OutlierModel(EncoderShape shape, ulong seed)
    {
        _shape = shape;
        _tensors = RandomModel.Create(shape, seed).Tensors.ToDictionary(pair => pair.Key, pair => pair.Value with { Values = [.. pair.Value.Values] });

        Random random = new((int)seed);
        int[] places = [.. Enumerable.Range(0, shape.HiddenSize)];
        random.Shuffle(places);
        Queue<int> free = new(places);
        (_afterOutput, _afterAttention, _weightsAfterOutput, _weightsAfterAttention) = (Draw(free, random), Draw(free, random), Draw(free, random), Draw(free, random));
        int[] neurons = [.. Enumerable.Range(0, shape.IntermediateSize)];
        random.Shuffle(neurons);
        _inner = Draw(new(neurons), random);

        for (int layer = 0; layer < shape.NumHiddenLayers; layer++)
        {
            Spread($"encoder.layer.{layer}.");
        }
    }

    /// <summary>What was done, for the output.</summary>
    public static string Description { get; } = $"""
        In every layer, of either norm's gain and bias {Channels} channels are {LeastFactor} to {MostFactor} times larger (other ones of the two), which the other norm makes as
        much smaller again; of the weights behind either norm {Channels} other input channels are as much larger, and of the feed-forward network {Channels} neurons.
        What reads a large value is as much smaller. The channels and factors are the same in all layers.
        """;

    /// <summary>The channels of the last hidden state, and of the input, that are large.</summary>
    public IReadOnlySet<int> LargeChannels => _afterOutput.Keys.ToHashSet();

    /// <summary>Input vectors as a norm with these channels would give them.</summary>
    /// <returns>[tokens, H].</returns>
    public float[] Vectors(ulong seed, int tokens)
    {
        float[] vectors = RandomModel.Vectors(_shape, seed, tokens);
        Scale(vectors, _shape.HiddenSize, _afterOutput, inverse: false);
        Scale(vectors, _shape.HiddenSize, _weightsAfterOutput, inverse: true);
        return vectors;
    }

    /// <summary>Some consecutive layers as a model of their own.</summary>
    public IReadOnlyDictionary<string, Tensor> Layers(int first, int count)
    {
        Dictionary<string, Tensor> block = [];
        for (int layer = 0; layer < count; layer++)
        {
            string from = $"encoder.layer.{first + layer}.", to = $"encoder.layer.{layer}.";
            foreach ((string name, Tensor tensor) in _tensors.Where(pair => pair.Key.StartsWith(from, StringComparison.Ordinal)))
            {
                block.Add(to + name[from.Length..], tensor);
            }
        }

        return block;
    }

    private void Spread(string layer)
    {
        int hidden = _shape.HiddenSize, inner = _shape.IntermediateSize;
        foreach (string part in new[] { ".weight", ".bias" })
        {
            float[] attentionNorm = Values($"attention.output.LayerNorm{part}"), outputNorm = Values($"output.LayerNorm{part}");
            Scale(attentionNorm, hidden, _afterAttention, inverse: false);
            Scale(attentionNorm, hidden, _weightsAfterAttention, inverse: true);
            Scale(attentionNorm, hidden, _afterOutput, inverse: true);
            Scale(outputNorm, hidden, _afterOutput, inverse: false);
            Scale(outputNorm, hidden, _weightsAfterOutput, inverse: true);
            Scale(outputNorm, hidden, _afterAttention, inverse: true);
        }

        foreach (string product in new[] { "query", "key", "value" })
        {
            float[] weights = Values($"attention.self.{product}.weight");
            Scale(weights, hidden, _afterOutput, inverse: true);
            Scale(weights, hidden, _weightsAfterOutput, inverse: false);
        }

        float[] up = Values("intermediate.dense.weight");
        Scale(up, hidden, _afterAttention, inverse: true);
        Scale(up, hidden, _weightsAfterAttention, inverse: false);
        foreach ((int neuron, float factor) in _inner)
        {
            foreach (ref float weight in up.AsSpan(neuron * hidden, hidden))
            {
                weight *= factor;
            }
        }

        Scale(Values("intermediate.dense.bias"), inner, _inner, inverse: false);
        Scale(Values("output.dense.weight"), inner, _inner, inverse: true);

        float[] Values(string name) => _tensors[layer + name].Values;
    }

    /// <summary>Multiplies some columns of rows, or divides them.</summary>
    private static void Scale(float[] rows, int width, Dictionary<int, float> factors, bool inverse)
    {
        for (int row = 0; row < rows.Length; row += width)
        {
            foreach ((int column, float factor) in factors)
            {
                rows[row + column] *= inverse ? 1 / factor : factor;
            }
        }
    }

    private static Dictionary<int, float> Draw(Queue<int> places, Random random) => Enumerable.Range(0, Channels)
        .ToDictionary(_ => places.Dequeue(), _ => (float)(LeastFactor + (MostFactor - LeastFactor) * random.NextDouble()));
}
