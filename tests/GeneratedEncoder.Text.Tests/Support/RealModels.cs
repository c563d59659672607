namespace GeneratedEncoder.Text.Tests;

/// <summary>Folders of real models, too large for the repository.</summary>
internal static class RealModels
{
    /// <summary>A folder in shared/models, beside the repository or further up; the test is skipped where there is none.</summary>
    public static string Folder(string name)
    {
        DirectoryInfo? above = new(AppContext.BaseDirectory);
        while (above is not null && !Directory.Exists(Path.Combine(above.FullName, "shared", "models", name)))
        {
            above = above.Parent;
        }

        Skip.If(above is null, $"There is no shared/models/{name} beside the repository.");
        return Path.Combine(above!.FullName, "shared", "models", name);
    }
}
