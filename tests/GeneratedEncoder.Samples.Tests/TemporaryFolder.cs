namespace GeneratedEncoder.Samples.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("semantic-search-");

    public string Path => _folder.FullName;

    /// <summary>The full path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file into it and returns its full path.</summary>
    public string Write(string name, params IEnumerable<string> lines)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllLines(File(name), lines);
        return File(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
