namespace GeneratedEncoder.Text;

/// <summary>A document's place in a ranking.</summary>
/// <param name="Index">Which of the documents it is.</param>
/// <param name="Score">How well it answers the query.</param>
public readonly record struct RankedDocument(int Index, float Score)
{
    /// <summary>Tokens of query and document that were read, and those that were cut off.</summary>
    public TokenUsage Usage { get; init; }
}

/// <summary>Rankings by cross-encoders: encoders with <see cref="Head.SequenceClassification"/> and one label.</summary>
public static class TextReranking
{
    /// <summary>Ranks documents by how well they answer a query; each is read together with it.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="query">The query, the first text of each pair.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="scores">How logits become scores.</param>
    /// <param name="progress">Is told how many documents are done.</param>
    /// <param name="cancellationToken">Is listened to between documents, and within a long one.</param>
    /// <returns>All documents, the best first; those of the same score in their own order.</returns>
    public static IReadOnlyList<RankedDocument> Rerank<T>(
        this EncoderPipeline<T> encoder, string query, IEnumerable<string> documents, ScoreFunction scores = ScoreFunction.Model,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, ISequenceClassifier
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        if (encoder.Info.NumLabels != 1)
        {
            throw new NotSupportedException($"{encoder.Info.Name} has {encoder.Info.NumLabels} labels; a ranking needs a model of one, a cross-encoder.");
        }

        List<RankedDocument> ranking = [];
        Span<float> score = stackalloc float[1];
        TextClassification.Logits(
            encoder, documents, (scratch, document) => encoder.Writer.WritePair(scratch, query, document),
            (logits, usage) => ranking.Add(new RankedDocument(ranking.Count, logits[0]) { Usage = usage }), progress, cancellationToken);
        for (int i = 0; i < ranking.Count; i++)
        {
            score[0] = ranking[i].Score;
            Scores.Apply(scores, encoder.Info, score);
            ranking[i] = ranking[i] with { Score = score[0] };
        }

        return [.. ranking.OrderByDescending(document => document.Score)];
    }
}
