using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Build;

/// <summary>The one table of a model's files that are needed, on disk or at the Hub. Whatever else there is, is left where it is.</summary>
internal static class NeededFiles
{
    /// <summary>Goes up with each change of what is needed: a lock that an earlier table made is completed then.</summary>
    public const int Version = 2;

    public const string Config = FolderTexts.Config, Modules = FolderTexts.Modules, Weights = "model.safetensors", Index = "model.safetensors.index.json";

    public const string SentenceConfig = "sentence_bert_config.json";

    /// <summary>Files of which the compiler sees the whole text, beside the one that <see cref="IsSentenceConfig"/> knows.</summary>
    public static readonly IReadOnlyList<string> Texts = [Config, Modules, FolderTexts.Prompts, FolderTexts.TokenizerConfig];

    /// <summary>Files that a tokenizer may need. The compiler doesn't.</summary>
    public static readonly IReadOnlyList<string> Tokenizer =
    [
        "tokenizer.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
        "spiece.model", "sentencepiece.bpe.model", "tokenizer.model",
    ];

    /// <summary>Kinds of modules after the encoder that have weights.</summary>
    private static readonly string[] s_weighted = ["Dense", "LayerNorm"];

    /// <summary>Whether a file beside config.json is <see cref="SentenceConfig"/>, or one named after another class.</summary>
    public static bool IsSentenceConfig(string file) => FolderTexts.Lengths.Contains(file);

    /// <summary>Which of a repository's files are needed before any is read: all but modules' and shards.</summary>
    public static IEnumerable<string> First(IEnumerable<string> files)
    {
        HashSet<string> all = new(files, StringComparer.Ordinal);
        return all.Where(file => Texts.Contains(file) || Tokenizer.Contains(file) || IsSentenceConfig(file))
            .Concat(all.Contains(Weights) ? [Weights] : all.Contains(Index) ? [Index] : [])
            .OrderBy(file => file, StringComparer.Ordinal);
    }

    /// <summary>The files that an index of weights names.</summary>
    /// <exception cref="JsonFormatException">It is not JSON.</exception>
    public static IReadOnlyList<string> Shards(string index) =>
        [.. (JsonReader.Parse(index)["weight_map"]?.Members ?? []).Select(member => member.Value.Text).Distinct().OrderBy(shard => shard, StringComparer.Ordinal)];

    /// <summary>The weights of the pipeline's modules, each in its module's folder: "2_Dense/model.safetensors". None of a text that isn't JSON.</summary>
    /// <param name="modules">modules.json's text.</param>
    public static IReadOnlyList<string> ModuleWeights(string modules)
    {
        try
        {
            return [.. JsonReader.Parse(modules).Items
                .Where(module => s_weighted.Contains(module["type"]?.AsString?.Split('.').Last()))
                .Select(module => module["path"]?.AsString ?? "")
                .Where(FolderNames.IsPath)
                .Select(folder => $"{folder.TrimEnd('/')}/{Weights}")
                .Distinct()];
        }
        catch (JsonFormatException)
        {
            // The compiler, which gets the text, reports it.
            return [];
        }
    }
}
