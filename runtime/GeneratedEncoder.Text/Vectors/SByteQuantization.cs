namespace GeneratedEncoder.Text;

/// <summary>
/// Embeddings of a byte a dimension, by the convention of sentence-transformers' <c>quantize_embeddings(precision="int8")</c>: each dimension's range,
/// from its least to its greatest number, becomes -128 to 127.
/// </summary>
/// <remarks>
/// What lies outside of the range becomes -128 or 127 (numpy, there, wraps around). A dimension whose range is a single number becomes -128. Ranges are to be
/// kept: vectors that were quantized by different ones can't be compared.
/// </remarks>
public sealed class SByteQuantization
{
    private readonly float[] _starts, _steps;

    /// <summary>Takes ranges that are known.</summary>
    /// <param name="minimum">Each dimension's least number.</param>
    /// <param name="maximum">Each dimension's greatest number, as many.</param>
    /// <exception cref="ArgumentException">They are not as many, or not finite, or a minimum is greater than its maximum.</exception>
    public SByteQuantization(ReadOnlySpan<float> minimum, ReadOnlySpan<float> maximum)
    {
        if (minimum.IsEmpty || minimum.Length != maximum.Length)
        {
            throw new ArgumentException($"There must be as many minima as maxima, and at least one; there are {minimum.Length} and {maximum.Length}.", nameof(maximum));
        }

        (_starts, _steps) = (minimum.ToArray(), new float[minimum.Length]);
        for (int i = 0; i < minimum.Length; i++)
        {
            if (!float.IsFinite(minimum[i]) || !float.IsFinite(maximum[i]) || minimum[i] > maximum[i])
            {
                throw new ArgumentException($"The range of dimension {i} goes from {minimum[i]} to {maximum[i]}, which is none.", nameof(maximum));
            }

            _steps[i] = (maximum[i] - minimum[i]) / 255;
        }

        (Minimum, Maximum) = (_starts, maximum.ToArray());
    }

    /// <summary>Each dimension's least number.</summary>
    public ReadOnlyMemory<float> Minimum { get; }

    /// <summary>Each dimension's greatest number.</summary>
    public ReadOnlyMemory<float> Maximum { get; }

    /// <summary>Dimensions of an embedding.</summary>
    public int Dimensions => _starts.Length;

    /// <summary>Takes the ranges from embeddings of texts like those that will come; a hundred are few, some thousand are better.</summary>
    /// <param name="embeddings">The embeddings, of one length.</param>
    /// <exception cref="ArgumentException">There are none, or they have different lengths, or numbers that aren't finite.</exception>
    public static SByteQuantization Calibrate(IEnumerable<ReadOnlyMemory<float>> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        float[]? minimum = null, maximum = null;
        int index = 0;
        foreach (ReadOnlyMemory<float> embedding in embeddings)
        {
            ReadOnlySpan<float> values = embedding.Span;
            minimum ??= values.ToArray();
            maximum ??= values.ToArray();
            if (values.Length != minimum.Length)
            {
                throw new ArgumentException($"The embedding at index {index} has {values.Length} dimensions, but the first has {minimum.Length}.", nameof(embeddings));
            }

            for (int i = 0; i < values.Length; i++)
            {
                (minimum[i], maximum[i]) = (Math.Min(minimum[i], values[i]), Math.Max(maximum[i], values[i]));
            }

            index++;
        }

        return minimum is null ? throw new ArgumentException("Ranges are taken from at least one embedding, but there is none.", nameof(embeddings)) : new SByteQuantization(minimum, maximum);
    }

    /// <summary>The same, from arrays.</summary>
    /// <param name="embeddings">The embeddings, of one length.</param>
    /// <exception cref="ArgumentException">There are none, or they have different lengths, or numbers that aren't finite.</exception>
    public static SByteQuantization Calibrate(IEnumerable<float[]> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        return Calibrate(embeddings.Select(embedding => (ReadOnlyMemory<float>)embedding));
    }

    /// <summary>Quantizes an embedding.</summary>
    /// <param name="embedding">The embedding, [Dimensions].</param>
    /// <returns>[Dimensions].</returns>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public sbyte[] Quantize(ReadOnlySpan<float> embedding)
    {
        sbyte[] quantized = new sbyte[_starts.Length];
        Quantize(embedding, quantized);
        return quantized;
    }

    /// <summary>Quantizes an embedding.</summary>
    /// <param name="embedding">The embedding, [Dimensions].</param>
    /// <param name="quantized">Receives the numbers, [Dimensions].</param>
    /// <exception cref="ArgumentException">One has another length; nothing was written.</exception>
    public void Quantize(ReadOnlySpan<float> embedding, Span<sbyte> quantized)
    {
        if (embedding.Length != _starts.Length)
        {
            throw new ArgumentException($"The embedding has {embedding.Length} dimensions, but there are ranges of {_starts.Length}.", nameof(embedding));
        }

        if (quantized.Length != _starts.Length)
        {
            throw new ArgumentException($"There is room for {quantized.Length} numbers, but there are {_starts.Length}.", nameof(quantized));
        }

        for (int i = 0; i < _starts.Length; i++)
        {
            // In single precision and towards zero, as there.
            float value = _steps[i] > 0 ? (embedding[i] - _starts[i]) / _steps[i] - 128 : -128;
            quantized[i] = (sbyte)Math.Clamp(value, -128, 127);
        }
    }
}
