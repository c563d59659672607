using System.Diagnostics;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What a process left.</summary>
/// <param name="Output">Its standard output.</param>
/// <param name="Failure">How it ended, if it failed: a sentence.</param>
internal sealed record ChildResult(string Output, string? Failure);

/// <summary>This program in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>What .NET adds to the number of the signal that ended a process, and the signal that the system sends when memory is out.</summary>
    private const int Signals = 128, Kill = 9;

    /// <summary>Runs it to its end, however it ends; what it says on its standard error is said.</summary>
    /// <param name="args">The verb and its arguments.</param>
    public static ChildResult Run(params string[] args)
    {
        using Process process = Start(new Dictionary<string, string?>(), args);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(output, process.ExitCode switch
        {
            0 => null,
            Signals + Kill => "the system ended the process (signal 9), most likely for want of memory.",
            > Signals => $"the process was ended by signal {process.ExitCode - Signals}.",
            _ => $"the process failed with exit code {process.ExitCode}; its standard error says why.",
        });
    }

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
