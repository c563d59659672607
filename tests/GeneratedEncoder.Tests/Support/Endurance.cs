namespace GeneratedEncoder.Tests;

/// <summary>Thousands of calls of random shapes in a process that does nothing else, and what they left behind.</summary>
internal static class Endurance
{
    private const int Calls = 6000, MostMegabytes = 8;

    /// <summary>Null, or what grew between a third of the calls and their end.</summary>
    public static string? Finding(IReadOnlyList<EncoderCase> encoders)
    {
        List<Subject> subjects = [.. encoders.Select(encoder => Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = 2 }))];
        EntryPoint[] entries =
        [
            .. encoders.Zip(subjects).SelectMany(pair => new[] { 1, 3, 8, 15, 16, 33, 64 }.Where(tokens => tokens <= pair.First.Shape.MaxTokens)
                .SelectMany(tokens => EntryPoint.All(pair.Second, pair.First, tokens))),
        ];
        Random random = new(1);
        (double Megabytes, int Threads, int Handles, int Collections) before = default, after = default;
        for (int call = 0; call <= Calls; call++)
        {
            entries[random.Next(entries.Length)].Call();
            if (call == Calls / 3)
            {
                before = Usage();
            }
        }

        after = Usage();
        subjects.ForEach(subject => subject.Dispose());
        return after.Megabytes - before.Megabytes > MostMegabytes || after.Threads > before.Threads + 1 || after.Handles > before.Handles || after.Collections > before.Collections
            ? $"(megabytes, threads, handles, collections) were {before} after {Calls / 3} calls and {after} after {Calls}."
            : null;
    }

    private static (double, int, int, int) Usage()
    {
        // The collection count first: asking for the others allocates.
        int collections = GC.CollectionCount(0);
        using System.Diagnostics.Process process = System.Diagnostics.Process.GetCurrentProcess();
        int handles = Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount;
        return (process.WorkingSet64 / 1e6, process.Threads.Count, handles, collections);
    }
}
