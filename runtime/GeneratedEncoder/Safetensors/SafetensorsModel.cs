using System.Collections.ObjectModel;
using System.Text.Json;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Safetensors;

/// <summary>
/// A model's tensors, wherever they lie: in one safetensors file, or in several (shards) that an index lists. All of them stay
/// open until this is disposed.
/// </summary>
internal sealed class SafetensorsModel : IDisposable
{
    /// <summary>What a model's only file is called.</summary>
    public const string FileName = "model.safetensors";

    private const string IndexName = "model.safetensors.index.json";

    // An index has a line a tensor, as a header has, and is bounded like one.
    private const int MostIndexBytes = SafetensorsHeader.MaxLength;

    private readonly List<SafetensorsFile> _files = [], _readLater = [];
    private readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);

    private ModelSource _source;

    private SafetensorsModel(ModelSource source, string path) => (_source, Path) = (source, path);

    /// <summary>The path of the file, or of the index.</summary>
    public string Path { get; }

    /// <summary>The same, from the file system's root on; a file's name in memory stays what it is.</summary>
    public string FullPath => _source.FullPath(Path);

    /// <summary>The entries of all headers, by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>Opens a model.</summary>
    /// <param name="path">A safetensors file, an index (*.index.json), or a folder that has one of the two.</param>
    /// <exception cref="InvalidDataException">A file is no safetensors file, or a damaged one, or does not hold what the index says.</exception>
    /// <exception cref="IOException">A file is missing or can't be opened.</exception>
    public static SafetensorsModel Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path)
            ? Open(ModelSource.OnDisk(path))
            : Open(ModelSource.OnDisk(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path), path);
    }

    /// <summary>Opens the model of a folder, or of its files in memory: the safetensors file, or else the index of several.</summary>
    /// <exception cref="InvalidDataException">A file is no safetensors file, or a damaged one, or does not hold what the index says.</exception>
    /// <exception cref="IOException">A file is missing or can't be opened.</exception>
    public static SafetensorsModel Open(ModelSource source) =>
        Open(source, source.Find(FileName) ?? source.Find(IndexName) ?? throw Missing(source, "", $"{FileName} and no {IndexName}"));

    private static SafetensorsModel Open(ModelSource source, string path)
    {
        SafetensorsModel model = new(source, path);
        try
        {
            if (model.Path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase))
            {
                model.AddShards();
            }
            else
            {
                model.Add(model.Path, _ => true);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Opens the weights of a module: the file of the usual name in a folder beside this model's own file.</summary>
    /// <param name="folder">The folder's path in the model's.</param>
    /// <returns>The module's, to be disposed by itself.</returns>
    /// <exception cref="InvalidDataException">It is no safetensors file, or a damaged one, or a link that leads out of the model's folder.</exception>
    /// <exception cref="IOException">It is missing or can't be opened.</exception>
    public SafetensorsModel OpenModule(string folder)
    {
        if (!FolderNames.IsPath(folder))
        {
            throw new ArgumentException($"'{folder}' is no path down from a model's folder.", nameof(folder));
        }

        string name = $"{folder.TrimEnd('/')}/{FileName}";
        SafetensorsModel module = Open(_source, _source.Find(name) ?? throw Missing(_source, folder.TrimEnd('/'), FileName));
        (module.RefusesNonFinite, module.Threads, module.Fingerprint, module.Packs) = (RefusesNonFinite, Threads, Fingerprint, Packs);
        return module;
    }

    /// <summary>Threads that may read and pack at once.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Where it is set, whoever packs adds what is read.</summary>
    public Fingerprint? Fingerprint { get; set; }

    /// <summary>Whether linear layers' weights are packed, or only read.</summary>
    public bool Packs { get; set; } = true;

    /// <summary>Whether to refuse weights that are NaN or infinite.</summary>
    public bool RefusesNonFinite { get; set; }

    /// <summary>The file that a tensor is in.</summary>
    public SafetensorsFile FileOf(TensorInfo tensor) => _fileOf[tensor.Name];

    /// <summary>Reads some of a tensor's elements as float32.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="first">The first element.</param>
    /// <param name="destination">Is filled.</param>
    /// <exception cref="InvalidDataException">The file has become shorter since it was opened, or an element is not finite where it has to be.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public void Read(TensorInfo tensor, long first, Span<float> destination)
    {
        TensorDecoder.Read(FileOf(tensor), tensor, first, destination);
        if (RefusesNonFinite && TensorDecoder.IndexOfNonFinite(destination) is >= 0 and int index)
        {
            throw new InvalidDataException($"The tensor '{tensor.Name}' in '{Path}' holds {destination[index]} as its element {first + index}, and EncoderOptions.RefuseNonFiniteWeights refuses that.");
        }
    }

    /// <summary>Notes that calls will read from a file.</summary>
    public void KeepReading(SafetensorsFile file)
    {
        if (!_readLater.Contains(file))
        {
            _readLater.Add(file);
        }
    }

    /// <summary>Refuses to go on with a file that calls read from, if it has become shorter since it was opened.</summary>
    public void CheckLengths()
    {
        foreach (SafetensorsFile file in _readLater)
        {
            file.CheckLength();
        }
    }

    /// <summary>Closes the files that no call will read from. Memory that nothing is read from is no longer referred to.</summary>
    public void CloseUnread()
    {
        foreach (SafetensorsFile file in _files.Except(_readLater))
        {
            file.Dispose();
        }

        _files.RemoveAll(file => !_readLater.Contains(file));
        if (_files.Count == 0)
        {
            _fileOf.Clear();
            _source = ModelSource.InMemory(ReadOnlyDictionary<string, ReadOnlyMemory<byte>>.Empty);
        }
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }
    }

    private static FileNotFoundException Missing(ModelSource source, string folder, string files)
    {
        string start = folder.Length == 0 ? "" : folder + '/';
        bool isPickled = source.Find(start + "pytorch_model.bin") is not null;
        return new($"{source.OwnerOf(folder)} has no {files}{(isPickled ? "; its pytorch_model.bin must be converted to safetensors." : ".")}", source.PathOf(start + FileName));
    }

    private void Add(string path, Func<string, bool> belongs)
    {
        SafetensorsFile file = SafetensorsFile.Open(_source, path);
        _files.Add(file);
        foreach (TensorInfo tensor in file.Tensors.Values.Where(tensor => belongs(tensor.Name)))
        {
            _tensors.Add(tensor.Name, tensor);
            _fileOf.Add(tensor.Name, file);
        }
    }

    private void AddShards()
    {
        Dictionary<string, string> shardOf = ReadIndex(_source.ReadAllBytes(Path, MostIndexBytes), Path);
        foreach (string shard in shardOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            // One that isn't there is said to be missing where it is opened.
            Add(_source.Find(shard) ?? _source.PathOf(shard), name => shardOf.GetValueOrDefault(name) == shard);
        }

        foreach ((string name, string shard) in shardOf)
        {
            if (!_tensors.ContainsKey(name))
            {
                throw new InvalidDataException($"'{Path}' says that the tensor '{name}' is in '{shard}', but that has no such tensor.");
            }
        }
    }

    /// <summary>Reads <c>weight_map</c>: the name of each tensor's file, which lies beside the index.</summary>
    private static Dictionary<string, string> ReadIndex(ReadOnlyMemory<byte> json, string path)
    {
        try
        {
            using JsonDocument index = JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json, new JsonDocumentOptions { MaxDepth = 8 });
            Dictionary<string, string> shardOf = new(StringComparer.Ordinal);
            foreach (JsonProperty entry in index.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                string shard = entry.Value.GetString() ?? "";
                if (!FolderNames.IsName(shard))
                {
                    throw new InvalidDataException($"'{path}' puts the tensor '{entry.Name}' into '{shard}', which is no file's name.");
                }

                shardOf[entry.Name] = shard;
            }

            return shardOf;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"'{path}' is not an index of safetensors files: it needs a weight_map of tensor names to file names. {e.Message}", e);
        }
    }
}
