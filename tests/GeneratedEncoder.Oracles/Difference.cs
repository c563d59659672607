namespace GeneratedEncoder.Oracles;

/// <summary>How far results are from a reference.</summary>
public static class Difference
{
    /// <summary>The largest absolute difference between values at the same place; infinity where one is not a number.</summary>
    public static double Max(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        if (actual.Length != expected.Length)
        {
            throw new ArgumentException($"{actual.Length} values to compare with {expected.Length}.", nameof(actual));
        }

        double largest = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            // A NaN as itself would pass unseen through the comparisons that follow.
            double difference = Math.Abs(actual[i] - expected[i]);
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }

        return largest;
    }

    /// <summary>The same for results in single precision.</summary>
    public static double Max(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected) =>
        Max(Array.ConvertAll(actual.ToArray(), value => (double)value), expected);
}
