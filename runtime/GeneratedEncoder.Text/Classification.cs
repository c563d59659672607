namespace GeneratedEncoder.Text;

/// <summary>How logits become scores.</summary>
public enum ScoreFunction
{
    /// <summary>As the model says: one label's sigmoid or logit; several labels' softmax, or sigmoids where several may hold.</summary>
    Model,

    /// <summary>Shares of 1: exactly one label holds.</summary>
    Softmax,

    /// <summary>Each from 0 to 1 on its own: any number of labels may hold.</summary>
    Sigmoid,

    /// <summary>The logits as they are.</summary>
    None,
}

/// <summary>What a classifier says of a text.</summary>
/// <param name="Index">Number of the label with the highest score.</param>
/// <param name="Label">Its name.</param>
/// <param name="Score">Its score.</param>
/// <param name="Scores">The scores of all labels, [NumLabels].</param>
public sealed record Classification(int Index, string Label, float Score, IReadOnlyList<float> Scores)
{
    /// <summary>Tokens of the text, or of both, that were read, and those that were cut off.</summary>
    public TokenUsage Usage { get; init; }
}

/// <summary>Classes of texts, by encoders with <see cref="Head.SequenceClassification"/>.</summary>
public static class TextClassification
{
    /// <summary>Classifies a text, or two texts of which the model judges the one by the other.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="text">The text.</param>
    /// <param name="second">The second text, where the model takes pairs.</param>
    /// <param name="scores">How logits become scores.</param>
    public static Classification Classify<T>(this EncoderPipeline<T> encoder, string text, string? second = null, ScoreFunction scores = ScoreFunction.Model)
        where T : ITransformerEncoder<T>, ISequenceClassifier
    {
        ArgumentNullException.ThrowIfNull(text);
        Classification? result = null;
        Logits(
            encoder, [text], (scratch, value) => Write(encoder, scratch, value, second),
            (logits, usage) => result = Judge(encoder.Info, logits, scores, usage));
        return result!;
    }

