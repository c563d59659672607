using Microsoft.Extensions.Logging;

namespace GeneratedEncoder.Text;

/// <summary>Says once that texts are cut: a service whose texts are too long would otherwise say it with every call.</summary>
internal sealed partial class TruncationLog(ILoggerFactory? factory)
{
    /// <summary>The name under which messages can be switched on and off.</summary>
    public const string Category = "GeneratedEncoder.Text.EncoderPipeline";

    private readonly ILogger? _logger = factory?.CreateLogger(Category);
    private int _said;

    /// <summary>Says it, if this is the first text. What the text is about stays out of the log.</summary>
    /// <param name="model">The model.</param>
    /// <param name="characters">Characters (UTF-16 units) of the text, or of both texts.</param>
    /// <param name="mostTokens">Tokens that the model takes.</param>
    public void Say(string model, long characters, int mostTokens)
    {
        if (_logger is not null && Interlocked.Exchange(ref _said, 1) == 0)
        {
            Truncated(_logger, model, characters, mostTokens);
        }
    }

    [LoggerMessage(
        EventId = 1, EventName = "TextTruncated", Level = LogLevel.Warning,
        Message = "A text of {Characters} characters has more than the {MaxTokens} tokens that {Model} takes and was cut. This is said once; results have the count of each text (TokenUsage).")]
    private static partial void Truncated(ILogger logger, string model, long characters, int maxTokens);
}
