namespace GeneratedEncoder.Runtime;

/// <summary>
/// A lock to be held for a few instructions. Entering it can't fail: it allocates nothing, and no interrupt ends it, as either may with a
/// Monitor that another thread holds. It doesn't know its holder, and must not be entered twice.
/// </summary>
internal struct ShortLock
{
    private int _taken;

    public void Enter()
    {
        while (Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
        {
            Thread.Yield();
        }
    }

    public void Exit() => Volatile.Write(ref _taken, 0);
}
