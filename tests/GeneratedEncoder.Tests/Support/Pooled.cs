namespace GeneratedEncoder.Tests;

/// <summary>Pooling from its definition, in double precision.</summary>
internal static class Pooled
{
    /// <param name="hidden">[tokens, width].</param>
    /// <param name="width">HiddenSize.</param>
    /// <param name="attribute">Says which pooling, and whether to normalise.</param>
    public static double[] From(double[] hidden, int width, TransformerEncoderAttribute attribute)
    {
        double[][] rows = [.. hidden.Chunk(width)];
        double[] pooled = [.. Enumerable.Range(0, width).Select(column => attribute.Pooling switch
        {
            Pooling.Cls => rows[0][column],
            Pooling.Max => rows.Max(row => row[column]),
            _ => rows.Average(row => row[column]),
        })];
        double length = attribute.Normalize ? Math.Sqrt(pooled.Sum(value => value * value)) : 1;
        return Array.ConvertAll(pooled, value => value / length);
    }
}
