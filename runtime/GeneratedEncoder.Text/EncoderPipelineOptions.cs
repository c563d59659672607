using Microsoft.Extensions.Logging;

namespace GeneratedEncoder.Text;

/// <summary>What happens to a text of more tokens than the encoder takes.</summary>
public enum Truncation
{
    /// <summary>It is cut on the side that its tokenizer's files name: on the right, for all but a few.</summary>
    Model,

    /// <summary>Its last tokens are dropped.</summary>
    Right,

    /// <summary>Its first tokens are dropped.</summary>
    Left,

    /// <summary>It is an <see cref="ArgumentException"/> that names both numbers.</summary>
    Error,
}

/// <summary>Which of two texts is shortened where they don't fit together.</summary>
public enum PairTruncation
{
    /// <summary>The longer one, until both are of the same length; then both.</summary>
    LongestFirst,

    /// <summary>The second: a question stays whole, the document after it is cut.</summary>
    OnlySecond,
}

/// <summary>
/// How an <see cref="EncoderPipeline{T}"/> reads texts and lets them wait. It is read when a pipeline is made; what is set later changes nothing.
/// </summary>
public sealed class EncoderPipelineOptions
{
    /// <summary>How the encoder uses the machine.</summary>
    public EncoderOptions Encoder
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new();

    /// <summary>How texts of asynchronous calls wait.</summary>
    public EncoderServiceOptions Service
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new();

    /// <summary>
    /// The model's folder, where the call that loads it names none; the one that the build copied beside the application if null
    /// (<see cref="EncoderInfo.Folder"/>).
    /// </summary>
    public string? ModelFolder { get; set; }

    /// <summary>What happens to a text that is too long. It is cut as the model says, unless said otherwise.</summary>
    public Truncation Truncation { get; set; } = Truncation.Model;

    /// <summary>Which of two texts is shortened.</summary>
    public PairTruncation PairTruncation { get; set; } = PairTruncation.LongestFirst;

    /// <summary>How embeddings are compared; as the model folder's config_sentence_transformers.json says if null, or else by their cosine.</summary>
    public EmbeddingSimilarity? Similarity { get; set; }

    /// <summary>Name of the prompt to put before texts to embed; the model's own default if null, none if empty.</summary>
    public string? PromptName { get; set; }

    /// <summary>
    /// Makes the logger that is told, once per encoder, that a text was cut (category "GeneratedEncoder.Text.EncoderPipeline", level Warning).
    /// Nothing is logged if null. What texts say is never logged.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// Numbers that a Matryoshka model's embeddings may be cut to (the model's card says which), for
    /// <see cref="Microsoft.Extensions.AI.EmbeddingGenerationOptions.Dimensions"/>. What the model folder's config.json says if null.
    /// </summary>
    public IReadOnlyList<int>? MatryoshkaDimensions { get; set; }

    /// <summary>
    /// Whether a host that has the pipeline by <c>AddEncoderPipeline</c> computes some texts with it before the host's start is over, so that the
    /// first request finds compiled code, and the queue knows how fast the machine is. True by default; the model is loaded at start in either case.
    /// </summary>
    public bool WarmUp { get; set; } = true;
}
