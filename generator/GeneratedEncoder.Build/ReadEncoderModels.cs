using System.Globalization;
using GeneratedEncoder.Build.Hub;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using GeneratedEncoder.Runtime;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace GeneratedEncoder.Build;

/// <summary>
/// Writes each model folder's bundle for the compiler, unless it is there and the same, and lists the files that an
/// application needs beside it. A folder that can't be used is no error here: its bundle says why, and the compiler reports
/// it at the attribute that asks for it.
/// </summary>
public sealed partial class ReadEncoderModels : Task
{
    /// <summary>The EncoderModel items.</summary>
    [Required]
    public ITaskItem[] Folders { get; set; } = [];

    /// <summary>The project's folder, which the intermediate one is relative to.</summary>
    [Required]
    public string ProjectFolder { get; set; } = "";

    /// <summary>Where bundles are written.</summary>
    [Required]
    public string IntermediateFolder { get; set; } = "";

    /// <summary>The bundles, as additional files for the compiler.</summary>
    [Output]
    public ITaskItem[] Bundles { get; private set; } = [];

    /// <summary>Files to copy, each with its Link (the place in the output) and CopyToOutputDirectory.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        List<ITaskItem> bundles = [], files = [];
        Dictionary<string, string> folderOf = new(StringComparer.OrdinalIgnoreCase);
        foreach ((ITaskItem item, string path) in FoldersOf(Folders))
        {
            string name = NameOf(item, path);
            if (File.Exists(path))
            {
                Error("GE0104", $"The EncoderModel '{item.ItemSpec}' is a file: name its model's folder. A pattern finds files only; Include=\"Models/*/config.json\" stands for all the folders in Models that have one.");
            }
            else if (name.Length == 0 || name is "." or ".." || name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            {
                Error("GE0100", $"The EncoderModel '{item.ItemSpec}' has the name '{name}', which can't be a folder's; give it a ModelName.");
            }
            else if (folderOf.TryGetValue(name, out string? other))
            {
                Error("GE0101", $"The EncoderModels '{other}' and '{item.ItemSpec}' are both called '{name}'; give one of them a ModelName.");
            }
            else
            {
                folderOf.Add(name, item.ItemSpec);
                if ((IsFromHub(item, path) ? FromHub(item, name, path, files) : FromDisk(item, name, path, files)) is { } folder)
                {
                    bundles.Add(new TaskItem(Escape(Write(folder.Bundle))));
                }
            }
        }

        (Bundles, Files) = ([.. bundles], [.. files]);
        return !Log.HasLoggedErrors && !_cancellation.IsCancellationRequested;
    }

    /// <summary>
    /// The items with their full paths. A config.json stands for its folder, since a pattern finds files and no folders; one in a folder of another model is that of a
    /// part of it, such as 1_Pooling.
    /// </summary>
    private static IEnumerable<(ITaskItem Item, string Path)> FoldersOf(ITaskItem[] items)
    {
        (ITaskItem Item, string Path, bool IsConfig)[] all = [.. items.Select(item =>
        {
            string path = item.GetMetadata("FullPath").TrimEnd('/', '\\');
            bool isConfig = Path.GetFileName(path) == NeededFiles.Config && !Directory.Exists(path);
            return (item, isConfig ? Path.GetDirectoryName(path)! : path, isConfig);
        })];
        return all.Where(part => !(part.IsConfig && all.Any(whole => part.Path.StartsWith(whole.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))))
            .Select(folder => (folder.Item, folder.Path));
    }

    private ModelFolder? FromDisk(ITaskItem item, string name, string path, List<ITaskItem> files)
    {
        if (!Directory.Exists(path))
        {
            return ModelFolder.Unusable(name, item.ItemSpec, MissingFolder(item, path));
        }

        if (RevisionOf(item) is { Length: > 0 } revision)
        {
            Error(HubException.Malformed, $"The EncoderModel '{item.ItemSpec}' is the folder '{path}', which has no Revision '{revision}'; remove one of them.");
            return null;
        }

        ModelFolder folder = ModelFolder.Read(path, name, item.ItemSpec, item.GetMetadata("LinksLeaveFolder").Equals("true", StringComparison.OrdinalIgnoreCase));
        files.AddRange(CopiesOf(item, path, folder));
        return folder;
    }

    private static string NameOf(ITaskItem item, string path) =>
        item.GetMetadata("ModelName") is { Length: > 0 } name ? name : path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);

    /// <summary>Writes the bundle where it differs: a file that stays as it is doesn't compile the project anew.</summary>
    private string Write(ModelBundle bundle)
    {
        string path = Path.Combine(ProjectFolder, IntermediateFolder, bundle.Name + ModelBundle.Extension), text = bundle.Write();
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        return path;
    }

    private static IEnumerable<ITaskItem> CopiesOf(ITaskItem item, string path, ModelFolder folder)
    {
        string copy = item.GetMetadata("CopyToOutputDirectory") is { Length: > 0 } chosen ? chosen : "PreserveNewest";
        return copy == "Never" ? [] : folder.Files.Select(file =>
        {
            TaskItem copied = new(Escape(Path.Combine(path, file)));
            copied.SetMetadata("Link", Escape($"{folder.Bundle.OutputFolder}/{file}"));
            copied.SetMetadata("CopyToOutputDirectory", copy);
            copied.SetMetadata("PackageSource", Escape(Path.Combine(path, file)));
            copied.SetMetadata("Bytes", BytesOf(Path.Combine(path, file)).ToString(CultureInfo.InvariantCulture));
            copied.SetMetadata("PackagePath", Escape(PackageFolder($"{folder.Bundle.OutputFolder}/{file}")));
            return copied;
        });
    }

    /// <summary>0 for what can't be read, which is said elsewhere.</summary>
    private static long BytesOf(string path) => new FileInfo(Links.Follow(path)) is { Exists: true } file ? file.Length : 0;

    /// <summary>The folder in a package, where what the package brings to its users' builds looks for it.</summary>
    private static string PackageFolder(string link) => "models/" + link.Substring("Models/".Length, link.LastIndexOf('/') + 1 - "Models/".Length);

    /// <summary>A path as an item wants it: a literal ; or % would mean something else.</summary>
    private static string Escape(string path) => path.Replace("%", "%25").Replace(";", "%3B").Replace("*", "%2A").Replace("?", "%3F");

    private void Error(string code, string message) => Log.LogError(null, code, null, null, 0, 0, 0, 0, message);
}
