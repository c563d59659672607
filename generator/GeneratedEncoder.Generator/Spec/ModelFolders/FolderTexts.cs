using System.Text;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>The small files of a folder that say how its model computes.</summary>
internal static class FolderTexts
{
    public const string Config = "config.json", Modules = "modules.json", Prompts = "config_sentence_transformers.json", TokenizerConfig = "tokenizer_config.json";

    /// <summary>Far above any model's; a larger file is something else.</summary>
    public const int MostBytes = 16_000_000;

    /// <summary>The maximum length's file, whose older names say which class read it.</summary>
    public static readonly IReadOnlyList<string> Lengths =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    /// <summary>Those of which the names are known: all but the configs of modules.</summary>
    public static readonly IReadOnlyList<string> Fixed = [Config, Modules, Prompts, TokenizerConfig, .. Lengths];

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads them, by their paths in the folder.</summary>
    /// <param name="read">A file's text; null if the folder has none of that path.</param>
    public static Dictionary<string, string> Read(Func<string, string?> read)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        Add(Fixed);
        Add(ModuleConfigs(texts.TryGetValue(Modules, out string? modules) ? modules : "[]"));
        return texts;

        void Add(IEnumerable<string> paths)
        {
            foreach (string path in paths)
            {
                if (read(path) is { } text)
                {
                    texts[path] = text;
                }
            }
        }
    }

    /// <summary>A file's text: UTF-8, with or without a byte order mark.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8.</exception>
    public static string Decode(byte[] bytes)
    {
        int start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        try
        {
            return s_strict.GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("it is not UTF-8", e);
        }
    }

    /// <summary>The configs of the pipeline's modules, each in a folder of its own: "1_Pooling/config.json". None of a text that isn't JSON.</summary>
    /// <param name="modules">modules.json's text.</param>
    public static IReadOnlyList<string> ModuleConfigs(string modules)
    {
        try
        {
            return [.. JsonReader.Parse(modules).Items
                .Select(module => module["path"]?.AsString ?? "")
                .Where(FolderNames.IsPath)
                .Select(ModuleConfig)
                .Distinct()];
        }
        catch (JsonFormatException)
        {
            // Who reads what it says reports it.
            return [];
        }
    }

    /// <summary>The config of a module in that folder.</summary>
    public static string ModuleConfig(string folder) => folder.TrimEnd('/') + "/" + Config;
}
