using System.Text.Json;

namespace GeneratedEncoder.Oracles.Reference;

/// <summary>An object of a config.json; what is null there is as good as absent.</summary>
internal sealed class Settings(JsonElement json)
{
    /// <summary>Those of a file.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="JsonException">It isn't JSON.</exception>
    public static Settings Read(string path) => new(Json(path));

    /// <summary>What a file has, whatever it is.</summary>
    public static JsonElement Json(string path) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(path));

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether the key is there with the value null, which for some keys means something.</summary>
    public bool IsNull(string key) => json.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    public int Int(string key) => Find(key)?.GetInt32() ?? throw Missing(key);

    public int Int(string key, int absent) => Find(key)?.GetInt32() ?? absent;

    public double Double(string key) => Find(key)?.GetDouble() ?? throw Missing(key);

    public double Double(string key, double absent) => Find(key)?.GetDouble() ?? absent;

    public bool Bool(string key, bool absent) => Find(key)?.GetBoolean() ?? absent;

    public string Text(string key) => Find(key)?.GetString() ?? throw Missing(key);

    public string Text(string key, string absent) => Find(key)?.GetString() ?? absent;

    /// <summary>A list of texts; null where there is none.</summary>
    public string[]? Texts(string key) => Find(key) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : null;

    /// <summary>A text, or all texts of a list.</summary>
    public string[] OneOrMore(string key, string absent) => Texts(key) ?? [Text(key, absent)];

    /// <summary>An object within; an empty one where there is none.</summary>
    public Settings Within(string key) => new(Find(key) ?? JsonSerializer.Deserialize<JsonElement>("{}"));

    /// <summary>Refuses what this reference doesn't compute.</summary>
    /// <exception cref="NotSupportedException">It is refused.</exception>
    public void Refuse(bool refused, string key)
    {
        if (refused)
        {
            throw new NotSupportedException($"The reference doesn't know {key} = {Find(key)?.GetRawText() ?? "(absent)"}.");
        }
    }

    private JsonElement? Find(string key) =>
        json.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static InvalidDataException Missing(string key) => new($"The settings have no '{key}'.");
}
