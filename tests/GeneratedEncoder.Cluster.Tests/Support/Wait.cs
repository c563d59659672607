using System.Diagnostics;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Waiting for what other processes do.</summary>
internal static class Wait
{
    /// <summary>Long enough for a machine that is busy with other work.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Asks until it is so.</summary>
    /// <param name="what">What is waited for, for the failure's message.</param>
    /// <param name="isSo">The question.</param>
    /// <param name="explain">What to say beside it when it never became so: the processes' output, for one.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, Func<string> explain)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(watch.Elapsed < Limit, $"Waited in vain for this: {what}\n{explain()}");
            await Task.Delay(10);
        }
    }
}
