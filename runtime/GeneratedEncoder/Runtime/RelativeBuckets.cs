using System.Numerics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Which bucket a distance between two tokens falls into: T5's rule for both directions, as MPNet uses it. Half the
/// buckets are for keys after their query. Of either half, the first half are single distances; the rest widen
/// logarithmically and reach up to 128, and the last one holds everything beyond.
/// </summary>
internal static class RelativeBuckets
{
    private const int MaxDistance = 128;

    /// <summary>The bucket of a key that stands <paramref name="distance"/> tokens after its query, or before it if negative.</summary>
    /// <param name="distance">Any.</param>
    /// <param name="buckets">4 to 511.</param>
    public static int Of(int distance, int buckets)
    {
        int half = buckets / 2, exact = half / 2, away = Math.Abs(distance);
        int first = distance > 0 ? half : 0;
        return first + (away < exact ? away : away < MaxDistance ? exact + Widening(away, exact, half - exact) : half - 1);
    }

    /// <summary>
    /// floor(log(away / exact) / log(128 / exact) * count), which is below count. In whole numbers, since a logarithm's last
    /// bit, and with it the floor, differs between machines: the largest k with (away / exact)^count at least (128 / exact)^k.
    /// </summary>
    private static int Widening(int away, int exact, int count)
    {
        int k = 0;
        BigInteger left = BigInteger.Pow(away, count), right = BigInteger.Pow(exact, count);
        while (k < count - 1 && left * exact >= right * MaxDistance)
        {
            left *= exact;
            right *= MaxDistance;
            k++;
        }

        return k;
    }
}
