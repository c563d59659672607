using GeneratedEncoder.Build.Hub;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace GeneratedEncoder.Build;

/// <summary>The part for models that are ids of the Hub and no folders.</summary>
public sealed partial class ReadEncoderModels : ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The file that locks models of the Hub, relative to the project's folder.</summary>
    public string LockFile { get; set; } = "encoder-models.lock.json";

    /// <summary>An IDE asks for the compiler's inputs: nothing is downloaded, and what isn't there is no error.</summary>
    public bool DesignTime { get; set; }

    /// <summary>Branches and tags are looked up anew, and the lock is written anew.</summary>
    public bool Update { get; set; }

    /// <summary>A lock that would have to change is an error.</summary>
    public bool LockedMode { get; set; }

    /// <summary>Time as downloads see it.</summary>
    internal HubClock Clock { get; set; } = new();

    /// <summary>The environment's variables.</summary>
    internal Func<string, string?> Variable { get; set; } = Environment.GetEnvironmentVariable;

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <summary>Whether an item is an id and no folder. A folder that is there wins; so does one whose parent is there, unless a revision says what is meant.</summary>
    private static bool IsFromHub(ITaskItem item, string path) =>
        !Directory.Exists(path) && (RevisionOf(item).Length > 0 || (HubId.LooksLike(item.ItemSpec) && !Directory.Exists(Path.GetDirectoryName(path))));

    /// <summary>What to say of a folder that isn't there, where its path could be an id as well.</summary>
    private static string MissingFolder(ITaskItem item, string path) => $"there is no folder '{path}'" + (HubId.LooksLike(item.ItemSpec)
        ? $" (if '{item.ItemSpec}' is a model's id at the Hub, give the EncoderModel a Revision, such as \"{HubId.DefaultRevision}\" or a commit)"
        : "");

    private static string RevisionOf(ITaskItem item) => item.GetMetadata("Revision").Trim();

    /// <summary>Gets a model from the Hub's cache, or from the Hub. Errors are logged.</summary>
    /// <param name="files">Gets the files for the application.</param>
    /// <returns>The folder; null after an error.</returns>
    private ModelFolder? FromHub(ITaskItem item, string name, string path, List<ITaskItem> files)
    {
        string id = item.ItemSpec, revision = RevisionOf(item) is { Length: > 0 } asked ? asked : HubId.DefaultRevision;
        try
        {
            if (!HubId.IsLegal(id) || !HubId.IsLegalRevision(revision))
            {
                throw new HubException(HubException.Malformed, HubId.IsLegal(id)
                    ? $"The EncoderModel '{id}' has the Revision '{revision}', which can be no branch, tag or commit."
                    : $"The EncoderModel '{id}' has a Revision, but is no model's id at the Hub, such as 'sentence-transformers/all-MiniLM-L6-v2'; and there is no folder '{path}'.");
            }

            using HubModels models = new(HubSettings.Read(Variable), Request(), Clock, message => Log.LogMessage(MessageImportance.High, message), _cancellation.Token);
            if (models.Get(id, revision, name) is not { } found)
            {
                return ModelFolder.Unusable(name, id, "it isn't downloaded yet; a build does that");
            }

            ModelFolder folder = ModelFolder.Read(found.Path, name, id);
            Check(folder, found);
            files.AddRange(Copies(item, folder, found));
            if (RevisionOf(item).Length == 0 && !DesignTime)
            {
                Warn("GE0110", $"The EncoderModel '{id}' has no Revision; {Path.GetFileName(LockFile)} holds it at what '{HubId.DefaultRevision}' was when it was written. To say it in the project: Revision=\"{found.Commit}\"");
            }

            return folder;
        }
        catch (HubException e) when (DesignTime)
        {
            return ModelFolder.Unusable(name, id, e.Message);
        }
        catch (HubException e)
        {
            bool couldBeFolder = RevisionOf(item).Length == 0 && e.Code is not (HubException.LockDiffers or HubException.CacheUnusable);
            Error(e.Code, e.Message + (couldBeFolder ? $" ('{id}' is taken for an id at the Hub: there is no folder '{path}'.)" : ""));
            return null;
        }
        catch (OperationCanceledException)
        {
            Log.LogMessage(MessageImportance.High, $"The download of '{id}' was cancelled; the next build goes on from there.");
            return null;
        }
    }

    private HubRequest Request() => new()
    {
        LockFile = Path.GetFullPath(Path.Combine(ProjectFolder, LockFile)),
        StampFolder = Path.Combine(ProjectFolder, IntermediateFolder),
        DesignTime = DesignTime,
        Update = Update,
        IsLocked = LockedMode,
        Models = [.. Folders.Select(item => (item.ItemSpec, RevisionOf(item) is { Length: > 0 } revision ? revision : HubId.DefaultRevision))],
    };

    /// <summary>A folder in the cache may have more than was downloaded for this; what the lock doesn't have isn't used.</summary>
    private void Check(ModelFolder folder, HubFolder found)
    {
        if (found.Locked is { } locked && folder.Files.FirstOrDefault(file => !locked.Files.ContainsKey(file)) is { } other)
        {
            throw new HubException(HubException.LockDiffers, $"'{found.Path}' has a {other}, and {Path.GetFileName(LockFile)} has none for '{locked.Id}'. "
                + $"If the model has that file, delete '{locked.Id}' from the lock and build; otherwise delete the file.");
        }
    }

    /// <summary>
    /// The files for the application. Copied if different, not if newer: another revision's files may be older than those beside the application.
    /// Weights are taken where they lie and not through their link, whose length and time are others.
    /// </summary>
    private static IEnumerable<ITaskItem> Copies(ITaskItem item, ModelFolder folder, HubFolder found)
    {
        TaskItem chosen = new(item);
        if (chosen.GetMetadata("CopyToOutputDirectory").Length == 0)
        {
            chosen.SetMetadata("CopyToOutputDirectory", "IfDifferent");
        }

        foreach (ITaskItem copy in CopiesOf(chosen, found.Path, folder))
        {
            string file = copy.GetMetadata("Link").Substring(folder.Bundle.OutputFolder.Length + 1);
            if (found.Locked is { } locked && locked.Files.TryGetValue(file, out LockedFile? known) && found.Cache.Blob(known.Sha256) is { } blob && File.Exists(blob))
            {
                copy.ItemSpec = Escape(blob);
            }

            yield return copy;
        }
    }

    private void Warn(string code, string message) => Log.LogWarning(null, code, null, null, 0, 0, 0, 0, message);
}
