using System.Globalization;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>What a folder says of one of the attribute's properties.</summary>
/// <param name="Property">The attribute's property.</param>
/// <param name="Value">Its value: an int, a double, a bool or an enum.</param>
/// <param name="Source">Where it comes from, for messages: "hidden_size = 384 in config.json".</param>
/// <param name="IsDefault">Whether the attribute may say otherwise: the folder's word is only what is usual.</param>
internal sealed record FolderFact(string Property, object Value, string Source, bool IsDefault = false)
{
    /// <summary>Whether it is none of the attribute's properties, but a <see cref="Spec.Detail"/> under this key.</summary>
    public bool IsDetail { get; init; }

    /// <summary>A detail of the architecture.</summary>
    public static FolderFact Detail(string key, object value, string source) => new(key, value, source) { IsDetail = true };

    /// <summary>The value as messages show it: as it is written in C#, without an enum's name.</summary>
    public string Text => TextOf(Value);

    public static string TextOf(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}

/// <summary>Something in a folder that can't be read or is not supported. Reading ends there.</summary>
/// <param name="message">What, and where.</param>
/// <param name="isUnsupported">Whether it is understood but not supported; else it is no proper file.</param>
internal sealed class FolderException(string message, bool isUnsupported = false) : Exception(message)
{
    public bool IsUnsupported { get; } = isUnsupported;

    public static FolderException Unsupported(string message) => new(message, isUnsupported: true);
}

/// <summary>One JSON file of a folder, with getters whose errors name file, key and value.</summary>
internal sealed class FolderFile
{
    private readonly JsonValue _json;

    private FolderFile(string path, JsonValue json) => (Path, _json) = (path, json);

    /// <summary>Its path in the folder.</summary>
    public string Path { get; }

    public JsonValue? this[string key] => _json[key];

    /// <summary>Whether the key is there, though it may be null.</summary>
    public bool HasKey(string key) => _json.Members.Any(member => member.Key == key);

    /// <summary>The elements, where the file is an array.</summary>
    public IReadOnlyList<JsonValue> Items => _json.Items;

    /// <summary>Reads a file; null if the folder has none of that path.</summary>
    /// <param name="files">The folder's texts, by their paths.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="kind">What its JSON must be.</param>
    /// <exception cref="FolderException">It isn't JSON, or not of that kind.</exception>
    public static FolderFile? TryRead(IReadOnlyDictionary<string, string> files, string path, JsonKind kind = JsonKind.Object)
    {
        if (!files.TryGetValue(path, out string? text))
        {
            return null;
        }

        try
        {
            JsonValue json = JsonReader.Parse(text);
            return json.Kind == kind ? new FolderFile(path, json) : throw new FolderException($"{path}: expected an {kind.ToString().ToLowerInvariant()}, but found {json}");
        }
        catch (JsonFormatException e)
        {
            throw new FolderException($"{path} is not valid JSON: {e.Message}");
        }
    }

    /// <summary>Reads a file that must be there.</summary>
    /// <exception cref="FolderException">It isn't, or it isn't a JSON object.</exception>
    public static FolderFile Read(IReadOnlyDictionary<string, string> files, string path) =>
        TryRead(files, path) ?? throw new FolderException($"it has no {path}");

    /// <summary>A whole number that an int holds; <paramref name="absent"/> without the key.</summary>
    public int Whole(string key, int absent) => _json[key] is { } value
        ? value.AsWhole is { } whole and >= int.MinValue and <= int.MaxValue ? (int)whole : throw Wrong(key, "a whole number")
        : absent;

    public double Number(string key, double absent) =>
        _json[key] is { } value ? value.AsNumber ?? throw Wrong(key, "a number") : absent;

    public bool Flag(string key, bool absent) =>
        _json[key] is { } value ? value.AsBoolean ?? throw Wrong(key, "true or false") : absent;

    public string? Word(string key) =>
        _json[key] is { } value ? value.AsString ?? throw Wrong(key, "a string") : null;

    /// <summary>A key and its value, for messages: "hidden_act = "gelu" in config.json".</summary>
    public string Quote(string key) => $"{key} = {_json[key]?.ToString() ?? "null"} in {Path}";

    private FolderException Wrong(string key, string expected) => new($"{Path}: {key} must be {expected}, but is {_json[key]}");
}
