using System.Diagnostics;
using System.Globalization;
using ScottPlot;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Minutes of random shapes, ours and ONNX Runtime in a process each: memory, threads, handles and collections over time.</summary>
internal static class Soak
{
    private const int Warmup = 5; // the first fifth of the time

    /// <summary>Runs both loops beside each other, prints what became of either, and plots their memory.</summary>
    public static int Run(Options options)
    {
        double minutes = options.Number("minutes", 10);
        EncoderCase encoder = options.Encoders("shape", "tiny")[0];
        Machine.Describe();
        Task<List<SoakSample>>[] loops = [.. new[] { "ours", "onnx" }.Select(whose => Task.Run(() => Collect(whose, encoder.Name, 60 * minutes)))];
        List<SoakSample> ours = loops[0].Result, onnx = loops[1].Result;

        Console.WriteLine($"{encoder.Name}: texts and batches of random lengths, {minutes} minutes; slopes after the first fifth.");
        Console.WriteLine();
        MarkdownTable table = new(14, "", "calls", "MB after a fifth", "MB at the end", "kB a minute", "+-", "threads", "handles", "gen 0", "gen 1", "gen 2");
        Describe(table, "ours", ours);
        Describe(table, "ONNX Runtime", onnx);
        string path = options.Text("plot", "soak.png");
        Draw(path, encoder.Name, ours, onnx);
        Console.WriteLine();
        Console.WriteLine($"The plot is {path}.");
        return 0;
    }

    private static List<SoakSample> Collect(string whose, string encoder, double seconds)
    {
        using Process process = ChildProcess.Start(new Dictionary<string, string?>(), "soak-loop", whose, encoder, seconds.ToString(CultureInfo.InvariantCulture));
        List<SoakSample> samples = [];
        while (process.StandardOutput.ReadLine() is { } line)
        {
            samples.Add(SoakSample.Parse(line));
        }

        process.WaitForExit();
        return process.ExitCode == 0 ? samples : throw new InvalidOperationException($"The loop of {whose} ended with exit code {process.ExitCode}.");
    }

    private static void Describe(MarkdownTable table, string name, List<SoakSample> samples)
    {
        SoakSample[] after = [.. samples.Skip(samples.Count / Warmup)];
        (double slope, double error) = Slope(after);
        SoakSample first = after[0], last = after[^1];
        table.Row(
            name, $"{last.Calls}", $"{first.Megabytes:F1}", $"{last.Megabytes:F1}", $"{1000 * slope:F0}", $"{2000 * error:F0}",
            $"{first.Threads} to {last.Threads}", $"{first.Handles} to {last.Handles}",
            $"{last.Gen0 - first.Gen0}", $"{last.Gen1 - first.Gen1}", $"{last.Gen2 - first.Gen2}");
    }

    /// <summary>Megabytes a minute by least squares, and the standard error of that.</summary>
    private static (double Slope, double Error) Slope(SoakSample[] samples)
    {
        double time = samples.Average(s => s.Seconds), memory = samples.Average(s => s.Megabytes);
        double spread = samples.Sum(s => (s.Seconds - time) * (s.Seconds - time));
        double slope = samples.Sum(s => (s.Seconds - time) * (s.Megabytes - memory)) / spread;
        double rest = samples.Sum(s => Math.Pow(s.Megabytes - memory - slope * (s.Seconds - time), 2)) / (samples.Length - 2);
        return (60 * slope, 60 * Math.Sqrt(rest / spread));
    }

    private static void Draw(string path, string encoder, List<SoakSample> ours, List<SoakSample> onnx)
    {
        using Plot plot = new();
        foreach ((string name, List<SoakSample> samples) in new[] { ("GeneratedEncoder", ours), ("ONNX Runtime", onnx) })
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(samples.Select(s => s.Seconds / 60).ToArray(), samples.Select(s => s.Megabytes).ToArray());
            line.LegendText = name;
            line.LineWidth = 2;
        }

        plot.Title($"Resident memory over texts and batches of random lengths ({encoder})");
        plot.XLabel("minutes");
        plot.YLabel("MB");
        plot.Axes.SetLimitsY(0, 1.15 * ours.Concat(onnx).Max(s => s.Megabytes));
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 900, 450);
    }
}
