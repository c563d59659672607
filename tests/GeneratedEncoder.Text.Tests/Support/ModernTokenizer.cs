using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>
/// A tokenizer of modern.json (goldens/make_modern.mjs): settings that real models have, a small vocabulary, and what Hugging Face's
/// tokenizers library made of texts.
/// </summary>
internal sealed class ModernTokenizer
{
    private const string Variable = "GENERATED_ENCODER_MODERN";

    private readonly JsonObject _golden;

    private ModernTokenizer(JsonObject golden) => _golden = golden;

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, ModernTokenizer> All { get; } = JsonNode
        .Parse(File.ReadAllText(Environment.GetEnvironmentVariable(Variable) ?? Path.Combine(TokenGolden.Folder, "modern.json")))!.AsArray()
        .ToDictionary(golden => golden!["name"]!.GetValue<string>(), golden => new ModernTokenizer(golden!.AsObject()));

    /// <summary>Texts and their ids.</summary>
    public IEnumerable<(string Text, int[] Ids)> Texts
    {
        get
        {
            TokenGoldenText[] corpus = TokenGolden.Read("roberta").Texts;
            return Rows("corpus").Select(row => (corpus[row["index"]!.GetValue<int>()].Text, Ids(row["ids"])))
                .Concat(Rows("texts").Select(row => (row["text"]!.GetValue<string>(), Ids(row["ids"]))));
        }
    }

    /// <summary>Ids, and the texts that they become with special tokens and without.</summary>
    public IEnumerable<(int[] Ids, string Text, string Plain)> Decoded =>
        Rows("texts").Concat(Rows("decoded")).Where(row => row["decoded"] is not null).Select(row => (Ids(row["ids"]), row["decoded"]!.GetValue<string>(), row["plain"]!.GetValue<string>()));

    /// <summary>Two texts' ids and types.</summary>
    public IEnumerable<TokenGoldenPair> Pairs => Rows("pairs").Select(
        row => new TokenGoldenPair(row["first"]!.GetValue<string>(), row["second"]!.GetValue<string>(), Ids(row["ids"]), Ids(row["types"])));

    /// <summary>Its tokenizer.json.</summary>
    public JsonObject Json()
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenGolden.Folder, _golden["base"]!.GetValue<string>(), "tokenizer.json")))!.AsObject();
        string? map = Steps(json).Select(step => step!["precompiled_charsmap"]?.GetValue<string>()).FirstOrDefault(text => text is not null);
        foreach ((string key, JsonNode? value) in _golden["set"]!.AsObject())
        {
            json[key] = value?.DeepClone();
        }

        // The golden leaves the character map where it stands already.
        foreach (JsonNode? step in Steps(json).Append(json["normalizer"]).Where(step => step?["type"]?.GetValue<string>() == "Precompiled"))
        {
            step!["precompiled_charsmap"] = map;
        }

        JsonObject names = _golden["rename"]!.AsObject();
        if (json["model"]!["vocab"] is JsonArray pieces)
        {
            foreach (JsonNode? piece in pieces)
            {
                piece![0] = Renamed(piece[0]!.GetValue<string>());
            }
        }
        else
        {
            json["model"]!["vocab"] = new JsonObject(json["model"]!["vocab"]!.AsObject().Select(
                piece => KeyValuePair.Create<string, JsonNode?>(Renamed(piece.Key), piece.Value!.GetValue<int>())));
        }

        return json;

        string Renamed(string piece) => names[piece]?.GetValue<string>() ?? piece;
    }

    /// <summary>Loads it, as its file has it or changed.</summary>
    public TextTokenizer Load(Action<JsonObject>? change = null)
    {
        using ScratchFolder folder = new();
        JsonObject json = Json();
        change?.Invoke(json);
        return folder.Write("tokenizer.json", json).Load();
    }

    private static IEnumerable<JsonNode?> Steps(JsonObject json) => (json["normalizer"] as JsonObject)?["normalizers"]?.AsArray().AsEnumerable() ?? [];

    private static int[] Ids(JsonNode? ids) => [.. ids!.AsArray().Select(id => id!.GetValue<int>())];

    private IEnumerable<JsonNode> Rows(string name) => _golden[name]!.AsArray().Select(row => row!);
}
