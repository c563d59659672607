using System.Numerics.Tensors;

namespace GeneratedEncoder.Text;

/// <summary>An embedding's place among those that are nearest to another one.</summary>
/// <param name="Index">Which of the embeddings it is.</param>
/// <param name="Score">Their similarity.</param>
public readonly record struct ScoredEmbedding(int Index, float Score);

/// <summary>
/// Compares embeddings: <c>encoder.Similarity.Score(a, b)</c>. Scores are sums in whatever order the machine's vectors make fast, so that, unlike embeddings,
/// their last bits may differ from machine to machine.
/// </summary>
public static class EmbeddingComparison
{
    /// <summary>The similarity of two embeddings.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="first">One, [dimensions].</param>
    /// <param name="second">The other, as long.</param>
    /// <exception cref="ArgumentException">They have different lengths, or none.</exception>
    public static float Score(this EmbeddingSimilarity similarity, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"Embeddings of {first.Length} and of {second.Length} dimensions can't be compared.", nameof(second));
        }

        if (first.IsEmpty)
        {
            throw new ArgumentException("An embedding has at least one dimension, but these have none.", nameof(first));
        }

        return similarity switch
        {
            EmbeddingSimilarity.Cosine => TensorPrimitives.CosineSimilarity(first, second),
            EmbeddingSimilarity.Dot => TensorPrimitives.Dot(first, second),
            EmbeddingSimilarity.Euclidean => -TensorPrimitives.Distance(first, second),
            EmbeddingSimilarity.Manhattan => -Manhattan(first, second),
            _ => throw new ArgumentOutOfRangeException(nameof(similarity), similarity, "There is no such similarity."),
        };
    }

    /// <summary>The embeddings that are nearest to a query's.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="query">The query's embedding, [dimensions].</param>
    /// <param name="embeddings">Those to look through, [dimensions] each.</param>
    /// <param name="count">How many to find, at least 1; there are fewer where there aren't as many.</param>
    /// <returns>The nearest first; of equally near ones, the one that comes first. One whose score is no number comes last.</returns>
    /// <exception cref="ArgumentException">One has another length than the query's.</exception>
    public static IReadOnlyList<ScoredEmbedding> TopK(this EmbeddingSimilarity similarity, ReadOnlySpan<float> query, IEnumerable<ReadOnlyMemory<float>> embeddings, int count)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        Nearest nearest = new(count);
        int index = 0;
        foreach (ReadOnlyMemory<float> embedding in embeddings)
        {
            CheckLength(index, embedding.Length, query.Length);
            nearest.Add(index++, similarity.Score(query, embedding.Span));
        }

        return nearest.Sorted();
    }

    /// <summary>The same, with arrays.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="query">The query's embedding, [dimensions].</param>
    /// <param name="embeddings">Those to look through, [dimensions] each.</param>
    /// <param name="count">How many to find, at least 1; there are fewer where there aren't as many.</param>
    /// <returns>The nearest first; of equally near ones, the one that comes first. One whose score is no number comes last.</returns>
    /// <exception cref="ArgumentException">One has another length than the query's.</exception>
    public static IReadOnlyList<ScoredEmbedding> TopK(this EmbeddingSimilarity similarity, ReadOnlySpan<float> query, IEnumerable<float[]> embeddings, int count)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        return similarity.TopK(query, embeddings.Select((embedding, index) =>
            (ReadOnlyMemory<float>)(embedding ?? throw new ArgumentException($"The embedding at index {index} is null.", nameof(embeddings)))), count);
    }

    /// <summary>The same, with embeddings that stand end to end.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="query">The query's embedding, [dimensions].</param>
    /// <param name="embeddings">Those to look through, [embeddings * dimensions].</param>
    /// <param name="count">How many to find, at least 1; there are fewer where there aren't as many.</param>
    /// <returns>The nearest first; of equally near ones, the one that comes first. One whose score is no number comes last.</returns>
    /// <exception cref="ArgumentException">They are not a whole number of embeddings of the query's length.</exception>
    public static IReadOnlyList<ScoredEmbedding> TopK(this EmbeddingSimilarity similarity, ReadOnlySpan<float> query, ReadOnlySpan<float> embeddings, int count)
    {
        if (query.IsEmpty || embeddings.Length % query.Length != 0)
        {
            throw new ArgumentException($"{embeddings.Length} numbers are not a whole number of embeddings of {query.Length} dimensions.", nameof(embeddings));
        }

        Nearest nearest = new(count);
        for (int index = 0; index < embeddings.Length / query.Length; index++)
        {
            nearest.Add(index, similarity.Score(query, embeddings.Slice(index * query.Length, query.Length)));
        }

        return nearest.Sorted();
    }

    private static float Manhattan(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        const int Piece = 256;
        Span<float> differences = stackalloc float[Piece];
        float sum = 0;
        for (int i = 0; i < first.Length; i += Piece)
        {
            int length = Math.Min(Piece, first.Length - i);
            TensorPrimitives.Subtract(first.Slice(i, length), second.Slice(i, length), differences);
            sum += TensorPrimitives.SumOfMagnitudes<float>(differences[..length]);
        }

        return sum;
    }

    private static void CheckLength(int index, int length, int expected)
    {
        if (length != expected)
        {
            throw new ArgumentException($"The embedding at index {index} has {length} dimensions, but the query's has {expected}.", "embeddings");
        }
    }

    /// <summary>The nearest of those that were added: a heap, the farthest of them on top.</summary>
    private readonly struct Nearest
    {
        private readonly PriorityQueue<ScoredEmbedding, ScoredEmbedding> _kept;
        private readonly int _count;

        public Nearest(int count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
            (_count, _kept) = (count, new PriorityQueue<ScoredEmbedding, ScoredEmbedding>(Comparer<ScoredEmbedding>.Create(FarthestFirst)));
        }

        public void Add(int index, float score)
        {
            ScoredEmbedding embedding = new(index, score);
            if (_kept.Count < _count)
            {
                _kept.Enqueue(embedding, embedding);
            }
            else
            {
                _kept.EnqueueDequeue(embedding, embedding);
            }
        }

        public ScoredEmbedding[] Sorted()
        {
            ScoredEmbedding[] sorted = new ScoredEmbedding[_kept.Count];
            for (int i = sorted.Length - 1; i >= 0; i--)
            {
                sorted[i] = _kept.Dequeue();
            }

            return sorted;
        }

        // CompareTo takes what is no number for the smallest.
        private static int FarthestFirst(ScoredEmbedding one, ScoredEmbedding other) =>
            one.Score.CompareTo(other.Score) is var order and not 0 ? order : other.Index.CompareTo(one.Index);
    }
}
