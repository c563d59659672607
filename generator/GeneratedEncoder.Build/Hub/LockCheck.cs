using System.Globalization;

namespace GeneratedEncoder.Build.Hub;

/// <summary>Compares what the cache has with the lock, before anything of it is used.</summary>
internal static class LockCheck
{
    /// <summary>Reads and hashes the files; weights only where they changed since they were last found right.</summary>
    /// <param name="stamp">The file that remembers which weights were found right, by length and times.</param>
    /// <param name="lockName">What messages call the lock.</param>
    /// <exception cref="HubException">A file differs.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static void Run(HubCache cache, LockedModel model, string stamp, string lockName, CancellationToken cancellation)
    {
        string[] before = File.Exists(stamp) ? File.ReadAllLines(stamp) : [];
        List<string> now = [];
        foreach (KeyValuePair<string, LockedFile> file in model.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            string line = Line(cache, model.Commit, file.Key, file.Value);
            bool isWeights = file.Key.EndsWith(".safetensors", StringComparison.Ordinal);
            if (!isWeights || !before.Contains(line))
            {
                Compare(model, file.Key, file.Value, ContentHash.Of(cache.PathOf(model.Commit, file.Key), cancellation), cache.PathOf(model.Commit, file.Key), lockName);
            }

            if (isWeights)
            {
                now.Add(line);
            }
        }

        if (!now.SequenceEqual(before))
        {
            Whole.Write(stamp, string.Join("\n", now) + "\n");
        }
    }

    /// <summary>Compares a file with the lock's.</summary>
    /// <param name="where">Where it is, for the message.</param>
    /// <exception cref="HubException">It differs.</exception>
    public static void Compare(LockedModel model, string file, LockedFile locked, ContentHash found, string where, string lockName)
    {
        if ((found.Size, found.Sha256) != (locked.Size, locked.Sha256))
        {
            throw new HubException(HubException.LockDiffers,
                $"{file} of '{model.Id}' at {model.Commit} isn't the one that {lockName} has: '{where}' has {found.Size} bytes with SHA-256 {found.Sha256}, the lock has {locked.Size} "
                + $"with {locked.Sha256}. If the lock is right, delete the file, and the build downloads it again.");
        }
    }

    private static string Line(HubCache cache, string commit, string file, LockedFile locked)
    {
        // A link's own time, and that of what it leads to.
        string path = cache.PathOf(commit, file), blob = cache.Blob(locked.Sha256);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long[] numbers = [stream.Length, File.GetLastWriteTimeUtc(path).Ticks, File.Exists(blob) ? File.GetLastWriteTimeUtc(blob).Ticks : 0];
        return $"{locked.Sha256} {string.Join(" ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))} {path}";
    }
}
