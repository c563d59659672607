using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Build.Hub;

/// <summary>A model's folder in the cache.</summary>
/// <param name="Cache">The cache of the model.</param>
/// <param name="Commit">The commit whose files it has.</param>
/// <param name="Locked">What of it the lock knows; null at design time, where nothing is locked.</param>
internal sealed record HubFolder(HubCache Cache, string Commit, LockedModel? Locked)
{
    public string Path => Cache.Snapshot(Commit);
}

/// <summary>What the build is asked to do about models of the Hub.</summary>
internal sealed record HubRequest
{
    /// <summary>The lock's full path.</summary>
    public required string LockFile { get; init; }

    /// <summary>The folder for what is remembered from build to build.</summary>
    public required string StampFolder { get; init; }

    /// <summary>An IDE asks what the compiler would get: nothing is downloaded, checked or written.</summary>
    public bool DesignTime { get; init; }

    /// <summary>Branches and tags are looked up anew.</summary>
    public bool Update { get; init; }

    /// <summary>The lock may not change.</summary>
    public bool IsLocked { get; init; }

    /// <summary>All models of the project, with their revisions.</summary>
    public IReadOnlyCollection<(string Id, string Revision)> Models { get; init; } = [];
}

/// <summary>From an id to a folder: by the lock, then from the cache, and from the Hub only what both don't have.</summary>
internal sealed class HubModels(HubSettings settings, HubRequest request, HubClock clock, Action<string> say, CancellationToken cancellation) : IDisposable
{
    private HubClient? _client;

    private HubClient Client => _client ??= new(settings, clock, say, cancellation);

    public void Dispose() => _client?.Dispose();

    /// <summary>Gets a model.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="name">The name that the project gives it.</param>
    /// <returns>Its folder, with all files, as the lock has them; null at design time if it isn't there.</returns>
    /// <exception cref="HubException">It can't be had.</exception>
    /// <exception cref="OperationCanceledException">The build is cancelled.</exception>
    public HubFolder? Get(string id, string revision, string name)
    {
        HubCache cache = new(settings.Cache, id);
        try
        {
            if (request.DesignTime)
            {
                return AtDesignTime(cache, id, revision);
            }

            LockedModel model = Locked(ModelLock.Read(request.LockFile), id, revision) ?? Lock(cache, id, revision);
            Complete(cache, model);
            LockCheck.Run(cache, model, Path.Combine(request.StampFolder, name + ModelBundle.Extension + ".checked"), Path.GetFileName(request.LockFile), cancellation);
            return new(cache, model.Commit, model);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException(HubException.CacheUnusable, $"The cache of models, '{settings.Cache}', can't be used for '{id}': {e.Message} HF_HUB_CACHE names another folder.", e);
        }
    }

    private HubFolder? AtDesignTime(HubCache cache, string id, string revision)
    {
        LockedModel? model = ModelLock.Read(request.LockFile).Find(id, revision);
        string? commit = model?.Commit ?? (HubId.IsCommit(revision) ? revision : cache.CommitOf(revision));
        return commit is not null && Directory.Exists(cache.Snapshot(commit)) && (model is null || model.Files.Keys.All(file => cache.Has(commit, file)))
            ? new(cache, commit, null)
            : null;
    }

    /// <summary>The model as the lock has it; null if it doesn't, or shall not count.</summary>
    private LockedModel? Locked(ModelLock locked, string id, string revision) =>
        locked.Find(id, revision) is { IsComplete: true } model && !(request.Update && !HubId.IsCommit(revision)) ? model : null;

    /// <summary>Finds out what the model is, and locks it.</summary>
    private LockedModel Lock(HubCache cache, string id, string revision)
    {
        // One at a time: builds for several frameworks shall get the same commit.
        string path = Path.Combine(settings.Cache, ".locks", "generated-encoder", LockName());
        using FileStream guard = FileLock.Take(path, clock, say, cancellation);
        ModelLock locked = ModelLock.Read(request.LockFile);
        if (Locked(locked, id, revision) is { } already)
        {
            return already;
        }

        if (request.IsLocked)
        {
            throw new HubException(HubException.LockDiffers, $"{locked.Name} has no '{id}' at '{revision}', or it is to be looked up anew, and the lock may not change, since EncoderModelsLocked is set. Build without it, and commit the lock.");
        }

        LockedModel? before = locked.Find(id, revision), pinned = locked.Models.FirstOrDefault(model => model.Id == id && model.Commit == revision && model.IsComplete);
        LockedModel model = pinned is not null ? pinned with { Revision = revision }
            : settings.Offline ? FromCache(cache, id, revision, request.Update ? null : before?.Commit)
            : FromHub(cache, id, revision, request.Update ? null : before?.Commit);
        if (before is not { IsComplete: true } || before.Commit != model.Commit)
        {
            locked.Write(model, other => request.Models.Contains((other.Id, other.Revision)));
            say($"{id}: {(revision == model.Commit ? "" : $"'{revision}' is commit ")}{model.Commit}, locked in {locked.Name}.");
        }

        return model;
    }

