using System.Numerics;
using static GeneratedEncoder.Oracles.Onnx.GraphBuilder;

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>MPNet's bias for relative positions: a table of buckets, the same for all layers, is added to the scaled scores.</summary>
/// <remarks>
/// Half of the buckets are for keys after the query, half for the others. Within a half of h, distances below h / 2 have a
/// bucket each; above, bucket h / 2 + k begins where the distance is (h / 2) (128 / (h / 2))^(k / (h / 2)), and the last one has no end.
/// </remarks>
internal static class RelativePositions
{
    private const int MaxDistance = 128;

    /// <summary>
    /// What is added to the scores of texts of as many tokens as <paramref name="input"/> has, which is an input of the graph,
    /// [batch, tokens] or [batch, tokens, H].
    /// </summary>
    /// <returns>[1, heads, tokens, tokens].</returns>
    public static string RelativeBias(this GraphBuilder graph, EncoderShape shape, EncoderWeights weights, string input)
    {
        int most = shape.MaxTokens;
        long[] buckets = new long[most * most];
        for (int i = 0; i < buckets.Length; i++)
        {
            buckets[i] = Bucket(keyAfterQuery: i % most - i / most, shape.RelativeAttentionNumBuckets);
        }

        string pairs = graph.Op("Gather", [weights.Plain(TensorNames.RelativeBias), graph.IntegerGrid(most, most, buckets)]);
        string heads = graph.Op("Transpose", [pairs], Attribute("perm", [2, 0, 1]));
        string whole = graph.Op("Unsqueeze", [heads, graph.Integers(0)]);
        string tokens = graph.Op("Shape", [input], Attribute("start", 1), Attribute("end", 2));
        string square = graph.Op("Concat", [tokens, tokens], Attribute("axis", 0));
        return graph.Op("Slice", [whole, graph.Integers(0, 0), square, graph.Integers(2, 3)]);
    }

    /// <summary>The row of the table for a key so many positions after the query; negative: before it.</summary>
    /// <remarks>In whole numbers, so that no rounding decides where a bucket begins.</remarks>
    private static int Bucket(int keyAfterQuery, int buckets)
    {
        int half = buckets / 2, exact = half / 2, wide = half - exact;
        int first = keyAfterQuery > 0 ? half : 0, distance = Math.Abs(keyAfterQuery);
        if (distance < exact)
        {
            return first + distance;
        }

        // (distance / exact)^wide >= (128 / exact)^(k + 1): the distance is beyond the k-th wide bucket.
        int k = 0;
        while (k < wide - 1
            && BigInteger.Pow(distance, wide) * BigInteger.Pow(exact, k + 1) >= BigInteger.Pow(MaxDistance, k + 1) * BigInteger.Pow(exact, wide))
        {
            k++;
        }

        return first + exact + k;
    }
}
