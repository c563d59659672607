using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Text;

/// <summary>
/// From text to what a generated encoder computes. Safe to use from any number of threads at once; <see cref="Dispose"/> frees the
/// encoder.
/// </summary>
/// <typeparam name="T">The generated encoder. Its head decides which further calls there are: Classify, Rerank, LabelTokens, PredictMasked.</typeparam>
public sealed partial class EncoderPipeline<T> : IDisposable
    where T : ITransformerEncoder<T>
{
    /// <summary>
    /// Tokens after which a batch is computed. Enough for the products to run at full speed, few enough for progress and
    /// cancellation to be heard several times a second.
    /// </summary>
    private const int BatchTokens = 1024;

    private readonly ServiceComputation _embedding, _countedEmbedding, _encoding;
    private readonly ServiceSettings _settings;
    private ServiceComputation? _headComputation;

    private readonly Lock _serviceLock = new(); // for both that follow
    private EncoderService? _service;
    private bool _isDisposed;

    /// <summary>Puts an encoder and its tokenizer together. The encoder is freed with this object.</summary>
    /// <exception cref="InvalidDataException">They don't belong to the same model.</exception>
    public EncoderPipeline(T encoder, TextTokenizer tokenizer, EncoderPipelineOptions? options = null)
        : this(encoder, tokenizer, options ?? new EncoderPipelineOptions(), dimensions: null, options?.Similarity ?? EmbeddingSimilarity.Cosine)
    {
    }

    /// <param name="encoder">The encoder.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="options">How to read texts.</param>
    /// <param name="dimensions">What the model's folder says of embeddings that are cut; what the options say if null.</param>
    /// <param name="similarity">How embeddings are compared.</param>
    internal EncoderPipeline(T encoder, TextTokenizer tokenizer, EncoderPipelineOptions options, EmbeddingDimensions? dimensions, EmbeddingSimilarity similarity)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(tokenizer);
        (Encoder, Tokenizer) = (encoder, tokenizer);
        Writer = new InputWriter(tokenizer, encoder.Info, options);
        Dimensions = dimensions ?? EmbeddingDimensions.Of(encoder.Info, options.MatryoshkaDimensions);
        Similarity = similarity;
        _settings = ServiceSettings.Of(options);
        _embedding = new ServiceComputation(encoder.Info.EmbeddingDimension, countsAll: false, isAlone: false, Embed);
        _countedEmbedding = new ServiceComputation(encoder.Info.EmbeddingDimension, countsAll: true, isAlone: false, Embed);
        _encoding = new ServiceComputation(0, countsAll: false, isAlone: true, static (_, _) => { });
    }

    /// <summary>The generated encoder.</summary>
    public T Encoder { get; }

    /// <summary>The model's tokenizer.</summary>
    public TextTokenizer Tokenizer { get; }

    /// <summary>What the encoder was compiled for.</summary>
    public EncoderInfo Info => Encoder.Info;

    /// <summary>
    /// How embeddings are compared: as the options say, or else the model folder's config_sentence_transformers.json (<c>similarity_fn_name</c>),
    /// or else by their cosine.
    /// </summary>
    public EmbeddingSimilarity Similarity { get; }

    internal InputWriter Writer { get; }

    internal EmbeddingDimensions Dimensions { get; }

    /// <summary>What the encoder's head computes in asynchronous calls: one computation, so that texts of all of them go together.</summary>
    internal ServiceComputation HeadComputation(Func<ServiceComputation> make) =>
        Volatile.Read(ref _headComputation) ?? Interlocked.CompareExchange(ref _headComputation, make(), null) ?? _headComputation;

    /// <summary>What computes the texts of asynchronous calls. It is made with the first of them, and so left out of native code that has none.</summary>
    internal EncoderService Service
    {
        get
        {
            lock (_serviceLock)
            {
                if (_service is null)
                {
                    _service = new EncoderService(typeof(T).Name, Info, Writer, _settings, Tokenizer.Template.SpecialTokens(pair: false));
                    ServiceMetrics.Add(_service);
                    if (_isDisposed)
                    {
                        _service.Dispose();
                    }
                }

                return _service;
            }
        }
    }

    /// <summary>Computes a text's embedding.</summary>
    /// <param name="text">The text, whose white space at the ends counts for nothing; an empty one is its special tokens.</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <returns>[EmbeddingDimension].</returns>
    /// <exception cref="ArgumentException">There is no such prompt, or the text is too long and must not be cut.</exception>
    public float[] Embed(string text, string? promptName = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] embedding = new float[Info.EmbeddingDimension];
        Embed(text, embedding, promptName);
        return embedding;
    }

    /// <summary>
    /// Computes a text's embedding and allocates nothing, whatever its words are: buffers are kept from call to call, but for those of
    /// a single word or heap of accents of many thousand characters.
    /// </summary>
    /// <param name="text">The text; an empty one is its special tokens.</param>
    /// <param name="embedding">Receives the embedding, [EmbeddingDimension].</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <param name="cancellationToken">Is listened to while a long text is read, and while the call waits for its turn (<see cref="EncoderOptions.MaxConcurrentCalls"/>).</param>
    /// <returns>How many tokens the encoder was given.</returns>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled; nothing was written.</exception>
    public int Embed(ReadOnlySpan<char> text, Span<float> embedding, string? promptName = null, CancellationToken cancellationToken = default) =>
        Embed(text, embedding, promptName, countsAll: false, cancellationToken).Tokens;

    /// <summary>The same, and says how much of the text was read.</summary>
    /// <param name="text">The text; an empty one is its special tokens.</param>
    /// <param name="embedding">Receives the embedding, [EmbeddingDimension].</param>
    /// <param name="usage">Tokens that the encoder was given, and tokens that were cut off.</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <param name="cancellationToken">Is listened to while a long text is read, and while the call waits for its turn (<see cref="EncoderOptions.MaxConcurrentCalls"/>).</param>
    /// <exception cref="ArgumentException">An argument doesn't fit; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled; nothing was written.</exception>
    public void Embed(ReadOnlySpan<char> text, Span<float> embedding, out TokenUsage usage, string? promptName = null, CancellationToken cancellationToken = default) =>
        usage = Embed(text, embedding, promptName, countsAll: true, cancellationToken);

    private TokenUsage Embed(ReadOnlySpan<char> text, Span<float> embedding, string? promptName, bool countsAll, CancellationToken cancellationToken)
    {
        using CallCancellation listening = CallCancellation.Listen(cancellationToken);
        string prompt = Writer.Prompt(promptName);
        InputScratch scratch = Writer.Rent();
        try
        {
            scratch.Pack.Clear();
            (scratch.Cancellation, scratch.CountsAll) = (cancellationToken, countsAll);
            Writer.WriteSentence(scratch, prompt, text);
            if (Info.IncludePrompt)
            {
                Encoder.Embed(scratch.Pack.Ids, scratch.Pack.Types, embedding);
            }
            else
            {
                Embed(scratch.Pack, embedding);
            }

            return scratch.Pack.Usage(0);
        }
        finally
        {
            Writer.Return(scratch);
        }
    }

    /// <summary>Computes the embeddings of texts, many to a call of the encoder. Each has the bits that it would have alone.</summary>
    /// <param name="texts">The texts, read as they are needed.</param>
    /// <param name="promptName">Name of the prompt to put before each; the default one if null, none if empty.</param>
    /// <param name="progress">Is told how many texts are done.</param>
    /// <param name="cancellationToken">Is listened to between texts, and within a long one.</param>
    /// <returns>Embeddings in the order of the texts, [EmbeddingDimension] each.</returns>
    /// <exception cref="ArgumentException">A text is null, or too long and must not be cut; or there is no such prompt.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public float[][] Embed(
        IEnumerable<string> texts, string? promptName = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        List<float[]> embeddings = [];
        Embed(texts, promptName, countsAll: false, (embedding, _) => embeddings.Add(embedding.ToArray()), progress, cancellationToken);
        return [.. embeddings];
    }

    /// <summary>Computes a text's embedding, and says how much of the text was read.</summary>
    /// <param name="text">The text, whose white space at the ends counts for nothing; an empty one is its special tokens.</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <exception cref="ArgumentException">There is no such prompt, or the text is too long and must not be cut.</exception>
    public TextEmbedding EmbedText(string text, string? promptName = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] embedding = new float[Info.EmbeddingDimension];
        Embed(text, embedding, out TokenUsage usage, promptName);
        return new TextEmbedding(embedding, usage);
    }

    /// <summary>Computes the embeddings of texts, many to a call of the encoder, and says how much of each was read.</summary>
    /// <param name="texts">The texts, read as they are needed.</param>
    /// <param name="promptName">Name of the prompt to put before each; the default one if null, none if empty.</param>
    /// <param name="progress">Is told how many texts are done.</param>
    /// <param name="cancellationToken">Is listened to between texts, and within a long one.</param>
    /// <returns>Results in the order of the texts.</returns>
    /// <exception cref="ArgumentException">A text is null, or too long and must not be cut; or there is no such prompt.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<TextEmbedding> EmbedTexts(
        IEnumerable<string> texts, string? promptName = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        List<TextEmbedding> embeddings = [];
        Embed(texts, promptName, countsAll: true, (embedding, usage) => embeddings.Add(new TextEmbedding(embedding.ToArray(), usage)), progress, cancellationToken);
        return embeddings;
    }

    /// <summary>
    /// Frees the encoder when the calls that it computes have ended. Asynchronous calls that wait, and later ones, get an
    /// <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        EncoderService? service;
        lock (_serviceLock)
        {
            (_isDisposed, service) = (true, _service);
        }

        service?.Dispose();
        Encoder.Dispose();
    }

    private void Embed(InputPack pack, Span<float> embeddings)
    {
        if (Info.IncludePrompt)
        {
            Encoder.EmbedBatch(pack.Ids, pack.Types, pack.Lengths, embeddings);
        }
        else
        {
            Encoder.EmbedPromptedBatch(pack.Ids, pack.Types, pack.Lengths, pack.Prompts, embeddings);
        }
    }

    /// <summary>Computes embeddings of texts and hands them on one after another. Returns the number of tokens.</summary>
    internal long Embed(
        IEnumerable<string> texts, string? promptName, bool countsAll, RowReceiver receive, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        string prompt = Writer.Prompt(promptName);
        return Run(
            texts, (scratch, text) => Writer.WriteSentence(scratch, prompt, text), Info.EmbeddingDimension,
            Embed, receive, countsAll, progress, cancellationToken);
    }

    /// <summary>Packs texts, computes pack after pack, and hands on each text's row of the output. Returns the number of tokens.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="write">Appends a text to the scratch's pack.</param>
    /// <param name="width">Numbers that a text's row has.</param>
    /// <param name="compute">Computes the rows of a pack.</param>
    /// <param name="receive">Receives a row.</param>
    /// <param name="countsAll">Whether to count the tokens that are cut off.</param>
    /// <param name="progress">Is told how many texts are done.</param>
    /// <param name="cancellationToken">Is listened to between texts, and within a long one.</param>
    internal long Run(
        IEnumerable<string> texts, Action<InputScratch, string> write, int width, PackComputation compute, RowReceiver receive, bool countsAll,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        using CallCancellation listening = CallCancellation.Listen(cancellationToken);
        InputScratch scratch = Writer.Rent();
        long tokens = 0;
        int done = 0;
        try
        {
            InputPack pack = scratch.Pack;
            pack.Clear();
            (scratch.Cancellation, scratch.CountsAll) = (cancellationToken, countsAll);
            foreach (string text in texts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                write(scratch, text ?? throw new ArgumentException($"The text at index {done + pack.Texts} is null.", nameof(texts)));
                if (pack.Tokens >= BatchTokens)
                {
                    Compute();
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (pack.Texts > 0)
            {
                Compute();
            }

            return tokens;

            void Compute()
            {
                Span<float> output = scratch.Numbers(pack.Texts * width);
                compute(pack, output);
                for (int i = 0; i < pack.Texts; i++)
                {
                    receive(output.Slice(i * width, width), pack.Usage(i));
                }

                tokens += pack.Tokens;
                done += pack.Texts;
                pack.Clear();
                progress?.Report(done);
            }
        }
        finally
        {
            Writer.Return(scratch);
        }
    }
}

/// <summary>Takes a text's embedding, or another row of numbers, which lasts as long as the call, and what was read of the text.</summary>
internal delegate void RowReceiver(ReadOnlySpan<float> row, TokenUsage usage);

/// <summary>Computes a row of numbers for each text of a pack.</summary>
internal delegate void PackComputation(InputPack pack, Span<float> output);