    /// <summary>Classifies texts, many to a call of the encoder.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="scores">How logits become scores.</param>
    /// <param name="progress">Is told how many texts are done.</param>
    /// <param name="cancellationToken">Is listened to between texts, and within a long one.</param>
    /// <returns>Results in the order of the texts.</returns>
    public static IReadOnlyList<Classification> Classify<T>(
        this EncoderPipeline<T> encoder, IEnumerable<string> texts, ScoreFunction scores = ScoreFunction.Model,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, ISequenceClassifier
    {
        ArgumentNullException.ThrowIfNull(texts);
        List<Classification> results = [];
        Logits(
            encoder, texts, (scratch, text) => Write(encoder, scratch, text, second: null),
            (logits, usage) => results.Add(Judge(encoder.Info, logits, scores, usage)), progress, cancellationToken);
        return results;
    }

    /// <summary>Classifies a text, or two texts, without blocking the caller's thread: it waits its turn among the texts of other calls.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="text">The text.</param>
    /// <param name="second">The second text, where the model takes pairs.</param>
    /// <param name="scores">How logits become scores.</param>
    /// <param name="cancellationToken">Is heard at once while the text waits.</param>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static async Task<Classification> ClassifyAsync<T>(
        this EncoderPipeline<T> encoder, string text, string? second = null, ScoreFunction scores = ScoreFunction.Model, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, ISequenceClassifier
    {
        ArgumentNullException.ThrowIfNull(text);
        return (await LogitsAsync(
            "classify", encoder, [(long)text.Length + (second?.Length ?? 0)], (scratch, _) => Write(encoder, scratch, text, second),
            (logits, usage, _) => Judge(encoder.Info, logits, scores, usage), progress: null, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Classifies texts, without blocking the caller's thread. Other calls' texts have their turns between these.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="texts">The texts, all read before the first is computed.</param>
    /// <param name="scores">How logits become scores.</param>
    /// <param name="progress">Is told how many texts are done, by the thread that has done them.</param>
    /// <param name="cancellationToken">Is heard while texts wait, and between packs of them.</param>
    /// <returns>Results in the order of the texts.</returns>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static async Task<IReadOnlyList<Classification>> ClassifyAsync<T>(
        this EncoderPipeline<T> encoder, IEnumerable<string> texts, ScoreFunction scores = ScoreFunction.Model,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, ISequenceClassifier
    {
        string[] listed = EncoderPipeline<T>.Listed(texts);
        return await LogitsAsync(
            "classify", encoder, EncoderPipeline<T>.Characters(listed, 0), (scratch, i) => encoder.Writer.Write(scratch, listed[i]),
            (logits, usage, _) => Judge(encoder.Info, logits, scores, usage), progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Classifies pairs of texts, without blocking the caller's thread; where a pair has no second text, its first alone.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="pairs">The pairs, all read before the first is computed.</param>
    /// <param name="scores">How logits become scores.</param>
    /// <param name="progress">Is told how many pairs are done, by the thread that has done them.</param>
    /// <param name="cancellationToken">Is heard while pairs wait, and between packs of them.</param>
    /// <returns>Results in the order of the pairs.</returns>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static async Task<IReadOnlyList<Classification>> ClassifyAsync<T>(
        this EncoderPipeline<T> encoder, IEnumerable<(string Text, string? Second)> pairs, ScoreFunction scores = ScoreFunction.Model,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, ISequenceClassifier
    {
        ArgumentNullException.ThrowIfNull(pairs);
        (string Text, string? Second)[] listed = [.. pairs];
        int missing = Array.FindIndex(listed, pair => pair.Text is null);
        return missing >= 0 ? throw new ArgumentException($"The text at index {missing} is null.", nameof(pairs)) : await LogitsAsync(
            "classify", encoder, Array.ConvertAll(listed, pair => (long)pair.Text.Length + (pair.Second?.Length ?? 0)), (scratch, i) => Write(encoder, scratch, listed[i].Text, listed[i].Second),
            (logits, usage, _) => Judge(encoder.Info, logits, scores, usage), progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Submits texts, or pairs, of which the logits are asked for.</summary>
    internal static Task<TResult[]> LogitsAsync<T, TResult>(
        string operation, EncoderPipeline<T> encoder, long[] characters, Action<InputScratch, int> write, RowReader<TResult> read, IProgress<int>? progress,
        CancellationToken cancellationToken)
        where T : ITransformerEncoder<T>, ISequenceClassifier => encoder.RunAsync(
            operation,
            encoder.HeadComputation(() => new ServiceComputation(
                encoder.Info.NumLabels, countsAll: true, isAlone: false, (pack, output) => encoder.Encoder.ClassifyBatch(pack.Ids, pack.Types, pack.Lengths, output))),
            characters, write, read, progress, cancellationToken);

    /// <summary>Computes the logits of texts, or of pairs.</summary>
    internal static void Logits<T>(
        EncoderPipeline<T> encoder, IEnumerable<string> texts, Action<InputScratch, string> write, RowReceiver receive,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, ISequenceClassifier => encoder.Run(
            texts, write, encoder.Info.NumLabels,
            (pack, output) => encoder.Encoder.ClassifyBatch(pack.Ids, pack.Types, pack.Lengths, output), receive, countsAll: true, progress, cancellationToken);

    private static void Write<T>(EncoderPipeline<T> encoder, InputScratch scratch, string text, string? second)
        where T : ITransformerEncoder<T>
    {
        if (second is null)
        {
            encoder.Writer.Write(scratch, text);
        }
        else
        {
            encoder.Writer.WritePair(scratch, text, second);
        }
    }

    private static Classification Judge(EncoderInfo info, ReadOnlySpan<float> logits, ScoreFunction function, TokenUsage usage)
    {
        float[] scores = logits.ToArray();
        Scores.Apply(function, info, scores);
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return new Classification(best, Scores.Label(info, best), scores[best], scores) { Usage = usage };
    }
}
