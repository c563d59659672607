namespace GeneratedEncoder.Tests;

// What heads add to the public contract, as Contract.cs has it of the encoder.

/// <summary>An encoder with Head.Pooler.</summary>
internal interface IPools
{
    void PoolerOutput(ReadOnlySpan<int> inputIds, Span<float> poolerOutput);

    void PoolerOutputBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> lengths, Span<float> poolerOutputs);
}

internal interface IPoolsTyped : IPools
{
    void PoolerOutput(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> poolerOutput);

    void PoolerOutputBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> poolerOutputs);
}

internal interface IPoolsVectors
{
    void PoolerOutput(ReadOnlySpan<float> inputEmbeddings, Span<float> poolerOutput);

    void PoolerOutputBatch(ReadOnlySpan<float> inputEmbeddings, ReadOnlySpan<int> lengths, Span<float> poolerOutputs);
}

/// <summary>An encoder with Head.SequenceClassification.</summary>
internal interface IClassifies
{
    void Classify(ReadOnlySpan<int> inputIds, Span<float> logits);

    void ClassifyBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> lengths, Span<float> logits);
}

internal interface IClassifiesTyped : IClassifies
{
    void Classify(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> logits);

    void ClassifyBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> logits);
}

internal interface IClassifiesVectors
{
    void Classify(ReadOnlySpan<float> inputEmbeddings, Span<float> logits);

    void ClassifyBatch(ReadOnlySpan<float> inputEmbeddings, ReadOnlySpan<int> lengths, Span<float> logits);
}

/// <summary>An encoder with Head.SequenceClassification and one label.</summary>
internal interface IScores
{
    float Score(ReadOnlySpan<int> inputIds);

    void ScoreBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> lengths, Span<float> scores);
}

internal interface IScoresTyped : IScores
{
    float Score(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds);

    void ScoreBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> scores);
}

internal interface IScoresVectors
{
    float Score(ReadOnlySpan<float> inputEmbeddings);

    void ScoreBatch(ReadOnlySpan<float> inputEmbeddings, ReadOnlySpan<int> lengths, Span<float> scores);
}

/// <summary>An encoder with Head.TokenClassification.</summary>
internal interface ILabels
{
    void LabelTokens(ReadOnlySpan<int> inputIds, Span<float> logits);

    void LabelTokensBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> lengths, Span<float> logits);
}

internal interface ILabelsTyped : ILabels
{
    void LabelTokens(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> logits);

    void LabelTokensBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> logits);
}

internal interface ILabelsVectors
{
    void LabelTokens(ReadOnlySpan<float> inputEmbeddings, Span<float> logits);

    void LabelTokensBatch(ReadOnlySpan<float> inputEmbeddings, ReadOnlySpan<int> lengths, Span<float> logits);
}

/// <summary>An encoder with Head.MaskedLM.</summary>
internal interface IPredicts
{
    void PredictMasked(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> positions, Span<float> logits);
}

internal interface IPredictsTyped : IPredicts
{
    void PredictMasked(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> positions, Span<float> logits);
}
