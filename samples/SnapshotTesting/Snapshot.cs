using System.Reflection;
using System.Text.RegularExpressions;

namespace SnapshotTesting;

/// <summary>
/// Compares a text with an approved file, by the conventions of Verify: name.verified.cs is what was approved, name.received.cs
/// what came instead.
/// </summary>
internal static partial class Snapshot
{
    /// <summary>Fails if the text is not what was approved, and leaves it beside the approved file, to be compared.</summary>
    public static void Verify(string text, string name)
    {
        string verified = Path.Combine(FolderOf("Snapshots"), name + ".verified.cs"), received = Path.Combine(FolderOf("Snapshots"), name + ".received.cs");
        string scrubbed = Version().Replace(text, "GeneratedEncoder <version>");
        if (File.Exists(verified) && File.ReadAllText(verified).ReplaceLineEndings("\n") == scrubbed)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, scrubbed);
        Assert.Fail($"This is not what was approved: {received}\nCompare it with {Path.GetFileName(verified)}. If the change is meant, let it take that name.");
    }

    /// <summary>A folder that the project file names.</summary>
    public static string FolderOf(string name) =>
        typeof(Snapshot).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == name).Value!;

    /// <summary>A new version with the same code is no change.</summary>
    [GeneratedRegex(@"GeneratedEncoder \d+\.\d+\.\d+")]
    private static partial Regex Version();
}
