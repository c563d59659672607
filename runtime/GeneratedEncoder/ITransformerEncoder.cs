namespace GeneratedEncoder;

/// <summary>
/// What every generated encoder of tokens offers beside its own members, for libraries that work with any of them.
/// In all calls <c>tokenTypeIds</c> may be empty: all tokens are then of type 0.
/// </summary>
public interface ITransformerEncoder : IDisposable
{
    /// <summary>What the encoder was compiled for.</summary>
    EncoderInfo Info { get; }

    /// <summary>Computes the last hidden state, [tokens * HiddenSize], of every token of a text.</summary>
    /// <param name="inputIds">The token ids, [tokens].</param>
    /// <param name="tokenTypeIds">Each token's type, [tokens], or empty.</param>
    /// <param name="lastHiddenState">Receives the vectors.</param>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void Encode(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState);

    /// <summary>Computes a text's embedding, [HiddenSize].</summary>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void Embed(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> embedding);

    /// <summary>Computes the last hidden states, [tokens * HiddenSize], of several texts that stand end to end without padding.</summary>
    /// <param name="inputIds">The token ids, [tokens].</param>
    /// <param name="tokenTypeIds">Each token's type, [tokens], or empty.</param>
    /// <param name="lengths">Each text's number of tokens, [texts].</param>
    /// <param name="lastHiddenState">Receives the vectors.</param>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void EncodeBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> lastHiddenState);

    /// <summary>Computes the embeddings, [texts * HiddenSize], of several texts that stand end to end without padding.</summary>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void EmbedBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> embeddings);

    /// <summary>
    /// The same for texts that begin with a prompt: where <see cref="EncoderInfo.IncludePrompt"/> is false, only the tokens behind it are pooled.
    /// </summary>
    /// <param name="inputIds">The token ids, [tokens].</param>
    /// <param name="tokenTypeIds">Each token's type, [tokens], or empty.</param>
    /// <param name="lengths">Each text's number of tokens, [texts].</param>
    /// <param name="promptTokens">How many of each text's first tokens are its prompt's, special ones among them, [texts]; fewer than the text has.</param>
    /// <param name="embeddings">Receives the vectors.</param>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void EmbedPromptedBatch(
        ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, ReadOnlySpan<int> promptTokens, Span<float> embeddings)
    {
        Runtime.CallGuard.Prompts(promptTokens, lengths);
        EmbedBatch(inputIds, tokenTypeIds, lengths, embeddings);
    }

    /// <summary>As <see cref="Encode"/>, and also gives every layer's and head's attention weights; each row sums to 1.</summary>
    /// <param name="inputIds">The token ids, [tokens].</param>
    /// <param name="tokenTypeIds">Each token's type, [tokens], or empty.</param>
    /// <param name="lastHiddenState">Receives the vectors, [tokens * HiddenSize].</param>
    /// <param name="attentions">Receives the weights, [layers * heads * tokens * tokens]: from each token (row) to each.</param>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void Attend(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState, Span<float> attentions);
}

/// <summary>The same, with what can be had without an instance.</summary>
public interface ITransformerEncoder<TSelf> : ITransformerEncoder
    where TSelf : ITransformerEncoder<TSelf>
{
    /// <summary>What the encoder was compiled for.</summary>
    static abstract EncoderInfo ModelInfo { get; }

    /// <summary>Loads a model's weights.</summary>
    static abstract TSelf Load(string path, EncoderOptions? options = null);
}

/// <summary>An encoder with <see cref="Head.SequenceClassification"/>.</summary>
public interface ISequenceClassifier : ITransformerEncoder
{
    /// <summary>Computes the logits, [texts * NumLabels], of several texts that stand end to end without padding.</summary>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void ClassifyBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> logits);
}

/// <summary>An encoder with <see cref="Head.TokenClassification"/>.</summary>
public interface ITokenClassifier : ITransformerEncoder
{
    /// <summary>Computes the logits, [tokens * NumLabels], of several texts that stand end to end without padding.</summary>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void LabelTokensBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> logits);
}

/// <summary>An encoder with <see cref="Head.MaskedLM"/>.</summary>
public interface IMaskedLanguageModel : ITransformerEncoder
{
    /// <summary>Computes the logits, [positions * VocabSize], of a text's words at these positions (token indices).</summary>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    void PredictMasked(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> positions, Span<float> logits);
}
