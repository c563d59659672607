namespace GeneratedEncoder;

/// <summary>How an encoder instance uses the machine. Nothing in here changes a result's bits.</summary>
public sealed class EncoderOptions
{
    /// <summary>
    /// The most threads that one call may use, at least 1. An upper bound: in this version a call runs on its
    /// caller's thread alone, and any number of callers may run at once.
    /// </summary>
    public int MaxDegreeOfParallelism
    {
        get;
        init => field = AtLeastOne(value, nameof(MaxDegreeOfParallelism));
    } = 1;

    /// <summary>
    /// The most calls that compute at the same time, at least 1; further callers wait their turn. It bounds the
    /// instance's memory: at most this many workspaces of <c>WorkspaceBytes</c> each ever exist.
    /// Defaults to the number of processors, since more would only take turns on them.
    /// </summary>
    public int MaxConcurrentCalls
    {
        get;
        init => field = AtLeastOne(value, nameof(MaxConcurrentCalls));
    } = Environment.ProcessorCount;

    private static int AtLeastOne(int value, string property) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(property, value, $"{property} must be at least 1, but is {value}.");
}
