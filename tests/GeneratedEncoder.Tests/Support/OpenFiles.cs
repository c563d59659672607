namespace GeneratedEncoder.Tests;

/// <summary>The files that this process has open or mapped into memory; known on Linux only.</summary>
internal static class OpenFiles
{
    private const string Descriptors = "/proc/self/fd", Mappings = "/proc/self/maps";

    public static bool AreKnown => Directory.Exists(Descriptors) && File.Exists(Mappings);

    public static bool Contain(string path) =>
        Directory.EnumerateFileSystemEntries(Descriptors).Any(descriptor => new FileInfo(descriptor).LinkTarget == path) || AreMapped(path);

    /// <summary>Whether a file that is cut short would take the process along.</summary>
    public static bool AreMapped(string path) => File.ReadLines(Mappings).Any(line => line.Contains(path, StringComparison.Ordinal));
}
