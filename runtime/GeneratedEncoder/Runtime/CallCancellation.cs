using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A token that this thread's next calls listen to while they wait for a workspace. It goes by the thread and not by an argument, so that every
/// call of every encoder has it, and none has it that nobody cancels. For libraries that call generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct CallCancellation : IDisposable
{
    [ThreadStatic]
    private static CancellationToken _token;

    private readonly CancellationToken _before;

    private CallCancellation(CancellationToken before) => _before = before;

    /// <summary>Has the thread's calls listen to a token until the result is disposed of.</summary>
    /// <exception cref="OperationCanceledException">It is cancelled already.</exception>
    public static CallCancellation Listen(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CallCancellation listening = new(_token);
        _token = cancellationToken;
        return listening;
    }

    /// <summary>Has the thread's calls listen to what they listened to before.</summary>
    public void Dispose() => _token = _before;

    /// <summary>Waits for a signal that takes itself back.</summary>
    /// <exception cref="OperationCanceledException">The thread's token was cancelled, and the signal was not taken.</exception>
    internal static void Wait(AutoResetEvent signal)
    {
        CancellationToken token = _token;
        if (!token.CanBeCanceled)
        {
            signal.WaitOne();
        }
        else if (WaitHandle.WaitAny([signal, token.WaitHandle]) != 0)
        {
            throw new OperationCanceledException(token);
        }
    }
}
