using System.Globalization;
using System.Text.Json;

namespace SemanticSearch;

/// <summary>
/// Finds out whether a model folder belongs to <see cref="MiniLm"/>. Its weights alone don't tell: a model of twelve such layers has
/// every tensor that one of six needs.
/// </summary>
internal static class MiniLmFolder
{
    private static readonly (string Key, object Value)[] s_expected =
    [
        ("model_type", "bert"),
        ("hidden_size", MiniLm.HiddenSize),
        ("num_hidden_layers", MiniLm.NumHiddenLayers),
        ("num_attention_heads", MiniLm.NumAttentionHeads),
        ("intermediate_size", MiniLm.IntermediateSize),
        ("max_position_embeddings", MiniLm.MaxPositionEmbeddings),
        ("vocab_size", MiniLm.VocabSize),
        ("type_vocab_size", MiniLm.TypeVocabSize),
        ("hidden_act", "gelu"),
        ("layer_norm_eps", MiniLm.LayerNormEps),
    ];

    /// <exception cref="SearchException">It doesn't; the message says what is different.</exception>
    public static void Check(string folder)
    {
        JsonElement config = Read(Path.Combine(folder, "config.json"))
            ?? throw new SearchException($"The folder '{folder}' has no config.json, so it is not a model folder. The README says which files it needs.");
        foreach ((string key, object value) in s_expected)
        {
            if (!config.TryGetProperty(key, out JsonElement found) || !Same(found, value))
            {
                throw new SearchException(
                    $"The model in '{folder}' is not of MiniLM's dimensions: {key} is {(found.ValueKind == JsonValueKind.Undefined ? "missing" : found)}, " +
                    $"but the class MiniLm was compiled for {value}. For another model, change the attribute in MiniLm.cs and build again.");
            }
        }

        // A folder without it has a bare encoder, which leaves the choice to us.
        if (Read(Path.Combine(folder, "1_Pooling", "config.json")) is { } pooling &&
            !(pooling.TryGetProperty("pooling_mode_mean_tokens", out JsonElement mean) && mean.ValueKind == JsonValueKind.True))
        {
            throw new SearchException(
                $"The model in '{folder}' doesn't pool by the mean (1_Pooling/config.json), as the class MiniLm does. Change Pooling in MiniLm.cs and build again.");
        }
    }

    private static bool Same(JsonElement found, object value) => found.ValueKind switch
    {
        JsonValueKind.String => found.ValueEquals(value as string),
        JsonValueKind.Number => value is not string && found.GetDouble() == Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => false,
    };

    private static JsonElement? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json.RootElement.Clone()
                : throw new SearchException($"'{path}' is not what it should be: a JSON object.");
        }
        catch (JsonException e)
        {
            throw new SearchException($"'{path}' is not valid JSON: {e.Message}");
        }
    }
}
