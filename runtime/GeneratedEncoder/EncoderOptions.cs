namespace GeneratedEncoder;

/// <summary>How an encoder instance uses the machine. Nothing in here changes a result's bits. It is read when an encoder is loaded; what is set later changes nothing.</summary>
public sealed class EncoderOptions
{
    /// <summary>
    /// The most threads that one call may use, its caller's among them, at least 1; never more than the processors that
    /// the process may use (<see cref="Environment.ProcessorCount"/>, which knows a container's limits). The others are the
    /// instance's own and sleep between calls. One call at a time has them; calls beside it run on their callers' threads,
    /// as do calls that would gain nothing, being short or beside other busy threads of the machine.
    /// </summary>
    public int MaxDegreeOfParallelism
    {
        get;
        set => field = AtLeastOne(value, nameof(MaxDegreeOfParallelism));
    } = 1;

    /// <summary>
    /// The most calls that compute at the same time, at least 1; further callers wait their turn, and one that is interrupted meanwhile gets its
    /// <see cref="ThreadInterruptedException"/>; a call that has begun is finished. It bounds the
    /// instance's memory: at most this many workspaces ever exist, of <c>WorkspaceBytes</c> each, and <c>ThreadBytes</c> more for
    /// each further thread that a call may use.
    /// Defaults to the number of processors, since more would only take turns on them.
    /// </summary>
    public int MaxConcurrentCalls
    {
        get;
        set => field = AtLeastOne(value, nameof(MaxConcurrentCalls));
    } = Environment.ProcessorCount;

    /// <summary>
    /// Whether <c>Load</c> refuses a model with a weight that is NaN or infinite, with an <see cref="InvalidDataException"/> that
    /// names the tensor. Such a weight makes every result that it reaches NaN. False by default: looking for one means to read the
    /// whole word table, of which a call reads only what it needs.
    /// </summary>
    public bool RefuseNonFiniteWeights { get; set; }

    private static int AtLeastOne(int value, string property) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(property, value, $"{property} must be at least 1, but is {value}.");
}
