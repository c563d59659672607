namespace GeneratedEncoder.Cluster.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster-tests-");

    /// <summary>The full path of a file in it.</summary>
    public string File(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Where a command writes its results. It is made by the command.</summary>
    public string Results => File("results");

    public void Dispose() => _folder.Delete(recursive: true);
}
