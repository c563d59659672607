using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// All memory of one encoder instance: packed weights, the open model file, a word table in memory, and a bounded pool of workspaces.
/// Its size is known when the encoder is compiled: weights + the table (<see cref="EncoderInfo.WordTableBytes"/>) + <see cref="EncoderOptions.MaxConcurrentCalls"/>
/// workspaces at most. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EncoderMemory : IDisposable
{
    private readonly AlignedMemory _weights;
    private readonly ModelTensors _tensors;
    private readonly AutoResetEvent _returned = new(false);
    private readonly long _workspaceBytes;
    private readonly int _mostWorkspaces, _packTokens;
    private readonly string _owner;
    private readonly string? _cache;

    private ShortLock _gate; // for all that follows
    private Workspace? _idle;
    private int _created, _waiting;
    private bool _disposed;

    private EncoderMemory(string owner, ModelTensors tensors, long weightBytes, long workspaceBytes, long threadBytes, int packTokens, EncoderOptions options)
    {
        _owner = owner;
        _tensors = tensors;
        _cache = options.PackedWeightsCache;
        int threads = Math.Min(options.MaxDegreeOfParallelism, Environment.ProcessorCount);
        _workspaceBytes = BytesOf(threads, workspaceBytes, threadBytes, nint.MaxValue);
        _packTokens = packTokens;
        tensors.UseThreads(threads);
        tensors.UseWordTable(options.WordTable);
        _mostWorkspaces = options.MaxConcurrentCalls;
        _weights = new AlignedMemory(weightBytes);
        _idle = new Workspace(_workspaceBytes, packTokens);
        _created = 1;
        Team = threads > 1 ? new Team(owner, threads) : null;
    }

    /// <summary>Ends the team's threads, which would outlive an instance that nobody disposed.</summary>
    ~EncoderMemory() => Team?.Dispose();

    /// <summary>The threads that a call may use beside its own; null if it may use none.</summary>
    public Team? Team { get; }

    /// <summary>Allocates the weights, zeroed, and the first workspace. Takes over <paramref name="tensors"/>, even if it fails.</summary>
    /// <param name="owner">The encoder's class, for messages.</param>
    /// <param name="tensors">The model's file, kept open until the last call after <see cref="Dispose"/> has ended.</param>
    /// <param name="weightBytes">Bytes of packed weights.</param>
    /// <param name="workspaceBytes">Bytes of scratch memory that a call on one thread needs.</param>
    /// <param name="threadBytes">What each further thread adds to them.</param>
    /// <param name="packTokens">The most tokens of a pack of several texts, and so the most texts of a pack.</param>
    /// <param name="options">How many calls may compute at once, and on how many threads each; the defaults if null.</param>
    /// <exception cref="OutOfMemoryException">The memory can't be had.</exception>
    /// <exception cref="ArgumentOutOfRangeException">So many threads' memory can't even be addressed.</exception>
    public static EncoderMemory Create(string owner, ModelTensors tensors, long weightBytes, long workspaceBytes, long threadBytes, int packTokens, EncoderOptions? options)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        try
        {
            options ??= new EncoderOptions();
            if (options.RefuseNonFiniteWeights)
            {
                tensors.RefuseNonFinite();
            }

            return new EncoderMemory(owner, tensors, weightBytes, workspaceBytes, threadBytes, packTokens, options);
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>Fills the weights: from <see cref="EncoderOptions.PackedWeightsCache"/> if it has them, else by packing them.</summary>
    /// <param name="layout">What tells the weights' places, and how they are packed, from any other class's.</param>
    /// <param name="pack">Packs the model's tensors.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, or not what it should be.</exception>
    public void Fill(string layout, Action<ModelTensors, EncoderMemory> pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        if (_cache is null)
        {
            pack(_tensors, this);
        }
        else
        {
            PackedWeightsCache.Fill(_cache, layout, _tensors, _weights, _tensors.Threads, () => pack(_tensors, this));
        }
    }

    /// <summary>Ends loading, when weights are filled and tables are open: lets go of files that nothing needs any longer, if the word table was taken into memory.</summary>
    public void CloseUnread() => _tensors.CloseUnread();

    /// <summary>The first of the packed weights, at the start of a cache line.</summary>
    public ref float Weights => ref _weights.Start;

    /// <summary>A checked part of the weights, to pack into.</summary>
    public Span<float> WeightSlice(long start, int length) => _weights.Slice(start, length);

    /// <summary>A workspace for one call. Waits, without spinning, while the allowed number of calls is running.</summary>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    /// <exception cref="InvalidDataException">The model's file has become shorter, and the call would read from it.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited. The call hasn't begun.</exception>
    /// <exception cref="OperationCanceledException">The token of <see cref="CallCancellation"/> was cancelled while the thread waited. The call hasn't begun.</exception>
    public Workspace Rent()
    {
        Workspace workspace = RentOne();
        try
        {
            // Before the call writes anything.
            _tensors.CheckLengths();
            return workspace;
        }
        catch
        {
            Return(workspace);
            throw;
        }
    }

    /// <summary>
    /// Gives a workspace back. The last one returned after <see cref="Dispose"/> frees all memory. It can't fail, nor be interrupted: a
    /// workspace that is lost would be missed by every later call.
    /// </summary>
    public void Return(Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        _gate.Enter();
        bool disposed = _disposed, isAwaited = _waiting > 0;
        if (disposed)
        {
            _created--;
        }
        else
        {
            workspace.Next = _idle;
            _idle = workspace;
        }

        bool isLast = disposed && _created == 0;
        _gate.Exit();

        if (disposed)
        {
            workspace.Memory.Dispose();
        }
        else if (isAwaited)
        {
            _returned.Set();
        }

        if (isLast)
        {
            FreeRest();
        }
    }

    /// <summary>
    /// Ends the instance: calls that are running finish undisturbed, waiting and later ones get an
    /// <see cref="ObjectDisposedException"/>. Memory is freed when the last running call has returned.
    /// </summary>
    public void Dispose()
    {
        _gate.Enter();
        bool wasDisposed = _disposed;
        Workspace? idle = _idle;
        _disposed = true;
        _idle = null;
        for (Workspace? one = idle; one is not null; one = one.Next)
        {
            _created--;
        }

        bool isLast = !wasDisposed && _created == 0;
        _gate.Exit();

        for (; idle is not null; idle = idle.Next)
        {
            idle.Memory.Dispose();
        }

        if (isLast)
        {
            FreeRest();
        }

        _returned.Set(); // Whoever waits tells the next one.
        GC.SuppressFinalize(this);
    }

    /// <summary>Bytes of a workspace for calls on so many threads. Generated code's offsets into it are then within what the process can address.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are more than <paramref name="addressable"/>.</exception>
    internal static long BytesOf(int threads, long workspaceBytes, long threadBytes, long addressable)
    {
        long most = workspaceBytes > addressable ? 0 : 1 + (addressable - workspaceBytes) / threadBytes;
        return threads <= most ? workspaceBytes + (threads - 1) * threadBytes : throw new ArgumentOutOfRangeException(
            nameof(EncoderOptions.MaxDegreeOfParallelism), threads,
            $"A call on {threads} threads needs a workspace of {workspaceBytes} bytes and {threadBytes} more for each further thread, but this process can address " +
            (most == 0 ? "less than that even for one thread." : $"those of at most {most} threads; set {nameof(EncoderOptions.MaxDegreeOfParallelism)} to {most} or less."));
    }

    private Workspace RentOne()
    {
        while (true)
        {
            _gate.Enter();
            bool disposed = _disposed;
            Workspace? workspace = _idle;
            bool mayCreate = !disposed && workspace is null && _created < _mostWorkspaces;
            if (workspace is not null)
            {
                _idle = workspace.Next;
            }
            else if (mayCreate)
            {
                _created++;
            }
            else if (!disposed)
            {
                _waiting++;
            }

            // A signal given twice before somebody has taken it is one signal: so whoever took it, or anything else, passes it on.
            bool hasMore = _waiting > 0 && (disposed || _idle is not null);
            _gate.Exit();

            if (hasMore)
            {
                _returned.Set();
            }

            if (disposed)
            {
                throw new ObjectDisposedException(_owner);
            }

            if (workspace is not null)
            {
                return workspace;
            }

            if (mayCreate)
            {
                return Create();
            }

            AwaitReturn();
        }
    }

    private Workspace Create()
    {
        try
        {
            return new Workspace(_workspaceBytes, _packTokens);
        }
        catch
        {
            _gate.Enter();
            _created--;
            bool isLast = _disposed && _created == 0;
            _gate.Exit();
            if (isLast)
            {
                FreeRest();
            }

            _returned.Set(); // Another caller may fare better.
            throw;
        }
    }

    private void AwaitReturn()
    {
        try
        {
            CallCancellation.Wait(_returned);
        }
        catch
        {
            _returned.Set(); // The signal may have been this thread's.
            throw;
        }
        finally
        {
            _gate.Enter();
            _waiting--;
            _gate.Exit();
        }
    }

    private void FreeRest()
    {
        Team?.Dispose();
        _weights.Dispose();
        _tensors.Dispose();
    }
}
