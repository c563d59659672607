using System.Diagnostics;

namespace GeneratedEncoder.Benchmarks;

/// <summary>This program in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>Starts it; its standard output is the caller's to read.</summary>
    /// <param name="environment">Environment variables to set, or to remove where there is no value.</param>
    /// <param name="args">The verb and its arguments.</param>
    public static Process Start(IReadOnlyDictionary<string, string?> environment, params string[] args)
    {
        string host = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileName(host) is "dotnet" or "dotnet.exe";
        string[] program = isDotnet ? [typeof(ChildProcess).Assembly.Location] : [];
        ProcessStartInfo info = new(host, [.. program, .. args]) { RedirectStandardOutput = true };
        foreach ((string name, string? value) in environment)
        {
            info.Environment[name] = value;
        }

        return Process.Start(info)!;
    }
}
