using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Text;

/// <summary>The files of a model folder that make up a tokenizer.</summary>
internal static class TokenizerFolder
{
    /// <summary>The file of sentence-transformers' encoder; its older names say which class read it.</summary>
    private static readonly string[] s_sentenceFiles =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    public static TokenizerParts Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no model folder '{Path.GetFullPath(folder)}'.");
        }

        return Read(ModelSource.OnDisk(folder));
    }

    /// <summary>The same of a folder that is there, or of its files in memory.</summary>
    public static TokenizerParts Read(ModelSource source)
    {
        try
        {
            TokenizerParts parts = ReadParts(new FolderFiles(source));
            parts.Check();
            return parts;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            string message = $"The tokenizer in {source.Place}: {e.Message}";
            throw e is NotSupportedException ? new NotSupportedException(message, e) : new InvalidDataException(message, e);
        }
        catch (Exception e) when (IsMistake(e))
        {
            throw new InvalidDataException($"The tokenizer's files in {source.Place} are not what they should be: {e.Message}", e);
        }
    }

    private static TokenizerParts ReadParts(FolderFiles files)
    {
        Json? config = files.FindJson("tokenizer_config.json");
        TokenizerParts parts = ReadFiles(files, config, TokenizerClass.Of(config, files.FindJson("config.json")));
        return parts with
        {
            CutsLeft = config?.Find("truncation_side") is { } side ? IsLeft(side) : parts.CutsLeft,
            LowersSentences = Array.Find(s_sentenceFiles, files.Has) is { } file && files.GetJson(file).Find("do_lower_case")?.Flag() == true,
        };
    }

    private static TokenizerParts ReadFiles(FolderFiles files, Json? config, TokenizerClass tokenizer)
    {
        if (files.FindJson("tokenizer.json") is { } json)
        {
            TokenizerChanges changes = new(
                tokenizer, Flag(config, "do_lower_case"), Flag(config, "strip_accents"),
                tokenizer.Kind == TokenizerKind.MPNet ? null : Flag(config, "tokenize_chinese_chars"), Flag(config, "add_prefix_space"),
                Flag(config, "add_bos_token"), Flag(config, "add_eos_token"));
            return TokenizerJson.Read(json, tokenizer.Kind == TokenizerKind.Plain ? changes with { Lowercase = null, StripAccents = null, HandleChineseChars = null } : changes,
                known => new SpecialTokens(files, tokenizer.Kind, known));
        }

        bool bert = files.Has("vocab.txt"), roberta = files.Has("vocab.json") && files.Has("merges.txt");
        switch (tokenizer.Kind)
        {
            case TokenizerKind.Unsaid when bert && roberta:
                throw new NotSupportedException("there are vocab.txt, vocab.json and merges.txt, and no file says which make up the tokenizer (tokenizer_class in tokenizer_config.json).");
            case TokenizerKind.Unsaid or TokenizerKind.Bert when bert:
                return VocabularyFiles.Bert(files, config);
            case TokenizerKind.Unsaid or TokenizerKind.Roberta when roberta:
                return VocabularyFiles.Roberta(files, config);
        }

        if (files.Source.TopNames.FirstOrDefault(IsSentencePiece) is { } model)
        {
            throw new NotSupportedException(
                $"there is a SentencePiece model, '{model}', but no tokenizer.json, which says how its ids become the model's. {HowToWrite}");
        }

        if (bert || roberta)
        {
            throw new NotSupportedException(
                $"{tokenizer.Name}, and there is {(bert ? "vocab.txt" : "vocab.json with merges.txt")} but no tokenizer.json. Without one, vocab.txt is read for BERT, DistilBERT and ELECTRA, and vocab.json with merges.txt for RoBERTa. {HowToWrite}");
        }

        throw new FileNotFoundException(
            $"{files.Source.Owner} has no tokenizer: neither tokenizer.json, nor vocab.txt, nor vocab.json with merges.txt.",
            files.Source.PathOf("tokenizer.json"));
    }

    private const string HowToWrite = "AutoTokenizer.from_pretrained(...).save_pretrained(...) of the Python library transformers writes one.";

    private static bool? Flag(Json? json, string name) => json?.Find(name)?.Flag();

    private static bool IsLeft(Json side) => side.Text() switch
    {
        "left" => true,
        "right" => false,
        string other => throw new InvalidDataException($"{side.Place} is '{other}', but should be left or right."),
    };

    /// <summary>
    /// Whether an exception comes of what a file says. Many kinds do, since contradictions show up wherever the parts of a tokenizer
    /// meet, in this library and in those that it calls.
    /// </summary>
    private static bool IsMistake(Exception e) => e is not (IOException or UnauthorizedAccessException or OutOfMemoryException);

    private static bool IsSentencePiece(string? file) => file is not null &&
        (file.EndsWith(".model", StringComparison.Ordinal) || file.EndsWith(".spm", StringComparison.Ordinal));
}
