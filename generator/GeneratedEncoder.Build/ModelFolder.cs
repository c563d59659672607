using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Build;

/// <summary>A model folder on disk: what of it the compiler gets to see, and what the application needs.</summary>
internal sealed class ModelFolder
{
    private const string Weights = "model.safetensors", Index = "model.safetensors.index.json", Modules = "modules.json";

    /// <summary>Far above any model's; a larger file is something else.</summary>
    private const long MostTextBytes = 16_000_000;

    /// <summary>Files of which the compiler sees the whole text.</summary>
    private static readonly string[] s_texts = ["config.json", Modules, "config_sentence_transformers.json", "tokenizer_config.json"];

    /// <summary>Files that a tokenizer may need. The compiler doesn't.</summary>
    private static readonly string[] s_tokenizer =
    [
        "tokenizer.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
        "spiece.model", "sentencepiece.bpe.model", "tokenizer.model",
    ];

    private readonly string _path;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];
    private string? _problem;

    private ModelFolder(string path) => _path = path;

    /// <summary>What the compiler gets to see.</summary>
    public ModelBundle Bundle { get; private set; } = null!;

    /// <summary>Files that the application needs, by their paths in the folder, with slashes.</summary>
    public IReadOnlyList<string> Files => _files;

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
            folder._files.AddRange(s_tokenizer.Where(folder.Has));
        }

        folder.Bundle = new ModelBundle { Name = name, Folder = shown, OutputFolder = "Models/" + name, Problem = folder._problem, Files = folder._texts };
        return folder;
    }

    private void AddTexts()
    {
        foreach (string file in s_texts.Where(Has))
        {
            AddText(file);
        }

        // sentence_bert_config.json, or one named after another class.
        foreach (string file in Directory.EnumerateFiles(_path, "sentence_*_config.json").Select(Path.GetFileName).OrderBy(file => file, StringComparer.Ordinal))
        {
            AddText(file);
        }

        foreach (string file in ModuleConfigs().Where(Has))
        {
            AddText(file);
        }
    }

    /// <summary>The configs of the pipeline's modules, each in a folder of its own: "1_Pooling/config.json".</summary>
    private IEnumerable<string> ModuleConfigs()
    {
        if (!_texts.TryGetValue(Modules, out string? text))
        {
            return [];
        }

        try
        {
            return [.. JsonReader.Parse(text).Items
                .Select(module => module["path"]?.AsString?.Trim('/') ?? "")
                .Where(folder => folder.Length > 0 && !folder.Split('/', '\\').Contains("..") && folder.IndexOfAny(Path.GetInvalidPathChars()) < 0)
                .Select(folder => folder + "/config.json")
                .Distinct()];
        }
        catch (JsonFormatException)
        {
            // The compiler reads it too, and reports it.
            return [];
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
            string[] shards = [.. (JsonReader.Parse(_texts.TryGetValue(Index, out string? text) ? text : "{}")["weight_map"]?.Members ?? [])
                .Select(member => member.Value.Text).Distinct().OrderBy(shard => shard, StringComparer.Ordinal)];
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
