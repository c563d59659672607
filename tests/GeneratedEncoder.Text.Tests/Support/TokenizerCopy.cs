using System.Text.Json.Nodes;

namespace GeneratedEncoder.Text.Tests;

/// <summary>A folder with a golden's tokenizer.json, some of it changed. Gone when the test is.</summary>
internal sealed class TokenizerCopy : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("generated-encoder-");

    /// <param name="name">The golden's name.</param>
    /// <param name="changes">What stands in place of the file's own properties.</param>
    public TokenizerCopy(string name, JsonObject changes)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(TokenGolden.Folder, name, "tokenizer.json")))!.AsObject();
        foreach ((string key, JsonNode? value) in changes)
        {
            json[key] = value?.DeepClone();
        }

        File.WriteAllText(Path.Combine(Folder, "tokenizer.json"), json.ToJsonString());
    }

    /// <summary>The folder.</summary>
    public string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
