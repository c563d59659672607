namespace GeneratedEncoder.Runtime;

/// <summary>
/// Where links lead. One in a model folder may lead to another place in that folder, or, where the folder is a snapshot in a cache of the
/// Hugging Face Hub (models--org--name/snapshots/revision), into the blobs beside it, where that cache keeps what its snapshots link to. Any other could
/// put whatever file a stranger names into a program's output. Compiled into the build's task too.
/// </summary>
internal static class Links
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>The path of what a path leads to, with no link in it. What isn't there is no link.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Follow(string path) => Follow(path, onlyRoot: null);

    /// <summary>The same, up to a link to another root where one is given: what is there is not asked for, since asking can open a connection.</summary>
    private static string Follow(string path, string? onlyRoot)
    {
        string place = "";
        Stack<string> names = new();
        Push(names, ref place, Path.GetFullPath(path));
        for (int links = 0; names.Count > 0;)
        {
            string name = names.Pop();
            string next = name == ".." ? Path.GetDirectoryName(place) ?? place : name == "." ? place : Path.Combine(place, name);
            if (name is ".." or "." || TargetOf(next) is not { } target)
            {
                place = next;
            }
            else if (++links > MostLinks)
            {
                throw new IOException($"'{path}' leads through more than {MostLinks} links.");
            }
            else if (onlyRoot is not null && Path.GetPathRoot(target) is { Length: > 0 } root && !root.Equals(onlyRoot, StringComparison.OrdinalIgnoreCase))
            {
                return target;
            }
            else
            {
                Push(names, ref place, target);
            }
        }

        return place;
    }

    /// <summary>Refuses a file in a folder that links lead out of it.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="name">The file's path in it.</param>
    /// <param name="howToAllow">What to set for links that are meant to lead elsewhere.</param>
    /// <exception cref="InvalidDataException">They do.</exception>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static void CheckInside(string folder, string name, string howToAllow)
    {
        string root = Follow(folder), place = Follow(Path.Combine(folder, name), Path.GetPathRoot(root));
        if (!IsBelow(place, root) && !(BlobsOf(root) is { } blobs && IsBelow(place, blobs)))
        {
            throw new InvalidDataException(
                $"'{name}' in '{folder}' is a link to '{place}', outside of the folder, and links out of model folders are not followed; {howToAllow}");
        }
    }

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Where the Hub's cache has the files of a snapshot; null for any other folder.</summary>
    private static string? BlobsOf(string folder)
    {
        string? snapshots = Path.GetDirectoryName(folder), repository = Path.GetDirectoryName(snapshots);
        return Path.GetFileName(snapshots) == "snapshots" && Path.GetFileName(repository)?.StartsWith("models--", StringComparison.Ordinal) == true
            ? Path.Combine(repository!, "blobs")
            : null;
    }

    /// <summary>Puts a path's names on the stack, the first on top. One with a root of its own starts there.</summary>
    private static void Push(Stack<string> names, ref string place, string path)
    {
        if (Path.GetPathRoot(path) is { Length: > 0 } root)
        {
            place = root;
            path = path.Substring(root.Length);
        }

        foreach (string name in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Where(name => name.Length > 0).Reverse())
        {
            names.Push(name);
        }
    }

    /// <summary>What a link says; null for everything else, and for what isn't there.</summary>
    private static string? TargetOf(string path)
    {
        FileAttributes attributes;
        try
        {
            attributes = File.GetAttributes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return (attributes & FileAttributes.ReparsePoint) == 0 ? null
            : TargetOf((attributes & FileAttributes.Directory) != 0 ? new DirectoryInfo(path) : new FileInfo(path));
    }

#if NET
    private static string? TargetOf(FileSystemInfo link) => link.LinkTarget;
#else
    /// <summary>Under .NET Framework, which has no such property, a link is not followed.</summary>
    private static string? TargetOf(FileSystemInfo link) => typeof(FileSystemInfo).GetProperty("LinkTarget") is { } property
        ? (string?)property.GetValue(link)
        : throw new IOException($"'{link.FullName}' is a link, which MSBuild can't follow on .NET Framework: put the file itself there, or build with 'dotnet build'.");
#endif
}
