namespace GeneratedEncoder.Build.Hub;

/// <summary>Why a model of the Hub can't be had.</summary>
/// <param name="code">The message's id.</param>
internal sealed class HubException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The id or the revision is none, or something else that the user wrote.</summary>
    public const string Malformed = "GE0111";

    public const string Offline = "GE0112";

    public const string NoAccess = "GE0113";

    public const string NotFound = "GE0114";

    /// <summary>What came is not what the Hub says it has.</summary>
    public const string OtherContent = "GE0115";

    public const string NoSafetensors = "GE0116";

    public const string CacheUnusable = "GE0117";

    public const string LockDiffers = "GE0118";

    public const string NoAnswer = "GE0119";

    public string Code { get; } = code;
}

/// <summary>What may go better the next time.</summary>
/// <param name="after">How long the server asks to be left alone; null if it doesn't.</param>
internal sealed class PassingException(string message, TimeSpan? after = null, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan? After { get; } = after;
}
