using System.Globalization;
using System.Text;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Build.Hub;

/// <summary>A model as the lock has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Revision">What the project asked for: a branch, tag or commit.</param>
/// <param name="Commit">What that was when it was locked.</param>
/// <param name="Files">All files that are needed, by their paths.</param>
/// <param name="Table">Which <see cref="NeededFiles.Version"/> they were needed by.</param>
internal sealed record LockedModel(string Id, string Revision, string Commit, IReadOnlyDictionary<string, LockedFile> Files, long Table = NeededFiles.Version)
{
    /// <summary>Whether it has all files that are needed today: an earlier version of the package may have needed fewer.</summary>
    public bool IsComplete => Table >= NeededFiles.Version;
}

/// <summary>A file as the lock has it: its length in bytes and its SHA-256.</summary>
internal sealed record LockedFile(long Size, string Sha256);

/// <summary>
/// encoder-models.lock.json beside the project, to be committed: which models of the Hub it is built from, to the bit. Whoever builds the
/// project gets these or an error.
/// </summary>
internal sealed class ModelLock
{
    /// <summary>Of the way in which it is written.</summary>
    private const int Version = 1;

    private readonly string _path;

    private ModelLock(string path) => _path = path;

    /// <summary>What messages call it.</summary>
    public string Name => Path.GetFileName(_path);

    public IReadOnlyList<LockedModel> Models { get; private init; } = [];

    /// <summary>Reads it; without the file it has no models.</summary>
    /// <exception cref="HubException">It can't be read, or something in it can't be.</exception>
    public static ModelLock Read(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(path, JsonReader.Parse(File.ReadAllText(path))) : new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonFormatException)
        {
            throw new HubException(HubException.LockDiffers, $"'{path}' can't be read: {e.Message}. It is written by the build; delete it, or take it from your version control.", e);
        }
    }

    public LockedModel? Find(string id, string revision) => Models.FirstOrDefault(model => model.Id == id && model.Revision == revision);

    /// <summary>Writes it with one more model, in the place of the same one.</summary>
    /// <param name="isAskedFor">Whether the project has the model at that revision; what it doesn't ask for any more of the same model goes.</param>
    /// <exception cref="HubException">It can't be written.</exception>
    public void Write(LockedModel model, Func<LockedModel, bool> isAskedFor)
    {
        IEnumerable<LockedModel> models = Models.Where(other => other.Id != model.Id || (other.Revision != model.Revision && isAskedFor(other)))
            .Append(model).OrderBy(other => other.Id, StringComparer.Ordinal).ThenBy(other => other.Revision, StringComparer.Ordinal);
        try
        {
            Whole.Write(_path, Text(models));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException(HubException.LockDiffers, $"'{_path}' can't be written: {e.Message}", e);
        }
    }

    private static ModelLock Parse(string path, JsonValue json)
    {
        long version = json["version"]?.AsWhole ?? throw new JsonFormatException("it has no version");
        return version == Version
            ? new(path) { Models = [.. (json["models"]?.Items ?? []).Select(Model)] }
            : throw new JsonFormatException($"it has version {version}, of another GeneratedEncoder; this one knows {Version}");
    }

    private static LockedModel Model(JsonValue json)
    {
        string id = Text(json, "id", HubId.IsLegal), revision = Text(json, "revision", HubId.IsLegalRevision);
        return new(id, revision, Text(json, "commit", commit => HubId.IsCommit(commit) && (commit == revision || !HubId.IsCommit(revision))), Files(id, json["files"]?.Members ?? []),
            json["table"]?.AsWhole ?? throw new JsonFormatException($"'{id}' has no table"));
    }

    private static Dictionary<string, LockedFile> Files(string id, IReadOnlyList<KeyValuePair<string, JsonValue>> members)
    {
        Dictionary<string, LockedFile> files = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, JsonValue> member in members)
        {
            if (!FolderNames.IsPath(member.Key) || member.Key.EndsWith("/", StringComparison.Ordinal))
            {
                throw new JsonFormatException($"'{id}' has a file '{member.Key}', which doesn't lie in its folder");
            }

            files[member.Key] = new(
                member.Value["size"]?.AsWhole is >= 0 and { } size ? size : throw new JsonFormatException($"{member.Key} of '{id}' has no size"),
                Text(member.Value, "sha256", hash => hash.Length == 64 && HubId.IsHexadecimal(hash)));
        }

        return files.Count > 0 ? files : throw new JsonFormatException($"'{id}' has no files");
    }

    private static string Text(JsonValue json, string name, Func<string, bool> isLegal) =>
        json[name]?.AsString is { } text && isLegal(text) ? text : throw new JsonFormatException($"{json[name]?.ToString() ?? "nothing"} is no {name}");

    /// <summary>No text in it needs an escape: all were checked.</summary>
    private static string Text(IEnumerable<LockedModel> models)
    {
        StringBuilder json = new($"{{\n  \"version\": {Version.ToString(CultureInfo.InvariantCulture)},\n  \"models\": [");
        string comma = "\n";
        foreach (LockedModel model in models)
        {
            IEnumerable<string> files = model.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file =>
                $"        \"{file.Key}\": {{ \"size\": {file.Value.Size.ToString(CultureInfo.InvariantCulture)}, \"sha256\": \"{file.Value.Sha256}\" }}");
            json.Append(comma).Append($"    {{\n      \"id\": \"{model.Id}\",\n      \"revision\": \"{model.Revision}\",\n      \"commit\": \"{model.Commit}\",\n");
            json.Append($"      \"table\": {model.Table.ToString(CultureInfo.InvariantCulture)},\n      \"files\": {{\n").Append(string.Join(",\n", files)).Append("\n      }\n    }");
            comma = ",\n";
        }

        return json.Append("\n  ]\n}\n").ToString();
    }
}
