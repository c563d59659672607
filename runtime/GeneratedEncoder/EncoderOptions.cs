namespace GeneratedEncoder;

/// <summary>
/// How an encoder instance uses the machine. Nothing in here but <see cref="WordTable"/> changes a result's bits. It is read when an encoder is loaded; what is set later
/// changes nothing.
/// </summary>
public sealed class EncoderOptions
{
    /// <summary>
    /// The most threads that one call may use, its caller's among them, at least 1; never more than the processors that
    /// the process may use (<see cref="Environment.ProcessorCount"/>, which knows a container's limits). The others are the
    /// instance's own and sleep between calls. One call at a time has them; calls beside it run on their callers' threads,
    /// as do calls that would gain nothing, being short or beside other busy threads of the machine.
    /// <c>Load</c> packs weights on as many, its caller's and others of the thread pool.
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
    /// A folder in which <c>Load</c> keeps packed weights, so that the next start reads them instead of packing again; null, the default, for none. It is made
    /// if it isn't there.
    /// </summary>
    /// <remarks>
    /// <para>A file there belongs to a class's memory map and to a model's place (its path, or its name in memory), and is used only for the very weights that it
    /// was made from: <c>Load</c> still opens the model, checks every tensor's name, shape and type, and compares a fingerprint of all bytes that it would
    /// pack. The word table is no part of it, whatever <see cref="WordTable"/> says: its rows would have to be read for the fingerprint all the same. So one
    /// file serves every format of the table.</para>
    /// <para>A file that is damaged, of other weights, or not to be read is replaced. Where the folder can't be written to, weights are packed at every start,
    /// and nothing is said: <c>Load</c> never fails for the cache's sake. Any number of processes may share a folder. Whoever may write to
    /// it can change what the encoder computes, as whoever may write the model. It pays for <see cref="WeightFormat.Int8"/>: other formats are packed as quickly as
    /// they are read. Files of models that are gone are yours to delete.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public string? PackedWeightsCache
    {
        get;
        set
        {
            if (value is not null)
            {
                ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(PackedWeightsCache));
            }

            field = value;
        }
    }

    /// <summary>
    /// Where the word table is, and how: <see cref="WordTableFormat.FromFile"/>, the default, keeps the results' bits; the others have it in memory, narrow.
    /// <see cref="EncoderInfo.WordTableBytes"/> says how much that takes.
    /// </summary>
    /// <remarks>
    /// <para><c>Load</c> reads the table block by block and rounds its rows, on <see cref="MaxDegreeOfParallelism"/> threads; as float32 there is never more than a block
    /// of each thread's in memory. After that the model's file is closed, and memory that a model was loaded from is no longer referred to, unless a head reads them:</para>
    /// <para>A masked language model's head multiplies by the model's own values, as without this option. Where it is tied to a narrow table, it reads the table from
    /// the file block by block with each prediction, even a small one (but a BF16 model's in <see cref="WordTableFormat.BFloat16"/>, which are the same values).</para>
    /// <para>Tables of positions, token types and relative positions stay float32: they are small. An encoder that takes vectors has no word table, and this says
    /// nothing about it.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public WordTableFormat WordTable
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(
            nameof(WordTable), value, $"{nameof(WordTable)} must be {string.Join(" or ", Enum.GetNames<WordTableFormat>())}, but is {value}.");
    }

    /// <summary>
    /// Whether <c>Load</c> refuses a model with a weight that is NaN or infinite, with an <see cref="InvalidDataException"/> that
    /// names the tensor. Such a weight makes every result that it reaches NaN. False by default: looking for one means to read the
    /// whole word table, of which a call reads only what it needs.
    /// </summary>
    public bool RefuseNonFiniteWeights { get; set; }

    private static int AtLeastOne(int value, string property) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(property, value, $"{property} must be at least 1, but is {value}.");
}
