using System.Runtime.ExceptionServices;

namespace GeneratedEncoder.Runtime;

/// <summary>Does the blocks of a load on several threads: the caller's, and others of the thread pool.</summary>
internal static class LoadBlocks
{
    /// <summary>Does every block, in order on one thread, in any order on several.</summary>
    /// <param name="count">How many blocks.</param>
    /// <param name="threads">The most threads that may work; with 1 none but the caller's is touched.</param>
    /// <param name="work">Does the block of this index.</param>
    /// <remarks>Where blocks fail, the exception is the first one's, as it would be on one thread.</remarks>
    public static void Run(int count, int threads, Action<int> work)
    {
        if (threads <= 1 || count <= 1)
        {
            for (int block = 0; block < count; block++)
            {
                work(block);
            }

            return;
        }

        (int Block, ExceptionDispatchInfo Exception)? first = null;
        object gate = new();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, (block, loop) =>
        {
            try
            {
                work(block);
            }
            catch (Exception e)
            {
                lock (gate)
                {
                    if (!(first?.Block < block))
                    {
                        first = (block, ExceptionDispatchInfo.Capture(e));
                    }
                }

                loop.Break(); // All blocks before this one are still done: one of them may fail, too.
            }
        });
        first?.Exception.Throw();
    }
}
