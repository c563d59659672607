namespace GeneratedEncoder.Tests;

// Generated classes implement no interface of the library. Those of the tests name one of these in their own part, so
// that a test can run over all of them, and so that the compiler checks the public contract: names, order, types.

/// <summary>How every generated encoder comes to life.</summary>
internal interface ILoadable<out TSelf> : IDisposable
{
    static abstract TSelf Load(string path, EncoderOptions? options = null);
}

/// <summary>An encoder with VocabSize.</summary>
internal interface ITokenEncoder
{
    void Encode(ReadOnlySpan<int> inputIds, Span<float> lastHiddenState);

    void Embed(ReadOnlySpan<int> inputIds, Span<float> embedding);

    void EncodeBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> lengths, Span<float> lastHiddenState);

    void EmbedBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> lengths, Span<float> embeddings);

    void Attend(ReadOnlySpan<int> inputIds, Span<float> lastHiddenState, Span<float> attentions);
}

/// <summary>An encoder with VocabSize and TypeVocabSize.</summary>
internal interface ITypedEncoder : ITokenEncoder
{
    void Encode(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState);

    void Embed(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> embedding);

    void EncodeBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> lastHiddenState);

    void EmbedBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> embeddings);

    void Attend(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState, Span<float> attentions);
}

/// <summary>An encoder without VocabSize: it takes vectors.</summary>
internal interface IVectorEncoder
{
    void Encode(ReadOnlySpan<float> inputEmbeddings, Span<float> lastHiddenState);

    void Embed(ReadOnlySpan<float> inputEmbeddings, Span<float> embedding);

    void EncodeBatch(ReadOnlySpan<float> inputEmbeddings, ReadOnlySpan<int> lengths, Span<float> lastHiddenState);

    void EmbedBatch(ReadOnlySpan<float> inputEmbeddings, ReadOnlySpan<int> lengths, Span<float> embeddings);

    void Attend(ReadOnlySpan<float> inputEmbeddings, Span<float> lastHiddenState, Span<float> attentions);
}
