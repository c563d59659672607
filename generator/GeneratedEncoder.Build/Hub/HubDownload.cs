namespace GeneratedEncoder.Build.Hub;

/// <summary>Brings a commit's files into the cache, each whole and checked or not at all.</summary>
internal sealed class HubDownload(HubClient client, HubCache cache, string id, string commit, HubSettings settings, HubClock clock, Action<string> say, CancellationToken cancellation)
{
    /// <summary>Sees to it that the cache has these files, and holds each against what the Hub says of it.</summary>
    /// <returns>Their lengths and hashes.</returns>
    /// <exception cref="HubException">A file can't be had, or is another than the Hub says.</exception>
    public IReadOnlyDictionary<string, LockedFile> Fetch(IReadOnlyList<string> files)
    {
        HubFile[] found = [.. files.Select(file => client.Describe(id, commit, file))];
        HubFile[] missing = [.. found.Where(file => !cache.Has(commit, file.Path))];
        DownloadProgress progress = new(id, missing.Sum(file => file.Size), clock, say);
        if (missing.Length > 0)
        {
            say($"Downloading {id} at {commit} from {settings.Address}: {string.Join(", ", missing.Select(file => file.Path))} ({DownloadProgress.Megabytes(missing.Sum(file => file.Size))})");
        }

        Dictionary<string, LockedFile> hashes = new(StringComparer.Ordinal);
        foreach (HubFile file in found)
        {
            ContentHash hash = Fetch(file, progress);
            hashes.Add(file.Path, new(hash.Size, hash.Sha256));
        }

        if (missing.Length > 0)
        {
            progress.Finish();
        }

        return hashes;
    }

    private ContentHash Fetch(HubFile file, DownloadProgress progress)
    {
        string path = cache.PathOf(commit, file.Path);
        if (!cache.Has(commit, file.Path))
        {
            using FileStream guard = cache.Lock(file.Etag, clock, say, cancellation);
            bool isNew = !File.Exists(cache.Blob(file.Etag));
            if (!cache.Has(commit, file.Path))
            {
                if (isNew)
                {
                    Download(file, progress);
                }

                cache.Show(file.Etag, commit, file.Path, isNew);
            }

            progress.End(file.Size);
        }

        ContentHash hash = ContentHash.Of(path, cancellation);
        return IsRight(hash, file) ? hash : throw Other(file, hash, $"'{path}' in the cache", "Delete it and what it links to, and the build downloads it again.");
    }

    /// <summary>Downloads a content, or what of it an earlier build didn't come to. Only when its hash is right it gets the name under which it is used.</summary>
    private void Download(HubFile file, DownloadProgress progress)
    {
        string blob = cache.Blob(file.Etag), part = blob + ".incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        for (bool isAgain = false; ; isAgain = true)
        {
            bool isResumed;
            using (FileStream target = new(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            {
                isResumed = target.Length > 0;
                progress.Start(target.Length);
                client.Download(id, commit, file, target, position => progress.At(file.Path, position));
                target.Flush(flushToDisk: true);
            }

            ContentHash hash = ContentHash.Of(part, cancellation);
            if (IsRight(hash, file))
            {
                File.Move(part, blob);
                return;
            }

            File.Delete(part);
            if (!isResumed || isAgain)
            {
                throw Other(file, hash, $"what {settings.Address} sent", "Nothing of it was kept.");
            }

            say($"{file.Path} of '{id}': what an earlier build had downloaded doesn't fit; it is downloaded anew.");
        }
    }

    private static bool IsRight(ContentHash hash, HubFile file) => hash.Size == file.Size && hash.Like(file.Etag) == file.Etag;

    private HubException Other(HubFile file, ContentHash hash, string what, string advice) => new(HubException.OtherContent,
        $"{file.Path} of '{id}' at {commit} has {file.Size} bytes with {(file.Etag.Length == 64 ? "SHA-256" : "git's SHA-1")} {file.Etag}, says the Hub; "
        + $"{what} has {hash.Size} with {hash.Like(file.Etag)}. {advice}");
}