    /// <summary>The cache needs no file of the lock, or the missing ones are downloaded and compared with it.</summary>
    private void Complete(HubCache cache, LockedModel model)
    {
        string[] missing = [.. model.Files.Keys.Where(file => !cache.Has(model.Commit, file)).OrderBy(file => file, StringComparer.Ordinal)];
        if (missing.Length == 0)
        {
            return;
        }

        if (settings.Offline)
        {
            throw new HubException(HubException.Offline, $"HF_HUB_OFFLINE is set, and '{cache.Snapshot(model.Commit)}' has no {missing[0]}. Build once without it, or copy the cache from where it is whole.");
        }

        foreach (KeyValuePair<string, LockedFile> file in Download(cache, model.Id, model.Commit).Fetch(missing))
        {
            LockedFile locked = model.Files[file.Key];
            LockCheck.Compare(model, file.Key, locked, new(file.Value.Size, file.Value.Sha256, ""), cache.PathOf(model.Commit, file.Key), Path.GetFileName(request.LockFile));
        }
    }

    /// <param name="commit">The commit, if it is known; otherwise the revision's.</param>
    private LockedModel FromHub(HubCache cache, string id, string revision, string? commit)
    {
        HubListing listing = Client.List(id, commit ?? revision);
        string[] first = [.. NeededFiles.First(listing.Files)], large = [.. first.Where(file => file == NeededFiles.Weights)];
        if (!first.Contains(NeededFiles.Weights) && !first.Contains(NeededFiles.Index))
        {
            throw NoSafetensors(id, revision, NeededFiles.Weights, listing.Files);
        }

        HubDownload download = Download(cache, id, listing.Commit);
        Dictionary<string, LockedFile> files = new(StringComparer.Ordinal);
        Add(files, download.Fetch([.. first.Except(large)]));
        if (ModuleWeights(cache, listing.Commit, first).FirstOrDefault(file => !listing.Files.Contains(file)) is { } missing)
        {
            throw NoSafetensors(id, revision, missing, listing.Files);
        }

        Add(files, download.Fetch([.. NamedByOthers(cache, id, listing.Commit, first).Where(listing.Files.Contains).Concat(large)]));
        foreach (string file in NeededFiles.Texts.Append(NeededFiles.SentenceConfig).Concat(NeededFiles.Tokenizer).Where(file => !listing.Files.Contains(file)))
        {
            cache.SetAbsent(listing.Commit, file);
        }

        if (commit is null)
        {
            cache.SetCommit(revision, listing.Commit);
        }

        return new(id, revision, listing.Commit, files);
    }

