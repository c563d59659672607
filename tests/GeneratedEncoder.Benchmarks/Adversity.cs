using System.Diagnostics;
using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// Minutes of whatever may befall an encoder, at random: callers that are interrupted, spinners, files that are cut short, an instance that
/// is disposed of in the middle, one that is forgotten, on 1 to 8 threads. Every call gives its own bits or an exception that is documented, with
/// nothing written, and every round ends.
/// </summary>
internal static class Adversity
{
    private const int MostThreads = 8;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly int[] s_lengths = [1, 16, 33, 80];

    /// <summary>Starts the loop in a process that believes in 8 processors, and says how it ended.</summary>
    public static int Run(Options options)
    {
        double minutes = options.Number("minutes", 5), seed = options.Number("seed", 1);
        Dictionary<string, string?> environment = new() { ["DOTNET_PROCESSOR_COUNT"] = $"{MostThreads:X}" };
        using Process child = ChildProcess.Start(
            environment, "adversity-loop", (60 * minutes).ToString(CultureInfo.InvariantCulture), seed.ToString(CultureInfo.InvariantCulture));
        while (child.StandardOutput.ReadLine() is { } line)
        {
            Console.WriteLine(line);
        }

        child.WaitForExit();
        Console.WriteLine(child.ExitCode == 0 ? "Nothing went wrong." : $"The loop ended with exit code {child.ExitCode}.");
        return child.ExitCode;
    }

    /// <summary>The child. Arguments: seconds, seed.</summary>
    public static int RunLoop(string[] args)
    {
        if (args is not [string seconds, string seed])
        {
            throw new UsageException("adversity-loop takes <seconds> <seed>.");
        }

        Random random = new((int)double.Parse(seed, CultureInfo.InvariantCulture));
        using TemporaryFolder folder = new();
        EncoderCase encoder = EncoderCase.Named("minilm"); // Its word table stays in the file, which can so be missed.
        RandomModel.Create(encoder.Shape, EncoderCase.Seed).Save(folder["model.safetensors"]);
        int[][] texts = [.. s_lengths.Select(encoder.Ids)];
        float[][] expected = [.. texts.Select(text => new float[text.Length * encoder.Shape.HiddenSize])];
        using (LoadedEncoder alone = encoder.Load(folder["model.safetensors"]))
        {
            for (int i = 0; i < texts.Length; i++)
            {
                alone.Encode(texts[i], expected[i]);
            }
        }

        double end = double.Parse(seconds, CultureInfo.InvariantCulture);
        int rounds = 0;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < end; rounds++)
        {
            // A file of its own for each: an encoder that a round forgot has its file open until it is collected.
            string file = folder[$"round{rounds}.safetensors"];
            File.Copy(folder["model.safetensors"], file);
            Round round = new(encoder, file, texts, expected, random.Next());
            if (round.Run() is { } finding)
            {
                Console.WriteLine($"Round {rounds}, {round}: {finding}");
                return 1;
            }

            File.Delete(file);
            if (rounds % 20 == 0)
            {
                Console.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds,5:F0} s, round {rounds}: {round}");
            }
        }

        Console.WriteLine($"{rounds} rounds.");
        return 0;
    }

    /// <summary>One instance, some callers, and what befalls them.</summary>
    private sealed class Round(EncoderCase encoder, string path, int[][] texts, float[][] expected, int seed)
    {
        private readonly Random _random = new(seed);
        private int _finished, _refused;
        private string? _finding;
        private bool _over;

        public override string ToString() => $"seed {seed}: {_finished} calls finished, {_refused} refused";

        public string? Run()
        {
            int threads = _random.Next(1, MostThreads + 1), calls = _random.Next(1, 4), callers = _random.Next(1, MostThreads + 1);
            bool interrupts = _random.Next(2) == 0, cuts = _random.Next(4) == 0, disposes = _random.Next(3) == 0, forgets = !disposes && _random.Next(3) == 0;
            LoadedEncoder instance = encoder.Open(path, new EncoderOptions { MaxDegreeOfParallelism = threads, MaxConcurrentCalls = calls });
            using Spinners spinners = new(_random.Next(3));
            Thread[] all = [.. Enumerable.Range(0, callers).Select(caller => new Thread(() => Call(instance, caller)) { IsBackground = true })];
            Array.ForEach(all, thread => thread.Start());
            long length = new FileInfo(path).Length;
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 1;)
            {
                if (interrupts)
                {
                    all[_random.Next(callers)].Interrupt();
                }

                Thread.Sleep(_random.Next(3));
                if (cuts && _random.Next(100) == 0)
                {
                    using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                    file.SetLength(length / 2);
                }

                if (disposes && _random.Next(200) == 0)
                {
                    instance.Dispose();
                }
            }

            Volatile.Write(ref _over, true);
            if (!all.All(thread => thread.Join(s_patience)))
            {
                return "a call never ends.";
            }

            if (!forgets)
            {
                instance.Dispose();
            }

            return _finding;
        }

        private void Call(LoadedEncoder instance, int caller)
        {
            Random random = new(seed + caller);
            while (!Volatile.Read(ref _over))
            {
                int text = random.Next(texts.Length);
                float[] hidden = new float[expected[text].Length];
                Array.Fill(hidden, float.NaN);
                try
                {
                    instance.Encode(texts[text], hidden);
                    Interlocked.Increment(ref _finished);
                    if (!hidden.AsSpan().SequenceEqual(expected[text]))
                    {
                        _finding = $"a call of {texts[text].Length} tokens gave other values.";
                    }
                }
                catch (Exception e) when (e is ThreadInterruptedException or ObjectDisposedException or InvalidDataException)
                {
                    Interlocked.Increment(ref _refused);
                    if (!hidden.All(float.IsNaN))
                    {
                        _finding = $"a call of {texts[text].Length} tokens wrote before its {e.GetType().Name}.";
                    }
                }
                catch (Exception e)
                {
                    _finding = e.ToString();
                }
            }
        }
    }
}
