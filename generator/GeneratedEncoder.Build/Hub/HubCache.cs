namespace GeneratedEncoder.Build.Hub;

/// <summary>
/// A model's folder in the cache that Python's huggingface_hub has too: <c>models--org--name/snapshots/&lt;commit&gt;/</c> has the files under
/// their names, as links to <c>blobs/&lt;etag&gt;</c>; <c>refs/&lt;branch&gt;</c> has the commit that a branch was at. Where there are no links
/// (Windows), the files themselves lie in the snapshot.
/// </summary>
internal sealed class HubCache(string root, string id)
{
    // The Hub's ids have no "--".
    private readonly string _name = "models--" + id.Replace("/", "--");

    /// <summary>The model's folder.</summary>
    public string Folder => Path.Combine(root, _name);

    /// <summary>The folder with a commit's files.</summary>
    public string Snapshot(string commit) => Path.Combine(Folder, "snapshots", commit);

    /// <summary>A file of a commit, as it is read.</summary>
    public string PathOf(string commit, string file) => Path.Combine(Snapshot(commit), file.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>A content.</summary>
    public string Blob(string etag) => Path.Combine(Folder, "blobs", etag);

    /// <summary>Whether a file of a commit can be read. A link to what isn't there any more is a file to File.Exists.</summary>
    public bool Has(string commit, string file)
    {
        try
        {
            using FileStream stream = new(PathOf(commit, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Whether it is known of a commit that it doesn't have a file.</summary>
    public bool HasNot(string commit, string file) => File.Exists(Path.Combine(Folder, ".no_exist", commit, file));

    /// <summary>Remembers that a commit doesn't have a file.</summary>
    public void SetAbsent(string commit, string file)
    {
        string path = Path.Combine(Folder, ".no_exist", commit, file);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
        }
    }

    /// <summary>The commit that a branch or tag was at when it was last asked for; null if it never was.</summary>
    public string? CommitOf(string revision)
    {
        string path = Path.Combine(Folder, "refs", revision);
        return File.Exists(path) && File.ReadAllText(path).Trim() is { } commit && HubId.IsCommit(commit) ? commit : null;
    }

    /// <summary>Remembers the commit that a branch or tag is at.</summary>
    public void SetCommit(string revision, string commit)
    {
        if (revision != commit && CommitOf(revision) != commit)
        {
            Whole.Write(Path.Combine(Folder, "refs", revision), commit);
        }
    }

    /// <summary>Keeps a content to this process while it is downloaded. Python's library waits for the same file, by the same kind of lock.</summary>
    public FileStream Lock(string etag, HubClock clock, Action<string> say, CancellationToken cancellation) =>
        FileLock.Take(Path.Combine(root, ".locks", _name, etag + ".lock"), clock, say, cancellation);

    /// <summary>Puts a content into a commit's folder under its name.</summary>
    /// <param name="isNew">Nothing else refers to it: without links it may be moved.</param>
    public void Show(string etag, string commit, string file, bool isNew)
    {
        string path = PathOf(commit, file), blob = Blob(etag);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // What is there is a link to nothing.
        File.Delete(path);
        string up = string.Join("/", Enumerable.Repeat("..", 2 + file.Count(c => c == '/')));
        if (SymbolicLink.TryCreate($"{up}/blobs/{etag}", path) || File.Exists(path))
        {
            return;
        }

        if (!isNew)
        {
            string copy = $"{blob}.{Guid.NewGuid():N}.incomplete";
            File.Copy(blob, copy);
            blob = copy;
        }

        File.Move(blob, path);
    }
}
