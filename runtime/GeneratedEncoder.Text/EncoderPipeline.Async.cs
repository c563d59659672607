using System.Runtime.CompilerServices;

namespace GeneratedEncoder.Text;

// Asynchronous calls: texts wait in the pipeline's own queue, and its own threads compute them.
public sealed partial class EncoderPipeline<T>
{
    /// <summary>How far ahead of its reader a stream of texts is computed: two pieces of as many texts.</summary>
    private const int StreamTexts = 32;

    /// <summary>
    /// Computes a text's embedding, without blocking the caller's thread: the text waits its turn among those of other calls, and one of the
    /// pipeline's threads computes it. It has the bits that <see cref="Embed(string, string?)"/> gives.
    /// </summary>
    /// <param name="text">The text, whose white space at the ends counts for nothing; an empty one is its special tokens.</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <param name="cancellationToken">Is heard at once while the text waits; a text that waits no more is computed for nobody.</param>
    /// <returns>[EmbeddingDimension].</returns>
    /// <exception cref="ArgumentException">There is no such prompt, or the text is too long and must not be cut.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed of.</exception>
    public async Task<float[]> EmbedAsync(string text, string? promptName = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (await RunEmbedding(_embedding, [text], promptName, static (row, _, _) => row.ToArray(), progress: null, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Computes the embeddings of texts, without blocking the caller's thread. Other calls' texts have their turns between these.</summary>
    /// <param name="texts">The texts, all read before the first is computed.</param>
    /// <param name="promptName">Name of the prompt to put before each; the default one if null, none if empty.</param>
    /// <param name="progress">Is told how many texts are done, by the thread that has done them.</param>
    /// <param name="cancellationToken">Is heard while texts wait, and between packs of them.</param>
    /// <returns>Embeddings in the order of the texts, [EmbeddingDimension] each.</returns>
    /// <exception cref="ArgumentException">A text is null, or too long and must not be cut; or there is no such prompt.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed of.</exception>
    public async Task<float[][]> EmbedAsync(
        IEnumerable<string> texts, string? promptName = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default) =>
        await RunEmbedding(_embedding, Listed(texts), promptName, static (row, _, _) => row.ToArray(), progress, cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="EmbedAsync(string, string?, CancellationToken)"/>, and says how much of the text was read.</summary>
    /// <param name="text">The text, whose white space at the ends counts for nothing; an empty one is its special tokens.</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <param name="cancellationToken">Is heard at once while the text waits.</param>
    /// <exception cref="ArgumentException">There is no such prompt, or the text is too long and must not be cut.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<TextEmbedding> EmbedTextAsync(string text, string? promptName = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (await RunEmbedding(_countedEmbedding, [text], promptName, ReadEmbedding, progress: null, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>As <see cref="EmbedAsync(IEnumerable{string}, string?, IProgress{int}?, CancellationToken)"/>, and says how much of each text was read.</summary>
    /// <param name="texts">The texts, all read before the first is computed.</param>
    /// <param name="promptName">Name of the prompt to put before each; the default one if null, none if empty.</param>
    /// <param name="progress">Is told how many texts are done, by the thread that has done them.</param>
    /// <param name="cancellationToken">Is heard while texts wait, and between packs of them.</param>
    /// <returns>Results in the order of the texts.</returns>
    /// <exception cref="ArgumentException">A text is null, or too long and must not be cut; or there is no such prompt.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<IReadOnlyList<TextEmbedding>> EmbedTextsAsync(
        IEnumerable<string> texts, string? promptName = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default) =>
        await RunEmbedding(_countedEmbedding, Listed(texts), promptName, ReadEmbedding, progress, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Computes the embeddings of any number of texts in bounded memory: at most 64 texts, and as many results, are held at a time. Texts are
    /// read as results are taken. While too much other work waits, it waits too and tries again.
    /// </summary>
    /// <param name="texts">The texts.</param>
    /// <param name="promptName">Name of the prompt to put before each; the default one if null, none if empty.</param>
    /// <param name="cancellationToken">Is heard while texts are awaited, while they wait, and between packs of them.</param>
    /// <returns>Results in the order of the texts.</returns>
    /// <exception cref="ArgumentException">A text is null, or too long and must not be cut; or there is no such prompt.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async IAsyncEnumerable<TextEmbedding> EmbedTextsAsync(
        IAsyncEnumerable<string> texts, string? promptName = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);

        // What is under way when the reader turns away is computed for nobody.
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using IAsyncEnumerator<string> enumerator = texts.GetAsyncEnumerator(source.Token);
        Queue<Task<TextEmbedding[]>> underWay = new();
        Task<bool> next = enumerator.MoveNextAsync().AsTask();
        try
        {
            bool isOver = false;
            int read = 0;
            while (!isOver || underWay.Count > 0)
            {
                if (!isOver && underWay.Count == 1 && !next.IsCompleted)
                {
                    // Whichever comes first: what is done isn't kept for what hasn't come.
                    await Task.WhenAny(next, underWay.Peek()).ConfigureAwait(false);
                }

                if (!isOver && (underWay.Count == 0 || (underWay.Count == 1 && next.IsCompleted)))
                {
                    List<string> piece = [];
                    do
                    {
                        isOver = !await next.ConfigureAwait(false);
                        if (!isOver)
                        {
                            piece.Add(enumerator.Current ?? throw new ArgumentException($"The text at index {read + piece.Count} is null.", nameof(texts)));
                            next = enumerator.MoveNextAsync().AsTask();
                        }
                    }
                    while (!isOver && piece.Count < StreamTexts && next.IsCompleted); // nor what has come, for more

                    read += piece.Count;
                    if (piece.Count > 0)
                    {
                        underWay.Enqueue(RunPatiently(piece, promptName, source.Token));
                    }
                }
                else
                {
                    foreach (TextEmbedding embedding in await underWay.Dequeue().ConfigureAwait(false))
                    {
                        yield return embedding;
                    }
                }
            }
        }
        finally
        {
            await source.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)Task.WhenAll(underWay)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Computes the vectors of each text's tokens, special ones among them, without blocking the caller's thread. The tokens are those of
    /// <see cref="Tokenize(string, string?)"/>.
    /// </summary>
    /// <param name="texts">The texts, all read before the first is computed.</param>
    /// <param name="promptName">Name of the prompt to put before each; the default one if null, none if empty.</param>
    /// <param name="cancellationToken">Is heard while texts wait, and between them.</param>
    /// <returns>Last hidden states in the order of the texts, [tokens * HiddenSize] each.</returns>
    /// <exception cref="ArgumentException">A text is null, or too long and must not be cut; or there is no such prompt.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<float[][]> EncodeAsync(IEnumerable<string> texts, string? promptName = null, CancellationToken cancellationToken = default)
    {
        string prompt = Writer.Prompt(promptName);
        string[] listed = Listed(texts);
        return await RunAsync(
            "encode", _encoding, Characters(listed, prompt.Length), (scratch, i) => Writer.WriteSentence(scratch, prompt, listed[i]), Read, progress: null, cancellationToken).ConfigureAwait(false);

        float[] Read(ReadOnlySpan<float> row, TokenUsage usage, InputScratch scratch)
        {
            float[] hidden = new float[scratch.Pack.Tokens * Info.HiddenSize];
            Encoder.Encode(scratch.Pack.Ids, scratch.Pack.Types, hidden);
            return hidden;
        }
    }

    /// <summary>Computes embeddings, and whatever is made of them.</summary>
    internal Task<TResult[]> EmbedAsync<TResult>(IEnumerable<string> texts, string? promptName, RowReader<TResult> read, CancellationToken cancellationToken) =>
        RunEmbedding(_countedEmbedding, Listed(texts), promptName, read, progress: null, cancellationToken);

    /// <summary>Submits texts to be embedded.</summary>
    internal async Task<TResult[]> RunEmbedding<TResult>(
        ServiceComputation computation, IReadOnlyList<string> texts, string? promptName, RowReader<TResult> read, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        string prompt = Writer.Prompt(promptName);
        return await RunAsync(
            "embeddings", computation, Characters(texts, prompt.Length), (scratch, i) => Writer.WriteSentence(scratch, prompt, texts[i]), read, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Submits texts.</summary>
    /// <param name="operation">Name of what is asked for, for what is measured.</param>
    /// <param name="computation">What is computed of them.</param>
    /// <param name="characters">How many characters each text has.</param>
    /// <param name="write">Appends a text to the scratch's pack.</param>
    /// <param name="read">Makes a text's result.</param>
    /// <param name="progress">Is told how many texts are done.</param>
    /// <param name="cancellationToken">Is heard while texts wait.</param>
    internal Task<TResult[]> RunAsync<TResult>(
        string operation, ServiceComputation computation, long[] characters, Action<InputScratch, int> write, RowReader<TResult> read, IProgress<int>? progress,
        CancellationToken cancellationToken) =>
        ServiceMetrics.Run(Service, new ServiceRequest<TResult>(computation, characters, write, read, progress, cancellationToken) { Operation = operation });

    /// <summary>How many characters texts have, with those of what is put before each.</summary>
    internal static long[] Characters(IReadOnlyList<string> texts, int before)
    {
        long[] characters = new long[texts.Count];
        for (int i = 0; i < characters.Length; i++)
        {
            characters[i] = (long)before + texts[i].Length;
        }

        return characters;
    }

    /// <summary>Reads all texts, so that none is asked for by a thread of the pipeline.</summary>
    internal static string[] Listed(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        string[] listed = [.. texts];
        int missing = Array.IndexOf(listed, null);
        return missing < 0 ? listed : throw new ArgumentException($"The text at index {missing} is null.", nameof(texts));
    }

    /// <summary>Computes texts of so many tokens for nobody, and measures nothing of it. As one request, it is refused by no queue that is empty.</summary>
    internal Task WarmUpAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken)
    {
        ServiceRequest<bool> request = new(
            _embedding, [.. tokens.Select(count => 4L * count)], (scratch, i) => InputWriter.WriteWarmUp(scratch, tokens[i]), static (_, _, _) => true, progress: null, cancellationToken)
        {
            Operation = "warm_up",
        };
        Service.Submit(request);
        return request.Task;
    }

    private async Task<TextEmbedding[]> RunPatiently(List<string> texts, string? promptName, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await RunEmbedding(_countedEmbedding, texts, promptName, ReadEmbedding, progress: null, cancellationToken).ConfigureAwait(false);
            }
            catch (EncoderOverloadedException e)
            {
                await Task.Delay(e.RetryAfter, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TextEmbedding ReadEmbedding(ReadOnlySpan<float> row, TokenUsage usage, InputScratch scratch) => new(row.ToArray(), usage);
}
