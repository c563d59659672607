namespace GeneratedEncoder.Text;

/// <summary>Texts of one call that wait, are computed, and end together. Its place in the queue, and what is counted of it there, are the service's.</summary>
/// <param name="computation">What is computed of the texts.</param>
/// <param name="characters">How many characters (UTF-16 units) each text has, or both of a pair, with what stands before it.</param>
/// <param name="progress">Is told how many texts are done.</param>
/// <param name="cancellationToken">Is heard while texts wait.</param>
internal abstract class ServiceRequest(ServiceComputation computation, long[] characters, IProgress<int>? progress, CancellationToken cancellationToken)
{
    private readonly Lock _receiving = new();
    private int[] _estimates = [];
    private int _taken, _received;
    private long _tokens;

    public ServiceComputation Computation => computation;

    /// <summary>How many texts there are.</summary>
    public int Texts => characters.Length;

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Name of what is asked for, for what is measured: "embeddings".</summary>
    public required string Operation { get; init; }

    /// <summary>Neighbours in the queue; null and null where it isn't in it.</summary>
    public LinkedListNode<ServiceRequest>? Place { get; set; }

    /// <summary>The estimated tokens of texts that nobody has taken.</summary>
    public long WaitingTokens { get; private set; }

    /// <summary>How many of them count, where it is decided whether a further request is taken.</summary>
    public long MostCounted { get; set; }

    public long CountedTokens => Math.Min(WaitingTokens, MostCounted);

    public bool HasWaitingTexts => _taken < characters.Length;

    /// <summary>The estimated tokens of the next text.</summary>
    public int NextTokens => _estimates[_taken];

    /// <summary>Tokens that the encoder was given.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>Whether it is done, has failed or was cancelled: what still runs of it has no receiver.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>Characters of a text.</summary>
    public long Characters(int text) => characters[text];

    /// <summary>Sets what the service counts. Called before the request is in the queue.</summary>
    public void Estimate(Func<int, int> tokensOf)
    {
        _estimates = new int[characters.Length];
        for (int i = 0; i < _estimates.Length; i++)
        {
            _estimates[i] = tokensOf(i);
            WaitingTokens += _estimates[i];
        }
    }

    /// <summary>Takes the next text. Called under the service's lock.</summary>
    public int Take()
    {
        WaitingTokens -= _estimates[_taken];
        return _taken++;
    }

    /// <summary>Appends a text to the scratch's pack.</summary>
    public abstract void Write(InputScratch scratch, int text);

    /// <summary>Keeps a text's row, and ends the request with the last one.</summary>
    public void Receive(int text, ReadOnlySpan<float> row, TokenUsage usage, InputScratch scratch)
    {
        Keep(text, row, usage, scratch);
        Interlocked.Add(ref _tokens, usage.Tokens);

        // One after another, so that a receiver of progress sees numbers that grow.
        lock (_receiving)
        {
            _received++;
            progress?.Report(_received);
            if (_received < characters.Length)
            {
                return;
            }
        }

        Complete();
    }

    public abstract void Complete();

    public abstract void Fail(Exception exception);

    /// <summary>Makes a text's result. Rows and scratch last as long as the call.</summary>
    protected abstract void Keep(int text, ReadOnlySpan<float> row, TokenUsage usage, InputScratch scratch);
}

/// <summary>Makes a text's result of its row, or where texts are computed one by one, of the scratch that it was written to.</summary>
internal delegate TResult RowReader<TResult>(ReadOnlySpan<float> row, TokenUsage usage, InputScratch scratch);

/// <summary>The same, with results of this type.</summary>
internal sealed class ServiceRequest<TResult>(
    ServiceComputation computation, long[] characters, Action<InputScratch, int> write, RowReader<TResult> read, IProgress<int>? progress, CancellationToken cancellationToken)
    : ServiceRequest(computation, characters, progress, cancellationToken)
{
    private readonly TaskCompletionSource<TResult[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TResult[] _results = new TResult[characters.Length];

    public Task<TResult[]> Task => _completion.Task;

    public override bool HasEnded => _completion.Task.IsCompleted;

    public override void Write(InputScratch scratch, int text) => write(scratch, text);

    public override void Complete()
    {
        _completion.TrySetResult(_results);
        Registration.Unregister();
    }

    public override void Fail(Exception exception)
    {
        _ = exception is OperationCanceledException && Cancellation.IsCancellationRequested
            ? _completion.TrySetCanceled(Cancellation)
            : _completion.TrySetException(exception);
        Registration.Unregister();
    }

    protected override void Keep(int text, ReadOnlySpan<float> row, TokenUsage usage, InputScratch scratch) => _results[text] = read(row, usage, scratch);
}
