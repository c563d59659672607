namespace GeneratedEncoder.Oracles.Reference;

/// <summary>Tables of relative positions that have rows for near ones, and share a row among ever more of those farther away.</summary>
internal static class PositionBuckets
{
    /// <summary>T5's bucket of a key seen from a query, in both directions (transformers, T5Attention).</summary>
    /// <param name="distance">The key's position less the query's.</param>
    /// <param name="buckets">Rows of the table; the upper half is for keys behind the query.</param>
    /// <param name="maxDistance">From here on all share the last row.</param>
    public static int T5(int distance, int buckets, int maxDistance)
    {
        int half = buckets / 2, exact = half / 2, size = Math.Abs(distance);
        int direction = distance > 0 ? half : 0;
        if (size < exact)
        {
            return direction + size;
        }

        double logarithmic = Math.Log((double)size / exact) / Math.Log((double)maxDistance / exact) * (half - exact);
        return direction + Math.Min(half - 1, exact + (int)logarithmic);
    }

    /// <summary>DeBERTa's relative position (transformers, make_log_bucket_position), which is an odd function of the distance.</summary>
    /// <param name="distance">The query's position less the key's.</param>
    /// <param name="buckets">Rows of the table for one direction.</param>
    /// <param name="maxDistance">What the last row stands for.</param>
    public static int Deberta(int distance, int buckets, int maxDistance)
    {
        int middle = buckets / 2, size = Math.Abs(distance);
        if (size <= middle)
        {
            return distance;
        }

        double logarithmic = Math.Log((double)size / middle) / Math.Log((maxDistance - 1.0) / middle) * (middle - 1);
        return Math.Sign(distance) * (middle + (int)Math.Ceiling(logarithmic));
    }
}
