using System.Diagnostics;
using System.Globalization;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What a process of the sample says when it is done.</summary>
/// <param name="Computed">Texts that it computed.</param>
/// <param name="Seconds">Time from when model and corpus were read.</param>
/// <param name="Cpu">Seconds of processor time since then.</param>
/// <param name="Encoder">Those of the encoder's threads.</param>
internal sealed record ClusterRun(long Computed, double Seconds, double Cpu, double Encoder)
{
    /// <summary>Reads "complete: rows=.. distinct=.. computed=.. seconds=.. cpu=.. encoder-cpu=..".</summary>
    public static ClusterRun Parse(string line)
    {
        Dictionary<string, string> values = line.Split(' ')[1..].Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return new ClusterRun(long.Parse(values["computed"], CultureInfo.InvariantCulture), Number("seconds"), Number("cpu"), values.ContainsKey("encoder-cpu") ? Number("encoder-cpu") : double.NaN);

        double Number(string name) => double.Parse(values[name], CultureInfo.InvariantCulture);
    }

    public static ClusterRun Sum(IReadOnlyCollection<ClusterRun> runs) =>
        new(runs.Sum(run => run.Computed), runs.Sum(run => run.Seconds), runs.Sum(run => run.Cpu), runs.Sum(run => run.Encoder));
}

/// <summary>samples/EmbeddingCluster as it is built and started.</summary>
internal static class ClusterSample
{
    /// <summary>Builds it, and returns the assembly to start.</summary>
    public static string Build()
    {
        string folder = Path.Combine(Repository.RootOf(AppContext.BaseDirectory), "samples/EmbeddingCluster");
        Progress.Report("building samples/EmbeddingCluster");
        using Process build = ServedProbe.Start("dotnet", new Dictionary<string, string?>(), ["build", "-c", "Release", folder, "-nodeReuse:false"]);
        string log = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        return build.ExitCode == 0 ? Path.Combine(folder, "bin/Release/net10.0/EmbeddingCluster.dll") : throw new InvalidOperationException(log);
    }

    /// <summary>Starts a process of it; its standard output is the caller's to read.</summary>
    public static Process Start(string sample, params string[] arguments) => ServedProbe.Start("dotnet", new Dictionary<string, string?>(), [sample, .. arguments]);

    /// <summary>Embeds a corpus. Returns null where that failed, which the process says on its standard error.</summary>
    public static ClusterRun? Embed(string sample, params string[] arguments)
    {
        using Process process = Start(sample, ["embed", .. arguments]);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? ClusterRun.Parse(output.TrimEnd().Split('\n')[^1].Trim()) : null;
    }
}
