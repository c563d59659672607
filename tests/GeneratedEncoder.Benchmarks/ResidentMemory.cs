using System.Diagnostics;
using System.Globalization;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What this process has resident, in bytes.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Peak">The most that it was.</param>
/// <param name="Anonymous">What no file stands behind; 0 where the system doesn't tell.</param>
/// <param name="Files">Pages of files; 0 where the system doesn't tell.</param>
internal sealed record ResidentMemory(long Total, long Peak, long Anonymous, long Files)
{
    private const string Status = "/proc/self/status";

    /// <summary>As it is now, with garbage that nobody refers to collected.</summary>
    public static ResidentMemory Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (!File.Exists(Status))
        {
            using Process process = Process.GetCurrentProcess();
            return new(process.WorkingSet64, process.PeakWorkingSet64, 0, 0);
        }

        string[] lines = File.ReadAllLines(Status);
        return new(Of("VmRSS"), Of("VmHWM"), Of("RssAnon"), Of("RssFile") + Of("RssShmem"));

        // "VmRSS:     1234 kB"
        long Of(string name) => lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal)) is { } line
            ? 1024 * long.Parse(line[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.Integer | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture)
            : 0;
    }
}
