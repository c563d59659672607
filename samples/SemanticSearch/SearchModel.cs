using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using GeneratedEncoder;
using GeneratedEncoder.Text;
using Microsoft.Extensions.AI;

namespace SemanticSearch;

/// <summary>Which model to use.</summary>
/// <param name="Folder">A folder that the user names; if null, the real model that the build put beside the program.</param>
/// <param name="Small">The demonstration's, which ships with the quickstart.</param>
public sealed record ModelChoice(string? Folder = null, bool Small = false)
{
    /// <summary>Whether it is the demonstration's: asked for, or the only one that there is.</summary>
    public bool IsSmall => Small || (Folder is null && FolderOf<MiniLm>() is null);

    private static string? FolderOf<T>()
        where T : ITransformerEncoder<T> => T.ModelInfo.Folder;
}

/// <summary>What an index needs of an encoder, whichever it is.</summary>
public sealed partial class SearchModel : IDisposable
{
    private const string Unknown = "[UNK]";
    private readonly TextTokenizer _tokenizer;

    private SearchModel(string folder, EncoderInfo info, TextTokenizer tokenizer, IEmbeddingGenerator<string, Embedding<float>> generator)
    {
        _tokenizer = tokenizer;
        Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Name = Path.GetFileName(Folder);
        Dimensions = info.HiddenSize;
        MaxTokens = info.MaxTokens;
        Generator = generator;
        Fingerprint = FingerprintOf(Folder, info);
    }

    /// <summary>The model folder.</summary>
    public string Folder { get; }

    /// <summary>The model folder's name.</summary>
    public string Name { get; }

    /// <summary>Numbers of an embedding.</summary>
    public int Dimensions { get; }

    /// <summary>Tokens of the longest text that it reads whole.</summary>
    public int MaxTokens { get; }

    /// <summary>Differs between any two models whose embeddings can't be compared.</summary>
    public string Fingerprint { get; }

    public IEmbeddingGenerator<string, Embedding<float>> Generator { get; }

    /// <summary>Opens the model of the user's choice.</summary>
    /// <exception cref="SearchException">The folder's model has other dimensions than MiniLM.</exception>
    public static SearchModel Open(ModelChoice choice)
    {
        if (choice.IsSmall)
        {
            return Open<DemonstrationEncoder>();
        }

        if (choice.Folder is not null)
        {
            MiniLmFolder.Check(choice.Folder);
        }

        return Open<MiniLm>(choice.Folder);
    }

    /// <summary>How many tokens a text has, special ones among them.</summary>
    public int CountTokens(string text) => _tokenizer.Encode(text).Length;

    /// <summary>The words of a text that the model has no token for.</summary>
    public IEnumerable<string> UnknownWords(string text) =>
        HasUnknown(text) ? WordOrMark().Matches(text).Select(match => match.Value).Where(HasUnknown).Distinct() : [];

    public void Dispose() => Generator.Dispose();

    /// <param name="folder">The model folder; if null, the one that the build copied beside the program.</param>
    private static SearchModel Open<T>(string? folder = null)
        where T : ITransformerEncoder<T>
    {
        folder ??= Path.Combine(AppContext.BaseDirectory, T.ModelInfo.Folder!);
        EncoderPipeline<T> encoder = EncoderPipeline.Load<T>(folder, new EncoderPipelineOptions
        {
            Encoder = new EncoderOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            Truncation = Truncation.Error, // Nothing of a document may be lost unnoticed; passages are cut to fit.
        });
        return new SearchModel(folder, encoder.Info, encoder.Tokenizer, encoder.AsIEmbeddingGenerator());
    }

    /// <summary>SHA-256 of all that an embedding depends on: weights, tokenizer, pooling.</summary>
    private static string FingerprintOf(string folder, EncoderInfo info)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{info.Pooling} {info.Normalize} {info.MaxTokens}"));
        foreach (string file in new[] { "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt" })
        {
            if (File.Exists(Path.Combine(folder, file)))
            {
                using FileStream stream = File.OpenRead(Path.Combine(folder, file));
                hash.AppendData(SHA256.HashData(stream));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private bool HasUnknown(string text) => _tokenizer.Encode(text).Any(id => _tokenizer.Token(id) == Unknown);

    [GeneratedRegex(@"\w+|[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\w\s]")]
    private static partial Regex WordOrMark();
}
