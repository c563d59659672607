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

#pragma warning disable RS0026 // The overloads' first parameters tell them apart, however many have the optional one.
    /// <summary>Loads a model's weights.</summary>
    static abstract TSelf Load(string path, EncoderOptions? options = null);

    /// <summary>Loads a model from the bytes of its safetensors file.</summary>
    /// <param name="model">The bytes. They are not copied, and must not change until the encoder is disposed.</param>
    /// <param name="options">How to use the machine; the defaults if null.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged, or not a model of these dimensions.</exception>
    static virtual TSelf Load(ReadOnlyMemory<byte> model, EncoderOptions? options = null) => throw LoadsFilesOnly();

    /// <summary>Loads a model from a stream of its safetensors file, from where it stands to its end. It is not closed.</summary>
    /// <param name="model">The stream. What it gives is kept in memory.</param>
    /// <param name="options">How to use the machine; the defaults if null.</param>
    /// <exception cref="ArgumentException">The stream can't be read.</exception>
    /// <exception cref="InvalidDataException">The bytes are damaged, too many, or not a model of these dimensions.</exception>
    /// <exception cref="IOException">Reading failed.</exception>
    static virtual TSelf Load(Stream model, EncoderOptions? options = null) => throw LoadsFilesOnly();

    /// <summary>Loads a model from the files of its folder, with the checks of a folder on disk.</summary>
    /// <param name="files">
    /// Each file's bytes by its path in the folder, with slashes: "model.safetensors", "config.json", "1_Pooling/config.json". They are not copied, and
    /// must not change until the encoder is disposed.
    /// </param>
    /// <param name="options">How to use the machine; the defaults if null.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or they are not a model of these dimensions.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    static virtual TSelf Load(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, EncoderOptions? options = null) => throw LoadsFilesOnly();
#pragma warning restore RS0026

    /// <summary>What an implementation that somebody wrote by hand says, unless it has more than the first form; generated classes have all.</summary>
    private static NotSupportedException LoadsFilesOnly() => new($"{typeof(TSelf)} loads models by their path only.");
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
