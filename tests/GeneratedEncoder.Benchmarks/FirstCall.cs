using System.Diagnostics;
using System.Runtime;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What a user waits for who starts a process to encode one text.</summary>
internal static class FirstCall
{
    /// <summary>Length of the text.</summary>
    public const int Tokens = 16;

    private const int WarmCalls = 9;

    /// <summary>What <see cref="Medians"/> gives, as a table's heads: the first three and the last add up, and what was compiled is part of them.</summary>
    public static readonly string[] Columns = ["start ms", "load ms", "first call ms", "of these JIT ms", "tenth call ms", "start to first result ms"];

    /// <summary>The child: loads, calls, and prints its times in milliseconds.</summary>
    public static int Run(string[] args)
    {
        if (args is not [("ours" or "onnx") and string which, string name, string path, .. { Length: <= 1 } cache])
        {
            throw new UsageException("first-call takes <ours|onnx> <shape> <model file> [folder of kept weights].");
        }

        EncoderCase encoder = EncoderCase.Named(name);
        int[] ids = Enumerable.Range(1000, Tokens).ToArray();
        float[] hidden = new float[Tokens * encoder.Shape.HiddenSize];

        long start = Stopwatch.GetTimestamp();
        using LoadedEncoder loaded = which == "ours" ? encoder.Open(path, new EncoderOptions { PackedWeightsCache = cache.FirstOrDefault() }) : LoadOnnx(path);
        Print(start);

        start = Stopwatch.GetTimestamp();
        loaded.Encode(ids, hidden);
        Print(start);
        Console.WriteLine($"{JitInfo.GetCompilationTime().TotalMilliseconds}");

        for (int i = 0; i < WarmCalls; i++)
        {
            start = Stopwatch.GetTimestamp();
            loaded.Encode(ids, hidden);
        }

        Print(start);
        return 0;
    }

    /// <summary>Medians over several children, of each of <see cref="Columns"/>.</summary>
    public static string[] Medians(string which, EncoderCase encoder, string path, int times, params string[] cache)
    {
        List<double>[] columns = [.. Columns.Select(_ => new List<double>())];
        for (int i = 0; i < times; i++)
        {
            double[] child = Start(which, encoder, path, cache);
            for (int column = 0; column < columns.Length; column++)
            {
                columns[column].Add(child[column]);
            }
        }

        return [.. columns.Select(column => $"{Rounds.Median(column):F1}")];
    }

    /// <summary>Start to first result as the parent measures it, the others as the child does; what it took to start is what is left.</summary>
    private static double[] Start(string which, EncoderCase encoder, string path, string[] cache)
    {
        long start = Stopwatch.GetTimestamp();
        using Process child = ChildProcess.Start(new Dictionary<string, string?>(), ["first-call", which, encoder.Name, path, .. cache]);
        double load = Read(), first = Read(), all = Stopwatch.GetElapsedTime(start).TotalMilliseconds, compiling = Read(), tenth = Read();
        child.WaitForExit();
        return [all - load - first, load, first, compiling, tenth, all];

        double Read() => double.Parse(
            child.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The process for '{which}' ended without a result."));
    }

    private static LoadedEncoder LoadOnnx(string path)
    {
        OnnxSession session = OnnxSession.Open(path);
        return new LoadedEncoder(session, session.Encode);
    }

    private static void Print(long start) => Console.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalMilliseconds}");
}
