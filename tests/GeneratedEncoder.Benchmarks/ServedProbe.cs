using System.Diagnostics;
using System.Globalization;

namespace GeneratedEncoder.Benchmarks;

/// <summary>GeneratedEncoder.AotProbe in a process of its own, that encodes when it is told to.</summary>
internal sealed class ServedProbe : IDisposable
{
    private const int FewestRounds = 9;
    private const double TurnMilliseconds = 25, WarmUpMilliseconds = 200;

    private readonly Process _process;

    /// <summary>Starts it and waits until its model is loaded.</summary>
    public ServedProbe(string program, string shape, string model, IReadOnlyDictionary<string, string?> environment)
    {
        _process = Start(program, environment, "serve", shape, model);
        Bits = ReadLine(_process);
    }

    /// <summary>Its vectors' width.</summary>
    public string Bits { get; }

    /// <summary>Starts any program with redirected input and output.</summary>
    public static Process Start(string program, IReadOnlyDictionary<string, string?> environment, params string[] args)
    {
        ProcessStartInfo info = new(program, args) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string? value) in environment)
        {
            info.Environment[name] = value;
        }

        return Process.Start(info)!;
    }

    /// <summary>A program's first line, and how long after its start it came.</summary>
    public static (string Line, double Milliseconds) FirstLine(string program, string[] args)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Start(program, new Dictionary<string, string?>(), args);
        string line = ReadLine(process);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (line, milliseconds);
    }

    /// <summary>Lets each encode texts of this length in turn. Returns the medians of their calls, in milliseconds.</summary>
    public static double[] MeasureInTurn(ServedProbe[] probes, int tokens, double seconds)
    {
        double[] one = Array.ConvertAll(probes, probe => probe.Encode(tokens, 3).Min());
        for (int i = 0; i < probes.Length; i++)
        {
            // Until the JIT has had its time.
            probes[i].Encode(tokens, 1 + (int)(WarmUpMilliseconds / one[i]));
        }

        List<double>[] times = Array.ConvertAll(probes, _ => new List<double>());
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < FewestRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; round++)
        {
            for (int i = 0; i < probes.Length; i++)
            {
                times[i].AddRange(probes[i].Encode(tokens, 1 + (int)(TurnMilliseconds / one[i])));
            }
        }

        return Array.ConvertAll(times, Rounds.Median);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private double[] Encode(int tokens, int calls)
    {
        _process.StandardInput.WriteLine($"{tokens} {calls}");
        return Array.ConvertAll(ReadLine(_process).Split(' '), time => double.Parse(time, CultureInfo.InvariantCulture));
    }

    private static string ReadLine(Process process) =>
        process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"'{process.StartInfo.FileName}' ended without a result.");
}
