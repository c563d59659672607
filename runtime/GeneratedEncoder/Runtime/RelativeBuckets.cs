using System.Numerics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Which bucket a distance between two tokens falls into: T5's rule for both directions, which MPNet uses too. Half
/// the buckets are for keys after their query. Of either half, the first half are single distances; the rest widen
/// logarithmically and reach up to a longest distance, and the last one holds everything beyond.
/// </summary>
internal static class RelativeBuckets
{
    /// <summary>The bucket of a key that stands <paramref name="distance"/> tokens after its query, or before it if negative.</summary>
    /// <param name="distance">Any.</param>
    /// <param name="buckets">At least 4.</param>
    /// <param name="maxDistance">The longest distance; more than a quarter of the buckets.</param>
    public static int Of(int distance, int buckets, int maxDistance)
    {
        int half = buckets / 2, exact = half / 2, away = Math.Abs(distance);
        int first = distance > 0 ? half : 0;
        return first + (away < exact ? away : away < maxDistance ? exact + Widening(away, exact, half - exact, maxDistance) : half - 1);
    }

    /// <summary>
    /// floor(log(away / exact) / log(longest / exact) * count), which is below count. In whole numbers, since a logarithm's last
    /// bit, and with it the floor, differs between machines: the largest k with (away / exact)^count at least (longest / exact)^k.
    /// </summary>
    private static int Widening(int away, int exact, int count, int longest)
    {
        int k = 0;
        BigInteger left = BigInteger.Pow(away, count), right = BigInteger.Pow(exact, count);
        while (k < count - 1 && left * exact >= right * longest)
        {
            left *= exact;
            right *= longest;
            k++;
        }

        return k;
    }
}
