namespace GeneratedEncoder.Benchmarks;

/// <summary>A folder for model files that is gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("GeneratedEncoder.Benchmarks.");

    /// <summary>The path of a file in it.</summary>
    public string this[string file] => Path.Combine(_folder.FullName, file);

    /// <summary>Removes the folder with all that is in it.</summary>
    public void Dispose() => _folder.Delete(recursive: true);
}
