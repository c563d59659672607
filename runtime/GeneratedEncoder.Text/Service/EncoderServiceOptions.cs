namespace GeneratedEncoder.Text;

/// <summary>How texts of asynchronous calls wait for their turn. Nothing in here changes a result's bits.</summary>
public sealed class EncoderServiceOptions
{
    /// <summary>
    /// The most tokens that wait before a further call is refused with an <see cref="EncoderOverloadedException"/>, at least 1. Null, the default: as many as
    /// <see cref="MaxWaitingTime"/> takes at the speed that this process has measured; 8,192 until there is something to go by, and never fewer than 4,096.
    /// Texts are counted before they are tokenized, by their characters, so that the number is not exact.
    /// </summary>
    public int? MaxWaitingTokens
    {
        get;
        set => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxWaitingTokens), value, $"{nameof(MaxWaitingTokens)} must be at least 1, but is {value}.");
    }

    /// <summary>How much work may wait where <see cref="MaxWaitingTokens"/> says nothing: more than 0, at most an hour; 2 seconds by default.</summary>
    public TimeSpan MaxWaitingTime
    {
        get;
        set => field = value > TimeSpan.Zero && value <= TimeSpan.FromHours(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxWaitingTime), value, $"{nameof(MaxWaitingTime)} must be more than 0 and at most an hour, but is {value}.");
    } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Up to how many tokens texts of different requests go through the encoder together, at least 1; 64 by default. A text longer than that goes
    /// alone. More only adds waiting: what a pack gains, it has gained by then.
    /// </summary>
    public int PackTokens
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(PackTokens), value, $"{nameof(PackTokens)} must be at least 1, but is {value}.");
    } = 64;
}
