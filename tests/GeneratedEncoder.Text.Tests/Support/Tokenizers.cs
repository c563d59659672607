using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Tokenizers of the goldens, with changes.</summary>
internal static class Tokenizers
{
    /// <summary>A golden's tokenizer, with a normalizer of this type in place of its own if one is named.</summary>
    public static TextTokenizer With(string name, string? normalizer) =>
        normalizer is null ? TokenGolden.Tokenizer(name) : Changed(name, json => json["normalizer"] = new JsonObject { ["type"] = normalizer });

    /// <summary>A golden's tokenizer.json, changed.</summary>
    public static TextTokenizer Changed(string name, Action<JsonNode> change)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("generated-encoder-");
        try
        {
            JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenGolden.Folder, name, "tokenizer.json")))!;
            change(json);
            File.WriteAllText(Path.Combine(folder.FullName, "tokenizer.json"), json.ToJsonString());
            return TextTokenizer.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Adds tokens to a tokenizer.json, found before normalization.</summary>
    public static void AddTokens(JsonNode json, IEnumerable<string> contents)
    {
        int id = json["added_tokens"]!.AsArray().Max(token => token!["id"]!.GetValue<int>());
        id = Math.Max(id, (json["model"]!["vocab"] is JsonArray pieces ? pieces.Count : json["model"]!["vocab"]!.AsObject().Count) - 1);
        foreach (string content in contents)
        {
            int own = (json["model"]!["vocab"] as JsonObject)?[content]?.GetValue<int>() ?? ++id;
            json["added_tokens"]!.AsArray().Add(new JsonObject
            {
                ["id"] = own, ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = false,
            });
        }
    }
}
