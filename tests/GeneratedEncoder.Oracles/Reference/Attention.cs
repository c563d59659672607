namespace GeneratedEncoder.Oracles.Reference;

/// <summary>What a query thinks of a key before the softmax: minus infinity where it may not read it.</summary>
/// <param name="head">The query's head.</param>
/// <param name="query">The query's position.</param>
/// <param name="key">The key's position.</param>
/// <param name="product">Their vectors' product, not scaled.</param>
internal delegate double Score(int head, int query, int key, double product);

/// <summary>Multi-head attention of one text.</summary>
internal static class Attention
{
    /// <summary>softmax(score) v, head by head.</summary>
    /// <param name="q">[n, heads * d].</param>
    /// <param name="k">[n, key heads * d]; each is read by as many query heads, in their order.</param>
    /// <param name="v">[n, key heads * d].</param>
    /// <param name="heads">How many heads the queries have.</param>
    /// <param name="headSize">d.</param>
    /// <param name="score">What goes into the softmax.</param>
    /// <param name="weights">Gets the softmaxes, [heads, n, n], as one more layer's.</param>
    /// <returns>[n, heads * d].</returns>
    public static Matrix Of(Matrix q, Matrix k, Matrix v, int heads, int headSize, Score score, List<double[]>? weights)
    {
        int tokens = q.Rows, queriesPerKey = heads * headSize / k.Width;
        Matrix mixed = new(tokens, heads * headSize);
        double[] layer = new double[weights is null ? 0 : heads * tokens * tokens];
        double[] row = new double[tokens];
        for (int head = 0; head < heads; head++)
        {
            int own = head * headSize, read = head / queriesPerKey * headSize;
            for (int i = 0; i < tokens; i++)
            {
                for (int j = 0; j < tokens; j++)
                {
                    row[j] = score(head, i, j, Dot(q.Row(i).Slice(own, headSize), k.Row(j).Slice(read, headSize)));
                }

                Softmax(row);
                for (int j = 0; j < tokens; j++)
                {
                    for (int c = 0; c < headSize; c++)
                    {
                        mixed[i, own + c] += row[j] * v[j, read + c];
                    }
                }

                if (weights is not null)
                {
                    row.CopyTo(layer, (head * tokens + i) * tokens);
                }
            }
        }

        weights?.Add(layer);
        return mixed;
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void Softmax(double[] row)
    {
        double largest = row.Max(), sum = 0;
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = Math.Exp(row[j] - largest);
            sum += row[j];
        }

        for (int j = 0; j < row.Length; j++)
        {
            row[j] /= sum;
        }
    }
}