    /// <summary>What the cache has, if that is all that the model has: a file that is missing would be another model, without a word.</summary>
    private LockedModel FromCache(HubCache cache, string id, string revision, string? commit)
    {
        commit ??= HubId.IsCommit(revision) ? revision : cache.CommitOf(revision);
        if (commit is null || !Directory.Exists(cache.Snapshot(commit)))
        {
            throw new HubException(HubException.Offline, $"HF_HUB_OFFLINE is set, and the cache '{cache.Folder}' doesn't have '{id}' at '{revision}'. Build once without it.");
        }

        string folder = cache.Snapshot(commit);
        string[] all = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => file.Substring(folder.Length + 1).Replace('\\', '/'))
            .Where(file => cache.Has(commit, file))];
        string[] first = [.. NeededFiles.First(all)], named = [.. NamedByOthers(cache, id, commit, first)];
        IEnumerable<string> known = NeededFiles.Texts.Append("tokenizer.json").Concat(all.Any(NeededFiles.IsSentenceConfig) ? [] : [NeededFiles.SentenceConfig])
            .Append(first.Contains(NeededFiles.Index) ? NeededFiles.Index : NeededFiles.Weights).Concat(ModuleWeights(cache, commit, first));

        // git's own file comes with a whole repository only. Modules' configs and shards that are missing, the compiler misses.
        string? unknown = all.Contains(".gitattributes") ? null : known.FirstOrDefault(file => !all.Contains(file) && !cache.HasNot(commit, file));
        if (unknown is not null)
        {
            throw new HubException(HubException.Offline, $"HF_HUB_OFFLINE is set, and '{folder}' doesn't tell whether the model has a {unknown}. Build once without it, or download the whole model.");
        }

        bool hasBlobs = Directory.Exists(Path.Combine(cache.Folder, "blobs")) && !RuntimeInformation.IsOSPlatform(OSPlatform.Windows);
        Dictionary<string, LockedFile> files = new(StringComparer.Ordinal);
        foreach (string file in first.Concat(named.Where(all.Contains)))
        {
            ContentHash hash = ContentHash.Of(cache.PathOf(commit, file), cancellation);
            files.Add(file, new(hash.Size, hash.Sha256));
            if (hasBlobs && !File.Exists(cache.Blob(hash.Sha256)) && !File.Exists(cache.Blob(hash.Git)))
            {
                throw new HubException(HubException.OtherContent, $"'{cache.PathOf(commit, file)}' isn't what it was when it was downloaded: its SHA-256 is {hash.Sha256}, and no content in the cache has that name. Delete it.");
            }
        }

        return new(id, revision, commit, files);
    }

    /// <summary>Files that modules.json and the index name: modules' configs and weights, and shards.</summary>
    private static IEnumerable<string> NamedByOthers(HubCache cache, string id, string commit, IReadOnlyCollection<string> first)
    {
        IEnumerable<string> configs = first.Contains(NeededFiles.Modules) ? FolderTexts.ModuleConfigs(File.ReadAllText(cache.PathOf(commit, NeededFiles.Modules))) : [];
        return configs.Concat(ModuleWeights(cache, commit, first)).Concat(first.Contains(NeededFiles.Index) ? Shards(id, File.ReadAllText(cache.PathOf(commit, NeededFiles.Index))) : [])
            .Where(FolderNames.IsPath).Except(first);
    }

    private static IEnumerable<string> ModuleWeights(HubCache cache, string commit, IReadOnlyCollection<string> first) =>
        first.Contains(NeededFiles.Modules) ? NeededFiles.ModuleWeights(File.ReadAllText(cache.PathOf(commit, NeededFiles.Modules))) : [];

    private static IEnumerable<string> Shards(string id, string index)
    {
        try
        {
            IReadOnlyList<string> shards = NeededFiles.Shards(index);
            return shards.FirstOrDefault(shard => !shard.EndsWith(".safetensors", StringComparison.Ordinal) || shard.IndexOf('/') >= 0) is { } other
                ? throw new HubException(HubException.NoSafetensors, $"{NeededFiles.Index} of '{id}' names '{other}', which is no safetensors file beside it; nothing else is downloaded.")
                : shards;
        }
        catch (JsonFormatException e)
        {
            throw new HubException(HubException.NoSafetensors, $"{NeededFiles.Index} of '{id}' is not JSON: {e.Message}", e);
        }
    }

    /// <param name="missing">The file that would have to be there.</param>
    /// <param name="files">What the repository has; other weights below the missing file's folder are named.</param>
    private static HubException NoSafetensors(string id, string revision, string missing, IReadOnlyList<string> files)
    {
        string folder = missing.Substring(0, missing.LastIndexOf('/') + 1);
        string[] endings = [".bin", ".pt", ".pth", ".pkl", ".ckpt", ".h5", ".msgpack", ".onnx", ".safetensors", ".gguf"];
        string[] weights = [.. files.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))).Take(5)];
        return new(HubException.NoSafetensors, $"'{id}' at '{revision}' has no {missing}" + (weights.Length == 0
            ? ", nor other weights."
            : $", but {string.Join(", ", weights)}. Pickles and other formats are never downloaded: they would have to be executed or guessed at. "
                + "Another revision may have it (the Hub's bot proposes conversions, 'refs/pr/<number>'), or convert it (save_pretrained of a recent transformers)."));
    }

    private static void Add(Dictionary<string, LockedFile> files, IReadOnlyDictionary<string, LockedFile> more)
    {
        foreach (KeyValuePair<string, LockedFile> file in more)
        {
            files[file.Key] = file.Value;
        }
    }

    private HubDownload Download(HubCache cache, string id, string commit) => new(Client, cache, id, commit, settings, clock, say, cancellation);

    private string LockName()
    {
        using SHA256 sha256 = SHA256.Create();
        return BitConverter.ToString(sha256.ComputeHash(Encoding.UTF8.GetBytes(Path.GetFullPath(request.LockFile)))).Replace("-", "").Substring(0, 32) + ".lock";
    }
}
