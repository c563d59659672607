using System.Diagnostics;
using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// What several threads gain over one on a machine that they have for themselves, call after call or now and then, beside a thread that spins, with more threads than
/// processors, and with a second instance at work. One and several threads take turns, round after round.
/// </summary>
internal static class SharedMachine
{
    private const char Separator = '\t';

    private static readonly (string Name, string Situation, int Factor)[] s_situations =
    [
        ("alone", "alone", 1),
        ("alone, a call every 5 ms", "sparse", 1),
        ("alone, a call every 80 ms", "rare", 1),
        ("beside a spinner", "spinner", 1),
        ("twice as many threads as processors", "alone", 2),
        ("twice as many, beside a spinner", "spinner", 2),
        ("two instances at once", "pair", 1),
    ];

    /// <summary>Prints one table for all situations.</summary>
    public static int Run(Options options)
    {
        EncoderCase encoder = options.Encoders("shape", "minilm")[0];
        string lengths = string.Join(',', options.Lengths("lengths", "32,128,512"));
        double seconds = options.Number("seconds", 8);
        Machine.Describe();
        Console.WriteLine($"{encoder.Name}'s shape; medians and means of calls in milliseconds.");
        Console.WriteLine();
        using TemporaryFolder folder = new();
        RandomModel.Create(encoder.Shape, EncoderCase.Seed).Save(folder["model.safetensors"]);
        MarkdownTable table = new(36, "situation", "threads", "n", "1 thread", "several", "ratio", "ratio of means");
        foreach ((string name, string situation, int factor) in s_situations)
        {
            Progress.Report(name);
            int threads = factor * Environment.ProcessorCount;
            Dictionary<string, string?> environment = new() { ["DOTNET_PROCESSOR_COUNT"] = factor == 1 ? null : $"{threads:X}" };
            using Process child = ChildProcess.Start(
                environment, "threads-of", encoder.Name, folder["model.safetensors"], situation, $"{threads}", lengths, seconds.ToString(CultureInfo.InvariantCulture));
            while (child.StandardOutput.ReadLine() is string line)
            {
                table.Row([name, .. line.Split(Separator)]);
            }

            child.WaitForExit();
            if (child.ExitCode != 0)
            {
                throw new InvalidOperationException($"The process for '{name}' failed.");
            }
        }

        return 0;
    }

    /// <summary>The child: prints a row's cells for each length, separated by tabs.</summary>
    public static int RunOne(string[] args)
    {
        if (args is not [string shape, string path, string situation, string threads, string tokenCounts, string seconds])
        {
            throw new UsageException("threads-of takes <shape> <model file> <alone|sparse|rare|spinner|pair> <threads> <lengths> <seconds>.");
        }

        EncoderCase encoder = EncoderCase.Named(shape);
        int count = int.Parse(threads, CultureInfo.InvariantCulture);
        using LoadedEncoder one = encoder.Load(path, 1), several = encoder.Load(path, count);
        using LoadedEncoder otherOne = encoder.Load(path, 1), otherSeveral = encoder.Load(path, count);
        using Spinners spinners = new(situation == "spinner" ? 1 : 0);
        foreach (int tokens in new Options(["--lengths", tokenCounts], "lengths").Lengths("lengths", ""))
        {
            int[] ids = encoder.Ids(tokens);
            List<double>[] times = situation == "pair"
                ? [PairOf(one, otherOne, ids, encoder, seconds), PairOf(several, otherSeveral, ids, encoder, seconds)]
                : InTurn([one, several], ids, encoder, Seconds(seconds), TimeSpan.FromMilliseconds(situation switch { "sparse" => 5, "rare" => 80, _ => 0 }));
            double first = Rounds.Median(times[0]), second = Rounds.Median(times[1]);
            Console.WriteLine(string.Join(
                Separator, threads, tokens, $"{first:F2}", $"{second:F2}", $"{first / second:F2} x", $"{times[0].Average() / times[1].Average():F2} x"));
        }

        return 0;
    }

    private static double Seconds(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Turns of a tenth of a second: shorter ones would begin on the time that a thread has saved while the others had theirs.</summary>
    private static List<double>[] InTurn(LoadedEncoder[] encoders, int[] ids, EncoderCase encoder, double seconds, TimeSpan pause)
    {
        float[] hidden = new float[ids.Length * encoder.Shape.HiddenSize];
        List<double>[] times = [.. encoders.Select(_ => new List<double>())];
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            for (int i = 0; i < encoders.Length; i++)
            {
                times[i].AddRange(Turn(encoders[i], ids, hidden, 0.1, pause));
            }
        }

        return times;
    }

    /// <summary>Two instances called at the same time by a thread each: the times of both.</summary>
    private static List<double> PairOf(LoadedEncoder first, LoadedEncoder second, int[] ids, EncoderCase encoder, string seconds)
    {
        List<double>[] times = new List<double>[2];
        using Crew crew = new(2);
        crew.Run(i => times[i] = Turn(i == 0 ? first : second, ids, new float[ids.Length * encoder.Shape.HiddenSize], Seconds(seconds) / 2, TimeSpan.Zero));
        return [.. times[0], .. times[1]];
    }

    private static List<double> Turn(LoadedEncoder encoder, int[] ids, float[] hidden, double seconds, TimeSpan pause)
    {
        List<double> times = [];
        encoder.Encode(ids, hidden);
        for (long start = Stopwatch.GetTimestamp(); times.Count == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            if (pause > TimeSpan.Zero)
            {
                Thread.Sleep(pause);
            }

            long call = Stopwatch.GetTimestamp();
            encoder.Encode(ids, hidden);
            times.Add(Stopwatch.GetElapsedTime(call).TotalMilliseconds);
        }

        return times;
    }
}
