namespace GeneratedEncoder.Oracles;

/// <summary>Moves texts that stand end to end into a padded grid [batch, longest] and back.</summary>
internal static class PaddedBatch
{
    public static int Longest(ReadOnlySpan<int> lengths)
    {
        int longest = 0;
        foreach (int length in lengths)
        {
            longest = Math.Max(longest, length);
        }

        return longest;
    }

    public static bool NeedsMask(ReadOnlySpan<int> lengths) => lengths.ContainsAnyExcept(lengths[0]);

    /// <summary>Lays out integers, 0 as padding; no integers at all stand for zeros, and an empty grid wants none.</summary>
    public static void Spread(ReadOnlySpan<int> values, ReadOnlySpan<int> lengths, Span<long> grid)
    {
        grid.Clear();
        if (values.IsEmpty || grid.IsEmpty)
        {
            return;
        }

        int width = grid.Length / lengths.Length, start = 0;
        for (int text = 0; text < lengths.Length; text++)
        {
            for (int i = 0; i < lengths[text]; i++)
            {
                grid[text * width + i] = values[start + i];
            }

            start += lengths[text];
        }
    }

    /// <summary>Marks tokens by 1 and padding by 0; an empty grid wants no marks.</summary>
    public static void Mark(ReadOnlySpan<int> lengths, Span<long> grid)
    {
        int width = grid.Length / lengths.Length;
        for (int text = 0; text < lengths.Length && !grid.IsEmpty; text++)
        {
            Span<long> row = grid.Slice(text * width, width);
            row[..lengths[text]].Fill(1);
            row[lengths[text]..].Clear();
        }
    }

    /// <summary>Copies float32 vectors into a float or double buffer.</summary>
    public static void Widen<T>(ReadOnlySpan<float> vectors, T[] buffer)
        where T : unmanaged
    {
        if (buffer is double[] doubles)
        {
            for (int i = 0; i < vectors.Length; i++)
            {
                doubles[i] = vectors[i];
            }
        }
        else
        {
            vectors.CopyTo((float[])(object)buffer);
        }
    }

    /// <summary>Takes each text's rows out of the padded grid [batch, longest, width].</summary>
    public static void Gather<T>(ReadOnlySpan<T> grid, ReadOnlySpan<int> lengths, Span<T> rows)
    {
        int text = grid.Length / lengths.Length, width = text / Longest(lengths);
        for (int i = 0; i < lengths.Length; i++)
        {
            int used = lengths[i] * width;
            grid.Slice(i * text, used).CopyTo(rows);
            rows = rows[used..];
        }
    }
}
