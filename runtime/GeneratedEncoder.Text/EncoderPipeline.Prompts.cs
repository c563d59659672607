namespace GeneratedEncoder.Text;

// Queries and documents, by the model's prompts of their usual names.
public sealed partial class EncoderPipeline<T>
{
    /// <summary>
    /// Computes the embedding of a query, that documents are to be found by: with the model's prompt named "query", or where it has none, with the
    /// default one.
    /// </summary>
    /// <param name="text">The query.</param>
    /// <returns>[EmbeddingDimension].</returns>
    /// <exception cref="ArgumentException">The text is too long and must not be cut.</exception>
    public float[] EmbedQuery(string text) => Embed(text, Writer.PromptNameOf(EmbeddingInputType.Query));

    /// <summary>The same, and allocates nothing, as <see cref="Embed(ReadOnlySpan{char}, Span{float}, string?, CancellationToken)"/>.</summary>
    /// <param name="text">The query.</param>
    /// <param name="embedding">Receives the embedding, [EmbeddingDimension].</param>
    /// <param name="cancellationToken">Is listened to while the call waits for its turn.</param>
    /// <returns>How many tokens the encoder was given.</returns>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    public int EmbedQuery(ReadOnlySpan<char> text, Span<float> embedding, CancellationToken cancellationToken = default) =>
        Embed(text, embedding, Writer.PromptNameOf(EmbeddingInputType.Query), cancellationToken);

    /// <summary>As <see cref="EmbedQuery(string)"/>, without blocking the caller's thread.</summary>
    /// <param name="text">The query.</param>
    /// <param name="cancellationToken">Is heard at once while the text waits.</param>
    /// <returns>[EmbeddingDimension].</returns>
    /// <exception cref="ArgumentException">The text is too long and must not be cut.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<float[]> EmbedQueryAsync(string text, CancellationToken cancellationToken = default) =>
        EmbedAsync(text, Writer.PromptNameOf(EmbeddingInputType.Query), cancellationToken);

    /// <summary>
    /// Computes the embedding of a document, that is to be found by queries: with the model's prompt named "document", "passage" or "corpus", or
    /// where it has none, with the default one.
    /// </summary>
    /// <param name="text">The document.</param>
    /// <returns>[EmbeddingDimension].</returns>
    /// <exception cref="ArgumentException">The text is too long and must not be cut.</exception>
    public float[] EmbedDocument(string text) => Embed(text, Writer.PromptNameOf(EmbeddingInputType.Document));

    /// <summary>The same, and allocates nothing, as <see cref="Embed(ReadOnlySpan{char}, Span{float}, string?, CancellationToken)"/>.</summary>
    /// <param name="text">The document.</param>
    /// <param name="embedding">Receives the embedding, [EmbeddingDimension].</param>
    /// <param name="cancellationToken">Is listened to while the call waits for its turn.</param>
    /// <returns>How many tokens the encoder was given.</returns>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    public int EmbedDocument(ReadOnlySpan<char> text, Span<float> embedding, CancellationToken cancellationToken = default) =>
        Embed(text, embedding, Writer.PromptNameOf(EmbeddingInputType.Document), cancellationToken);

    /// <summary>As <see cref="EmbedDocument(string)"/>, for several documents.</summary>
    /// <param name="texts">The documents, read as they are needed.</param>
    /// <param name="progress">Is told how many texts are done.</param>
    /// <param name="cancellationToken">Is listened to between texts, and within a long one.</param>
    /// <returns>Embeddings in the order of the texts, [EmbeddingDimension] each.</returns>
    /// <exception cref="ArgumentException">A text is null, or too long and must not be cut.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public float[][] EmbedDocuments(IEnumerable<string> texts, IProgress<int>? progress = null, CancellationToken cancellationToken = default) =>
        Embed(texts, Writer.PromptNameOf(EmbeddingInputType.Document), progress, cancellationToken);

    /// <summary>As <see cref="EmbedDocuments"/>, without blocking the caller's thread.</summary>
    /// <param name="texts">The documents, all read before the first is computed.</param>
    /// <param name="progress">Is told how many texts are done, by the thread that has done them.</param>
    /// <param name="cancellationToken">Is heard while texts wait, and between packs of them.</param>
    /// <returns>Embeddings in the order of the texts, [EmbeddingDimension] each.</returns>
    /// <exception cref="ArgumentException">A text is null, or too long and must not be cut.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<float[][]> EmbedDocumentsAsync(IEnumerable<string> texts, IProgress<int>? progress = null, CancellationToken cancellationToken = default) =>
        EmbedAsync(texts, Writer.PromptNameOf(EmbeddingInputType.Document), progress, cancellationToken);

    /// <summary>As <see cref="EmbedDocument(string)"/>, without blocking the caller's thread.</summary>
    /// <param name="text">The document.</param>
    /// <param name="cancellationToken">Is heard at once while the text waits.</param>
    /// <returns>[EmbeddingDimension].</returns>
    /// <exception cref="ArgumentException">The text is too long and must not be cut.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<float[]> EmbedDocumentAsync(string text, CancellationToken cancellationToken = default) =>
        EmbedAsync(text, Writer.PromptNameOf(EmbeddingInputType.Document), cancellationToken);
}
