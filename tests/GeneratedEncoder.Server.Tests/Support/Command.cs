using System.ComponentModel;
using System.Diagnostics;

namespace GeneratedEncoder.Server.Tests;

/// <summary>A program that runs to its end.</summary>
internal static class Command
{
    /// <summary>Runs it, and returns its exit code and all that it said.</summary>
    public static (int Code, string Text) Run(string folder, string program, string[] arguments, Dictionary<string, string> environment)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} didn't end.");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }

    /// <summary>Whether it can be started.</summary>
    public static bool Exists(string program)
    {
        try
        {
            return Run(Path.GetTempPath(), program, ["--version"], []).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
