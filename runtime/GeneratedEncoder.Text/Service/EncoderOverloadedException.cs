namespace GeneratedEncoder.Text;

/// <summary>
/// An asynchronous call was refused at once, since too much work waits already. Nothing of it was computed. It may be made again after
/// <see cref="RetryAfter"/>; a server answers 429 with it.
/// </summary>
public sealed class EncoderOverloadedException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="model">The model whose queue is full.</param>
    /// <param name="waitingTokens">Tokens that wait.</param>
    /// <param name="maxWaitingTokens">The most that may.</param>
    /// <param name="retryAfter">When there is likely to be room.</param>
    public EncoderOverloadedException(string model, long waitingTokens, long maxWaitingTokens, TimeSpan retryAfter)
        : base($"{model} has more work than it may let wait: about {waitingTokens} tokens of at most {maxWaitingTokens}. Try again in {Math.Ceiling(retryAfter.TotalMilliseconds)} ms.") =>
        (WaitingTokens, MaxWaitingTokens, RetryAfter) = (waitingTokens, maxWaitingTokens, retryAfter);

    /// <summary>About how many tokens wait.</summary>
    public long WaitingTokens { get; }

    /// <summary>The most that may wait before calls are refused.</summary>
    public long MaxWaitingTokens { get; }

    /// <summary>How long it will take until there is room, by the speed that was measured: from 50 milliseconds to a minute.</summary>
    public TimeSpan RetryAfter { get; }
}
