using System.Diagnostics;
using System.Xml.Linq;

namespace GeneratedEncoder.Benchmarks.Trust;

/// <summary>What became of one test, or of one case of it.</summary>
/// <param name="Test">Its full name, with its class and without its arguments.</param>
/// <param name="Outcome">The runner's word: Passed, Failed, NotExecuted, or another.</param>
internal readonly record struct TestResult(string Test, string Outcome);

/// <summary>`dotnet test`, and the .trx files that it writes.</summary>
internal static class TestRun
{
    /// <summary>Runs a project's tests that these guards cover, and leaves their results in a folder.</summary>
    public static void Run(string project, IEnumerable<Guard> guards, string results)
    {
        string filter = string.Join('|', guards.Select(guard => "FullyQualifiedName~" + guard.FullName).Distinct());
        ProcessStartInfo info = new("dotnet", ["test", project, "-c", "Release", "--filter", filter, "--logger", "trx", "--results-directory", results])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(info)!;
        string log = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            // Of tests that failed, and of a project that didn't compile.
            Console.Error.WriteLine(log);
        }
    }

    /// <summary>A result for each test and case in a folder's .trx files.</summary>
    public static IEnumerable<TestResult> Read(string results) => Directory.EnumerateFiles(results, "*.trx", SearchOption.AllDirectories).SelectMany(ReadFile);

    private static IEnumerable<TestResult> ReadFile(string path)
    {
        XElement run = XElement.Load(path);
        XNamespace xmlns = run.Name.Namespace;
        Dictionary<string, string> names = run.Descendants(xmlns + "UnitTest")
            .ToDictionary(test => test.Attribute("id")!.Value, test => FullName(test.Element(xmlns + "TestMethod")!));
        return run.Descendants(xmlns + "UnitTestResult")
            .Select(result => new TestResult(names[result.Attribute("testId")!.Value], result.Attribute("outcome")!.Value));
    }

    private static string FullName(XElement method) => $"{method.Attribute("className")!.Value}.{method.Attribute("name")!.Value.Split('(')[0]}";
}
