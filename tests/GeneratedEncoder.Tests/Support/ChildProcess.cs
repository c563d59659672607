using System.Diagnostics;

namespace GeneratedEncoder.Tests;

/// <summary>Runs a scenario of Program.cs in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>A scenario takes seconds; one that takes so long hangs.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits for the scenario to end, and fails with what it wrote if it failed.</summary>
    /// <param name="arguments">The scenario's name and its arguments.</param>
    /// <param name="environment">Variables to set; null: to leave unset, whatever this process runs under.</param>
    public static void Run(IEnumerable<string> arguments, params IEnumerable<(string Name, string? Value)> environment) =>
        RunUnder([], arguments, environment);

    /// <summary>Likewise, by a program that runs another: taskset.</summary>
    /// <param name="runner">The program and its arguments; none to run the scenario directly.</param>
    /// <param name="arguments">The scenario's name and its arguments.</param>
    /// <param name="environment">Variables to set or unset.</param>
    public static void RunUnder(IEnumerable<string> runner, IEnumerable<string> arguments, params IEnumerable<(string Name, string? Value)> environment)
    {
        string[] command = [.. runner, DotnetHost(), "exec", typeof(ChildProcess).Assembly.Location, .. arguments];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardError = true };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{string.Join(' ', arguments)}' hangs.");
        }

        Assert.True(process.ExitCode == 0, $"Exit code {process.ExitCode}. {errors.Result}");
    }

    /// <summary>The dotnet that runs this test, or the one on the path.</summary>
    private static string DotnetHost() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
}
