namespace GeneratedEncoder.Benchmarks;

/// <summary>Where this repository is.</summary>
internal static class Repository
{
    /// <summary>The folder at or above a path that has the solution.</summary>
    public static string RootOf(string path) =>
        File.Exists(Path.Combine(path, "GeneratedEncoder.sln")) ? path
        : Path.GetDirectoryName(path) is string parent ? RootOf(parent)
        : throw new UsageException("This verb builds projects of the repository, and must be run inside it.");
}
