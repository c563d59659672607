using System.ComponentModel;
using System.Numerics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Which row of DeBERTa's table of relative positions (arXiv 2006.03654) a query and a key meet at. Short distances have rows of their own;
/// with buckets, longer ones share rows that widen logarithmically. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DisentangledBuckets
{
    /// <summary>Fills in the row for each distance from the key to the query, i - j, from 1 - <paramref name="maxTokens"/> on.</summary>
    /// <param name="span">Half of the table's rows: <paramref name="buckets"/>, or <paramref name="maxRelativePositions"/> without buckets.</param>
    /// <param name="buckets">position_buckets; zero or less for none.</param>
    /// <param name="maxRelativePositions">The distance beyond the last bucket; with buckets, more than buckets / 2 + 1.</param>
    /// <param name="maxTokens">Tokens of the longest text.</param>
    /// <param name="rows">[2 * maxTokens - 1], each from 0 to 2 * <paramref name="span"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are too few, or the buckets have no room to widen.</exception>
    public static void Rows(int span, int buckets, int maxRelativePositions, int maxTokens, Span<int> rows)
    {
        int middle = buckets > 0 ? buckets / 2 : maxTokens, away = Math.Min(middle, maxTokens - 1), last = maxTokens - 1;
        for (int distance = -away; distance <= away; distance++)
        {
            rows[last + distance] = Row(distance, span);
        }

        if (away < last)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(middle, 1, nameof(buckets));
            ArgumentOutOfRangeException.ThrowIfLessThan(maxRelativePositions, middle + 2);
            AddWidening(span, middle, maxRelativePositions - 1, rows[..(2 * maxTokens - 1)]);
        }
    }

    /// <summary>
    /// Distances beyond the middle: middle + ceil(ln(away / middle) / ln(longest / middle) * (middle - 1)). In whole numbers, since a logarithm's
    /// last bit, and with it the ceiling, differs between machines: the least k with (away / middle)^(middle - 1) at most (longest / middle)^k.
    /// </summary>
    private static void AddWidening(int span, int middle, int longest, Span<int> rows)
    {
        int last = rows.Length / 2, k = 0;
        BigInteger right = BigInteger.Pow(middle, middle - 1), scale = 1;
        for (int away = middle + 1; away <= last; away++)
        {
            // Beyond the table's end it doesn't matter how far.
            while (middle + k < span && BigInteger.Pow(away, middle - 1) * scale > right)
            {
                k++;
                right *= longest;
                scale *= middle;
            }

            rows[last + away] = Row(middle + k, span);
            rows[last - away] = Row(-(middle + k), span);
        }
    }

    private static int Row(int relative, int span) => Math.Clamp(relative + span, 0, 2 * span - 1);
}
