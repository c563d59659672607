namespace GeneratedEncoder.Benchmarks;

/// <summary>Cosines, in double precision.</summary>
internal static class Similarity
{
    /// <summary>The cosine of two vectors; those with a value that is no number have none with any.</summary>
    public static double Cosine(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        double product = 0, first = 0, second = 0;
        for (int i = 0; i < one.Length; i++)
        {
            product += (double)one[i] * other[i];
            first += (double)one[i] * one[i];
            second += (double)other[i] * other[i];
        }

        return product / Math.Sqrt(first * second);
    }

    /// <summary>The mean cosine of the rows of two matrices.</summary>
    /// <param name="one">[rows, width].</param>
    /// <param name="other">[rows, width].</param>
    /// <param name="width">Values of a row.</param>
    public static double Mean(ReadOnlySpan<float> one, ReadOnlySpan<float> other, int width)
    {
        double sum = 0;
        for (int i = 0; i < one.Length; i += width)
        {
            sum += Cosine(one.Slice(i, width), other.Slice(i, width));
        }

        return sum / (one.Length / width);
    }
}
