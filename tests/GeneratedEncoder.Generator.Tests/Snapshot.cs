using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>
/// Compares text with a file beside the test, in Verify's conventions: Class.Method#Hint.verified.cs is what was
/// approved, Class.Method#Hint.received.cs what came instead. tests/README.md says how to approve, and why this helper
/// stands where Verify.SourceGenerators would.
/// </summary>
internal static partial class Snapshot
{
    public static void Verify(string text, string hint, string className, [CallerMemberName] string method = "", [CallerFilePath] string sourceFile = "")
    {
        string start = Path.Combine(Path.GetDirectoryName(sourceFile)!, "Snapshots", $"{className}.{method}#{hint}");
        string verified = start + ".verified.cs", received = start + ".received.cs";
        string scrubbed = Version().Replace(text, "GeneratedEncoder <version>");
        if (File.Exists(verified) && File.ReadAllText(verified) == scrubbed)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, scrubbed);
        Assert.Fail($"'{received}' differs from what was approved. If the change is meant, rename it to .verified.cs.");
    }

    [GeneratedRegex(@"GeneratedEncoder \d+\.\d+\.\d+")]
    private static partial Regex Version();
}
