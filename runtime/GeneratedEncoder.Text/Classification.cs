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
