namespace GeneratedEncoder.Tests;

/// <summary>Many threads on few instances: whatever each calls gives the bits that it gives alone.</summary>
internal static class Crowd
{
    public const int Threads = 64;

    /// <summary>Runs all threads to their end, and rethrows what any of them threw.</summary>
    /// <param name="encoders">Two instances of each: one that lets two calls in at a time, on two threads each where it may, and one of the defaults.</param>
    /// <param name="calls">Calls of each thread.</param>
    public static void Run(IReadOnlyList<EncoderCase> encoders, int calls)
    {
        List<(EncoderCase Encoder, Subject Subject)> instances = [.. encoders.SelectMany(encoder => new[]
        {
            (encoder, Subject.Load(encoder, new EncoderOptions { MaxConcurrentCalls = 2, MaxDegreeOfParallelism = 2 })),
            (encoder, Subject.Load(encoder)),
        })];
        try
        {
            // What each instance gives when nothing else runs, for texts of some lengths.
            int[] lengths = [1, 7, 16, 33];
            float[][][][][] expected = [.. instances.Select(instance => lengths.Select(tokens => EntriesOf(instance, tokens).Select(OutputsOf).ToArray()).ToArray())];
            using Barrier start = new(Threads);

            RunOnThreads(thread =>
            {
                Random random = new(thread);
                EntryPoint[][][] entries = [.. instances.Select(instance => lengths.Select(tokens => EntriesOf(instance, tokens)).ToArray())];
                start.SignalAndWait();
                for (int call = 0; call < calls; call++)
                {
                    int instance = random.Next(instances.Count), length = random.Next(lengths.Length), entry = random.Next(entries[instance][length].Length);
                    EntryPoint point = entries[instance][length][entry];
                    point.Call();
                    for (int i = 0; i < point.Outputs.Length; i++)
                    {
                        Bits.AssertSame(expected[instance][length][entry][i], point.Outputs[i], $"{instances[instance].Encoder.Name}.{point.Name}");
                        Array.Clear(point.Outputs[i]);
                    }
                }
            });
        }
        finally
        {
            instances.ForEach(instance => instance.Subject.Dispose());
        }
    }

    private static EntryPoint[] EntriesOf((EncoderCase Encoder, Subject Subject) instance, int tokens) =>
        [.. EntryPoint.All(instance.Subject, instance.Encoder, Math.Min(tokens, instance.Encoder.Shape.MaxTokens))];

    private static float[][] OutputsOf(EntryPoint entry)
    {
        entry.Call();
        return [.. entry.Outputs.Select(output => output.ToArray())];
    }

    private static void RunOnThreads(Action<int> body) => Task.WaitAll([.. Enumerable.Range(0, Threads).Select(thread =>
        Task.Factory.StartNew(() => body(thread), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
}
