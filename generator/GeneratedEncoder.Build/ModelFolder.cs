using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Build;

/// <summary>A model folder on disk: what of it the compiler gets to see, and what the application needs.</summary>
internal sealed class ModelFolder
{
    private const string Weights = NeededFiles.Weights, Index = NeededFiles.Index, Modules = NeededFiles.Modules;

    /// <summary>Far above any model's; a larger file is something else.</summary>
    private const long MostTextBytes = 16_000_000;

    private readonly string _path;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];
    private string? _problem;

    private ModelFolder(string path) => _path = path;

    /// <summary>What the compiler gets to see.</summary>
    public ModelBundle Bundle { get; private set; } = null!;

    /// <summary>Files that the application needs, by their paths in the folder, with slashes.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>A folder that can't be had; the compiler says so where an attribute asks for it.</summary>
    /// <param name="name">The name by which attributes ask for it.</param>
    /// <param name="shown">The path as messages show it.</param>
    /// <param name="problem">Why: the end of a sentence about it.</param>
    public static ModelFolder Unusable(string name, string shown, string problem) => new("")
    {
        Bundle = new ModelBundle { Name = name, Folder = shown, OutputFolder = "Models/" + name, Problem = problem },
    };

    /// <summary>Reads a folder; whatever is wrong with it becomes the bundle's problem.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="name">The name by which attributes ask for it.</param>
    /// <param name="shown">The path as messages show it.</param>
    public static ModelFolder Read(string path, string name, string shown)
    {
        ModelFolder folder = new(path);
        if (!Directory.Exists(path))
        {
            folder._problem = $"there is no folder '{path}'";
        }
        else
        {
            folder.AddTexts();
            folder.AddWeights();
            folder._files.AddRange(NeededFiles.Tokenizer.Where(folder.Has));
        }

        folder.Bundle = new ModelBundle { Name = name, Folder = shown, OutputFolder = "Models/" + name, Problem = folder._problem, Files = folder._texts };
        return folder;
    }

    private void AddTexts()
    {
        foreach (string file in NeededFiles.Texts.Where(Has))
        {
            AddText(file);
        }

        // sentence_bert_config.json, or one named after another class.
        foreach (string file in Directory.EnumerateFiles(_path, "sentence_*_config.json").Select(Path.GetFileName).OrderBy(file => file, StringComparer.Ordinal))
        {
            AddText(file);
        }

        foreach (string file in NeededFiles.ModuleConfigs(_texts.TryGetValue(Modules, out string? modules) ? modules : "[]").Where(Has))
        {
            AddText(file);
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
            AddText(Index);
            foreach (string shard in Shards())
            {
                AddHeader(shard);
            }
        }
        else
        {
            _problem ??= $"it has no {Weights}" + (Has("pytorch_model.bin")
                ? "; its pytorch_model.bin must be converted to safetensors (save_pretrained of a recent transformers does it)"
                : "");
        }
    }

    /// <summary>The index's files, which lie beside it.</summary>
    private IEnumerable<string> Shards()
    {
        try
        {
            IReadOnlyList<string> shards = NeededFiles.Shards(_texts.TryGetValue(Index, out string? text) ? text : "{}");
            if (shards.FirstOrDefault(shard => !Has(shard) || shard.IndexOfAny(['/', '\\']) >= 0) is { } missing)
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

    private void AddText(string file) => Add(file, path => new FileInfo(path).Length <= MostTextBytes
        ? File.ReadAllText(path)
        : throw new InvalidDataException($"it has {new FileInfo(path).Length} bytes; at most {MostTextBytes} are read"));

    private void AddHeader(string file) => Add(file, SafetensorsHeaderFile.Read);

    private void Add(string file, Func<string, string> read)
    {
        _files.Add(file);
        try
        {
            _texts[file] = read(Path.Combine(_path, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _problem ??= $"{file} can't be read: {e.Message}";
        }
    }

    private bool Has(string file) => file.Length > 0 && file.IndexOfAny(Path.GetInvalidPathChars()) < 0 && File.Exists(Path.Combine(_path, file));
}
