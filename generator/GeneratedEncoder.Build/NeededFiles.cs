using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Build;

/// <summary>The one table of a model's files that are needed, on disk or at the Hub. Whatever else there is, is left where it is.</summary>
internal static class NeededFiles
{
    /// <summary>Goes up with each change of what is needed: a lock that an earlier table made is completed then.</summary>
    public const int Version = 1;

    public const string Config = "config.json", Modules = "modules.json", Weights = "model.safetensors", Index = "model.safetensors.index.json";

    public const string SentenceConfig = "sentence_bert_config.json";

    /// <summary>Files of which the compiler sees the whole text.</summary>
    public static readonly IReadOnlyList<string> Texts = [Config, Modules, "config_sentence_transformers.json", "tokenizer_config.json"];

    /// <summary>Files that a tokenizer may need. The compiler doesn't.</summary>
    public static readonly IReadOnlyList<string> Tokenizer =
    [
        "tokenizer.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
        "spiece.model", "sentencepiece.bpe.model", "tokenizer.model",
    ];

    /// <summary>Whether a file beside config.json is <see cref="SentenceConfig"/>, or one named after another class.</summary>
    public static bool IsSentenceConfig(string file) =>
        file.StartsWith("sentence_", StringComparison.Ordinal) && file.EndsWith("_config.json", StringComparison.Ordinal) && file.Length > "sentence_config.json".Length;

    /// <summary>Which of a repository's files are needed before any is read: all but modules' and shards.</summary>
    public static IEnumerable<string> First(IEnumerable<string> files)
    {
        HashSet<string> all = new(files, StringComparer.Ordinal);
        return all.Where(file => Texts.Contains(file) || Tokenizer.Contains(file) || (file.IndexOf('/') < 0 && IsSentenceConfig(file)))
            .Concat(all.Contains(Weights) ? [Weights] : all.Contains(Index) ? [Index] : [])
            .OrderBy(file => file, StringComparer.Ordinal);
    }

    /// <summary>The configs of the pipeline's modules, each in a folder of its own: "1_Pooling/config.json". None of a text that isn't JSON.</summary>
    /// <param name="modules">modules.json's text.</param>
    public static IReadOnlyList<string> ModuleConfigs(string modules)
    {
        try
        {
            return [.. JsonReader.Parse(modules).Items
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

    /// <summary>The files that an index of weights names.</summary>
    /// <exception cref="JsonFormatException">It is not JSON.</exception>
    public static IReadOnlyList<string> Shards(string index) =>
        [.. (JsonReader.Parse(index)["weight_map"]?.Members ?? []).Select(member => member.Value.Text).Distinct().OrderBy(shard => shard, StringComparer.Ordinal)];

    /// <summary>Whether a file's path, with slashes, stays in its folder on every system.</summary>
    public static bool IsSafe(string path) =>
        path.Length is > 0 and < 400
        && path.All(c => c >= ' ' && c is not ('\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' or '\x7f'))
        && path.Split('/').All(part => part.Length > 0 && part[part.Length - 1] is not ('.' or ' '));
}
