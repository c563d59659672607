using GeneratedEncoder.Generator.Spec.ModelFolders;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Build;

/// <summary>A model folder on disk: what of it the compiler gets to see, and what the application needs.</summary>
internal sealed class ModelFolder
{
    private const string Weights = NeededFiles.Weights, Index = NeededFiles.Index;

    private readonly string _path;
    private readonly bool _linksLeave;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];
    private string? _problem;

    private ModelFolder(string path, bool linksLeave = false) => (_path, _linksLeave) = (path, linksLeave);

    /// <summary>What the compiler gets to see.</summary>
    public ModelBundle Bundle { get; private set; } = null!;

    /// <summary>Files that the application needs, by their paths in the folder, with slashes.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>A folder that can't be had; the compiler says so where an attribute asks for it.</summary>
    /// <param name="name">The name by which attributes ask for it.</param>
    /// <param name="shown">The path as messages show it.</param>
    /// <param name="problem">Why: the end of a sentence about it.</param>
    public static ModelFolder Unusable(string name, string shown, string problem) => new("", linksLeave: false)
    {
        Bundle = new ModelBundle { Name = name, Folder = shown, OutputFolder = "Models/" + name, Problem = problem },
    };

    /// <summary>Reads a folder; whatever is wrong with it becomes the bundle's problem.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="name">The name by which attributes ask for it.</param>
    /// <param name="shown">The path as messages show it.</param>
    /// <param name="linksLeave">Whether links in it may lead out of it.</param>
    public static ModelFolder Read(string path, string name, string shown, bool linksLeave = false)
    {
        ModelFolder folder = new(path, linksLeave);
        if (!Directory.Exists(path))
        {
            folder._problem = $"there is no folder '{path}'";
        }
        else
        {
            folder.AddTexts();
            folder.AddWeights();
            folder.AddModuleWeights();
            foreach (string file in NeededFiles.Tokenizer.Where(folder.Has))
            {
                // Only copied, which a pipe would keep waiting.
                folder.Add(file, path => RegularFile.Check(path));
            }
        }

        folder.Bundle = new ModelBundle { Name = name, Folder = shown, OutputFolder = "Models/" + name, Problem = folder._problem, Files = folder._texts };
        return folder;
    }

    private void AddTexts()
    {
        foreach (KeyValuePair<string, string> text in FolderTexts.Read(file => Has(file) ? AddText(file) : null))
        {
            _texts[text.Key] = text.Value;
        }
    }

    private void AddWeights()
    {
        if (Has(Weights))
        {
            AddHeader(Weights);
        }
        else if (Has(Index))
        {
            _texts[Index] = AddText(Index) ?? "{}";
            foreach (string shard in Shards())
            {
                AddHeader(shard);
            }
        }
        else
        {
            _problem ??= Missing(Weights, "pytorch_model.bin", "save_pretrained of a recent transformers does it");
        }
    }

    private void AddModuleWeights()
    {
        foreach (string file in NeededFiles.ModuleWeights(_texts.TryGetValue(NeededFiles.Modules, out string? modules) ? modules : "[]"))
        {
            if (Has(file))
            {
                AddHeader(file);
            }
            else
            {
                _problem ??= Missing(file, file.Replace(Weights, "pytorch_model.bin"), "save_pretrained of a recent sentence-transformers does it");
            }
        }
    }

    private string Missing(string weights, string pickle, string howToConvert) =>
        $"it has no {weights}" + (Has(pickle) ? $"; its {pickle} must be converted to safetensors ({howToConvert})" : "");

    /// <summary>The index's files, which lie beside it.</summary>
    private IEnumerable<string> Shards()
    {
        try
        {
            IReadOnlyList<string> shards = NeededFiles.Shards(_texts.TryGetValue(Index, out string? text) ? text : "{}");
            if (shards.FirstOrDefault(shard => !FolderNames.IsName(shard)) is { } stranger)
            {
                _problem ??= $"{Index} names '{stranger}', which is no file's name";
                return [];
            }

            if (shards.FirstOrDefault(shard => !Has(shard)) is { } missing)
            {
                _problem ??= $"{Index} names '{missing}', which it doesn't have";
                return [];
            }

            return shards;
        }
        catch (JsonFormatException e)
        {
            _problem ??= $"{Index} is not valid JSON: {e.Message}";
            return [];
        }
    }

    private string? AddText(string file)
    {
        string? text = null;
        Add(file, path => text = FolderTexts.Decode(RegularFile.ReadAllBytes(path, FolderTexts.MostBytes)));
        return text;
    }

    private void AddHeader(string file) => Add(file, path => _texts[file] = SafetensorsHeaderFile.Read(path));

    /// <summary>Takes a file, once it has been seen to lie in the folder; what is wrong with it becomes the folder's problem.</summary>
    private void Add(string file, Action<string> read)
    {
        try
        {
            if (!_linksLeave)
            {
                Links.CheckInside(_path, file, "put the file itself there, or give the EncoderModel LinksLeaveFolder=\"true\"");
            }

            read(Path.Combine(_path, file));
            _files.Add(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _problem ??= $"{file} can't be read: {e.Message}";
        }
    }

    private bool Has(string file) => File.Exists(Path.Combine(_path, file));
}
