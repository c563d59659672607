using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>
/// An encoder's head, and one way to call it whatever it is and takes: the call for one text, and the one for a batch.
/// A masked language model is asked for one text's <see cref="Text.Positions"/>; it has no batches.
/// </summary>
internal sealed class HeadCall(IDisposable encoder, EncoderShape shape)
{
    public bool HasBatches => shape.Head != "MaskedLM";

    public bool HasScores => encoder is IScores or IScoresVectors;

    public float[] Buffer(Text text) => new float[shape.Head switch
    {
        "Pooler" => text.Lengths.Length * shape.HiddenSize,
        "SequenceClassification" => text.Lengths.Length * shape.NumLabels,
        "TokenClassification" => text.Tokens * shape.NumLabels,
        _ => text.Positions.Length * shape.VocabSize,
    }];

    public float[] One(Text text)
    {
        float[] output = Buffer(text);
        One(text, output);
        return output;
    }

    public float[] Batch(Text texts)
    {
        float[] output = Buffer(texts);
        Batch(texts, output);
        return output;
    }

    public void One(Text text, Span<float> output) => One(text.Spans, output);

    public void One(TextSpans text, Span<float> output)
    {
        switch (encoder)
        {
            case IPoolsVectors head: head.PoolerOutput(text.Vectors, output); break;
            case IPoolsTyped head when text.HasTypes: head.PoolerOutput(text.Ids, text.TypeIds, output); break;
            case IPools head: head.PoolerOutput(text.Ids, output); break;
            case IClassifiesVectors head: head.Classify(text.Vectors, output); break;
            case IClassifiesTyped head when text.HasTypes: head.Classify(text.Ids, text.TypeIds, output); break;
            case IClassifies head: head.Classify(text.Ids, output); break;
            case ILabelsVectors head: head.LabelTokens(text.Vectors, output); break;
            case ILabelsTyped head when text.HasTypes: head.LabelTokens(text.Ids, text.TypeIds, output); break;
            case ILabels head: head.LabelTokens(text.Ids, output); break;
            case IPredictsTyped head when text.HasTypes: head.PredictMasked(text.Ids, text.TypeIds, text.Positions, output); break;
            case IPredicts head: head.PredictMasked(text.Ids, text.Positions, output); break;
        }
    }

    public void Batch(Text texts, Span<float> output) => Batch(texts.Spans, output);

    public void Batch(TextSpans texts, Span<float> output)
    {
        switch (encoder)
        {
            case IPoolsVectors head: head.PoolerOutputBatch(texts.Vectors, texts.Lengths, output); break;
            case IPoolsTyped head when texts.HasTypes: head.PoolerOutputBatch(texts.Ids, texts.TypeIds, texts.Lengths, output); break;
            case IPools head: head.PoolerOutputBatch(texts.Ids, texts.Lengths, output); break;
            case IClassifiesVectors head: head.ClassifyBatch(texts.Vectors, texts.Lengths, output); break;
            case IClassifiesTyped head when texts.HasTypes: head.ClassifyBatch(texts.Ids, texts.TypeIds, texts.Lengths, output); break;
            case IClassifies head: head.ClassifyBatch(texts.Ids, texts.Lengths, output); break;
            case ILabelsVectors head: head.LabelTokensBatch(texts.Vectors, texts.Lengths, output); break;
            case ILabelsTyped head when texts.HasTypes: head.LabelTokensBatch(texts.Ids, texts.TypeIds, texts.Lengths, output); break;
            case ILabels head: head.LabelTokensBatch(texts.Ids, texts.Lengths, output); break;
        }
    }

    public float Score(Text text) => encoder switch
    {
        IScoresVectors head => head.Score(text.Vectors),
        IScoresTyped head when text.TypeIds is not null => head.Score(text.Ids, text.TypeIds),
        IScores head => head.Score(text.Ids),
        _ => float.NaN,
    };

    public void Scores(Text texts, Span<float> scores)
    {
        switch (encoder)
        {
            case IScoresVectors head: head.ScoreBatch(texts.Vectors, texts.Lengths, scores); break;
            case IScoresTyped head when texts.TypeIds is not null: head.ScoreBatch(texts.Ids, texts.TypeIds, texts.Lengths, scores); break;
            case IScores head: head.ScoreBatch(texts.Ids, texts.Lengths, scores); break;
        }
    }
}
