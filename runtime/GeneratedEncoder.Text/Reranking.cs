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
        CheckLabels(encoder.Info);
        List<RankedDocument> ranking = [];
        TextClassification.Logits(
            encoder, documents, (scratch, document) => encoder.Writer.WritePair(scratch, query, document),
            (logits, usage) => ranking.Add(new RankedDocument(ranking.Count, logits[0]) { Usage = usage }), progress, cancellationToken);
        return Ranked(ranking, scores, encoder.Info);
    }

    /// <summary>Ranks documents, without blocking the caller's thread. Other calls' texts have their turns between these.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="query">The query, the first text of each pair.</param>
    /// <param name="documents">The documents, all read before the first is computed.</param>
    /// <param name="scores">How logits become scores.</param>
    /// <param name="progress">Is told how many documents are done, by the thread that has done them.</param>
    /// <param name="cancellationToken">Is heard while documents wait, and between packs of them.</param>
    /// <returns>All documents, the best first; those of the same score in their own order.</returns>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static async Task<IReadOnlyList<RankedDocument>> RerankAsync<T>(
        this EncoderPipeline<T> encoder, string query, IEnumerable<string> documents, ScoreFunction scores = ScoreFunction.Model,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, ISequenceClassifier
    {
        ArgumentNullException.ThrowIfNull(query);
        CheckLabels(encoder.Info);
        string[] listed = EncoderPipeline<T>.Listed(documents);
        RankedDocument[] ranking = await TextClassification.LogitsAsync(
            "rerank", encoder, EncoderPipeline<T>.Characters(listed, query.Length), (scratch, i) => encoder.Writer.WritePair(scratch, query, listed[i]),
            static (logits, usage, _) => new RankedDocument(0, logits[0]) { Usage = usage }, progress, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < ranking.Length; i++)
        {
            ranking[i] = ranking[i] with { Index = i };
        }

        return Ranked(ranking, scores, encoder.Info);
    }

    private static void CheckLabels(EncoderInfo info)
    {
        if (info.NumLabels != 1)
        {
            throw new NotSupportedException($"{info.Name} has {info.NumLabels} labels; a ranking needs a model of one, a cross-encoder.");
        }
    }

    /// <summary>Turns logits into scores, and puts the best first.</summary>
    private static RankedDocument[] Ranked(IList<RankedDocument> documents, ScoreFunction scores, EncoderInfo info)
    {
        Span<float> score = stackalloc float[1];
        for (int i = 0; i < documents.Count; i++)
        {
            score[0] = documents[i].Score;
            Scores.Apply(scores, info, score);
            documents[i] = documents[i] with { Score = score[0] };
        }

        return [.. documents.OrderByDescending(document => document.Score)];
    }
}
