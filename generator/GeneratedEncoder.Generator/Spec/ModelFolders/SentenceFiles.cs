namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>A text that is put before an input.</summary>
internal sealed record Prompt(string Name, string Text);

/// <summary>Reads the files that sentence-transformers puts beside a model: maximum length and prompts.</summary>
internal static class SentenceFiles
{
    private const string Prompts = FolderTexts.Prompts;

    /// <summary>Tokens of the longest text; null where only the position table limits them.</summary>
    /// <param name="files">The folder's texts.</param>
    /// <param name="tableTokens">Tokens that the position table has rows for.</param>
    /// <param name="read">Takes note of what was read.</param>
    public static FolderFact? MaxSeqLength(IReadOnlyDictionary<string, string> files, int tableTokens, List<string> read)
    {
        foreach ((string path, string key) in FolderTexts.Lengths.Select(path => (path, "max_seq_length")).Append((FolderTexts.TokenizerConfig, "model_max_length")))
        {
            // A tokenizer without a limit says 10^30, which is no whole number that 64 bits hold.
            if (FolderFile.TryRead(files, path) is { } file && file[key]?.AsWhole is >= 1 and long length)
            {
                read.Add($"{path}: {key} = {file[key]}");
                return length < tableTokens ? new("MaxSeqLength", (int)length, file.Quote(key), IsDefault: true) : null;
            }
        }

        return null;
    }

    /// <summary>Prompts by name, and the default one's name.</summary>
    /// <exception cref="FolderException">A prompt is no text, or the default one doesn't exist.</exception>
    public static (IReadOnlyList<Prompt> Prompts, string? Default) PromptsOf(IReadOnlyDictionary<string, string> files, List<string> read)
    {
        if (FolderFile.TryRead(files, Prompts) is not { } file)
        {
            return ([], null);
        }

        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        List<string> names = [];
        foreach (KeyValuePair<string, JsonValue> member in file["prompts"]?.Members ?? [])
        {
            if (!texts.ContainsKey(member.Key))
            {
                names.Add(member.Key);
            }

            texts[member.Key] = member.Value.AsString ?? throw new FolderException($"{Prompts}: the prompt \"{member.Key}\" must be a string, but is {member.Value}");
        }

        string? standard = file.Word("default_prompt_name");
        if (standard is not null && !texts.ContainsKey(standard))
        {
            throw new FolderException($"{Prompts}: default_prompt_name = \"{standard}\" is not the name of a prompt ({string.Join(", ", names)})");
        }

        read.Add($"{Prompts}: {(names.Count == 0 ? "no prompts" : $"prompts {string.Join(", ", names)}")}{(standard is null ? "" : $"; {standard} where none is asked for")}{(file.Word("similarity_fn_name") is { } similarity ? $"; to be compared by {similarity}" : "")}");
        return ([.. names.Select(name => new Prompt(name, texts[name]))], standard);
    }
}
