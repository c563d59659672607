namespace GeneratedEncoder.Tests;

/// <summary>What this process has mapped into memory; known on Linux only.</summary>
internal static class Mappings
{
    public static bool AreKnown => File.Exists("/proc/self/maps");

    public static bool Contain(string path) => File.ReadLines("/proc/self/maps").Any(line => line.Contains(path, StringComparison.Ordinal));
}
