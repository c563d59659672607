using System.Text.Json;

namespace GeneratedEncoder.Safetensors;

/// <summary>
/// A model's tensors, wherever they lie: in one safetensors file, or in several (shards) that an index lists. All of them stay
/// mapped until this is disposed.
/// </summary>
internal sealed unsafe class SafetensorsModel : IDisposable
{
    private const string FileName = "model.safetensors", IndexName = "model.safetensors.index.json";

    // An index has a line a tensor; the largest models have some thousands.
    private const long MostIndexBytes = 100_000_000;

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);

    private SafetensorsModel(string path) => Path = path;

    /// <summary>The path of the file, or of the index.</summary>
    public string Path { get; }

    /// <summary>The entries of all headers, by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>Maps a model.</summary>
    /// <param name="path">A safetensors file, an index (*.index.json), or a folder that has one of the two.</param>
    /// <exception cref="InvalidDataException">A file is no safetensors file, or a damaged one, or does not hold what the index says.</exception>
    /// <exception cref="IOException">A file is missing or can't be opened.</exception>
    public static SafetensorsModel Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafetensorsModel model = new(Directory.Exists(path) ? FileIn(path) : path);
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

    /// <summary>The address of a tensor's first byte; valid until this is disposed, not necessarily aligned.</summary>
    public byte* AddressOf(TensorInfo tensor) => _fileOf[tensor.Name].AddressOf(tensor);

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }
    }

    private static string FileIn(string folder)
    {
        string file = System.IO.Path.Combine(folder, FileName), index = System.IO.Path.Combine(folder, IndexName);
        if (File.Exists(file))
        {
            return file;
        }

        bool pickled = File.Exists(System.IO.Path.Combine(folder, "pytorch_model.bin"));
        return File.Exists(index) ? index : throw new FileNotFoundException(
            $"The folder '{folder}' has no {FileName} and no {IndexName}" +
            (pickled ? "; its pytorch_model.bin must be converted to safetensors." : "."),
            file);
    }

    private void Add(string path, Func<string, bool> belongs)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        _files.Add(file);
        foreach (TensorInfo tensor in file.Tensors.Values.Where(tensor => belongs(tensor.Name)))
        {
            _tensors.Add(tensor.Name, tensor);
            _fileOf.Add(tensor.Name, file);
        }
    }

    private void AddShards()
    {
        Dictionary<string, string> shardOf = ReadIndex(Path);
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        foreach (string shard in shardOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Add(System.IO.Path.Combine(folder, shard), name => shardOf.GetValueOrDefault(name) == shard);
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
    private static Dictionary<string, string> ReadIndex(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > MostIndexBytes)
        {
            throw new InvalidDataException($"'{path}' has {stream.Length} bytes; an index has at most {MostIndexBytes}.");
        }

        try
        {
            using JsonDocument index = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 8 });
            Dictionary<string, string> shardOf = new(StringComparer.Ordinal);
            foreach (JsonProperty entry in index.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                string shard = entry.Value.GetString() ?? "";
                if (shard.Length == 0 || System.IO.Path.GetFileName(shard) != shard)
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
