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
    /// <summary>Compares several texts, by hint, and fails once for all that differ.</summary>
    public static void Verify(
        IEnumerable<(string Hint, string Text)> texts, string className, [CallerMemberName] string method = "", [CallerFilePath] string sourceFile = "", string extension = "cs")
    {
        string folder = Path.Combine(Path.GetDirectoryName(sourceFile)!, "Snapshots");
        string[] different = [.. texts.Select(text => Received(text.Text, Path.Combine(folder, $"{className}.{method}#{text.Hint}"), extension)).OfType<string>()];
        Assert.True(different.Length == 0, $"What was generated differs from what was approved. If the change is meant, rename to .verified.{extension}:\n{string.Join("\n", different)}");
    }

    /// <summary>The path of the received file, if the text is not what was approved.</summary>
    private static string? Received(string text, string start, string extension)
    {
        string verified = $"{start}.verified.{extension}", received = $"{start}.received.{extension}";
        string scrubbed = Version().Replace(text, "<version>");
        if (File.Exists(verified) && File.ReadAllText(verified) == scrubbed)
        {
            File.Delete(received);
            return null;
        }

        File.WriteAllText(received, scrubbed);
        return received;
    }

    [GeneratedRegex(@"(?<=GeneratedEncoder(?:"", ""| ))\d+\.\d+\.\d+")]
    private static partial Regex Version();
}
