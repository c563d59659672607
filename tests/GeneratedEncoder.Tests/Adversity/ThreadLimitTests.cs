namespace GeneratedEncoder.Tests;

/// <summary>Where a thread can't be started, the calls compute with those that there are.</summary>
public sealed class ThreadLimitTests
{
    /// <summary>The limit holds for nobody who is root: then the process runs as another user.</summary>
    [SkippableTheory]
    [InlineData(2)]
    [InlineData(4)]
    public void Calls_go_on_without_threads_and_have_them_when_the_limit_is_lifted(int threads)
    {
        const string setpriv = "/usr/bin/setpriv";
        bool isRoot = Environment.UserName == "root";
        Skip.IfNot(OperatingSystem.IsLinux() && (!isRoot || File.Exists(setpriv)), "Limits threads as Linux does, and as another user than root.");
        ChildProcess.RunUnder(
            isRoot ? [setpriv, "--reuid=54321", "--clear-groups", "--inh-caps=-all"] : [],
            ["thread-limit", nameof(WideFirstToken), $"{threads}"],
            ("DOTNET_PROCESSOR_COUNT", "4"), ("HOME", Path.GetTempPath()));
    }
}
