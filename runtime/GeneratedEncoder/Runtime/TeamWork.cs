using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Work that threads share: phases one after another, each of blocks that can be computed in any order, at the same time and by any
/// thread. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class TeamWork
{
    /// <summary>Prepares a phase. Called by one thread, when every block of the phases before is done and none of this one is begun.</summary>
    /// <param name="phase">0, 1, 2, ...</param>
    /// <returns>How many blocks it has; 0 if the phase before was the last.</returns>
    public abstract int Begin(int phase);

    /// <summary>Computes a block; called once for each.</summary>
    /// <param name="phase">The phase that was begun last.</param>
    /// <param name="block">Its number in the phase.</param>
    /// <param name="thread">The thread's number, 0 for the caller's own: what a block needs for itself alone is the thread's.</param>
    public abstract void Run(int phase, int block, int thread);

    /// <summary>
    /// Into how many blocks rows are cut: as few as possible of at most <paramref name="most"/> rows, but as many for each thread, so that
    /// threads that nobody disturbs end at the same time.
    /// </summary>
    protected static int BlocksOf(int rows, int threads, int most)
    {
        long round = (long)threads * most;
        return (int)Math.Min(rows, (rows + round - 1) / round * threads);
    }

    /// <summary>A block's rows, when they are cut into blocks that are all nearly equal.</summary>
    protected static (int First, int End) RowsOf(int block, int blocks, int rows) =>
        ((int)((long)rows * block / blocks), (int)((long)rows * (block + 1) / blocks));
}
