using System.Security.Cryptography;
using System.Text;
using GeneratedEncoder;
using GeneratedEncoder.Text;

namespace EmbeddingCluster;

/// <summary>The model as a job sees it: texts in, vectors out, and a fingerprint that says which vectors can be compared.</summary>
/// <param name="pipeline">The encoder, which computes on threads of its own.</param>
public sealed class EmbeddingModel(EncoderPipeline<MiniLm> pipeline)
{
    private const int IdentityBytes = 8;

    /// <summary>The model's name.</summary>
    public string Name => pipeline.Info.Name;

    /// <summary>Numbers of a vector.</summary>
    public int Dimensions => pipeline.Info.EmbeddingDimension;

    /// <summary>SHA-256 of all that a vector depends on beside its text: the model's files, and how they are read. [32]</summary>
    public byte[] Fingerprint { get; } = FingerprintOf(pipeline.Info);

    /// <summary>Name and fingerprint in one: which silos can work on a job.</summary>
    public string Identity => $"{Name}@{Convert.ToHexStringLower(Fingerprint.AsSpan(0, IdentityBytes))}";

    /// <summary>
    /// Computes the vectors of texts, each with the bits that it has alone, whatever is computed beside it. Where online calls fill the encoder's
    /// queue, a job is the one that waits.
    /// </summary>
    /// <param name="texts">The texts.</param>
    /// <param name="progress">Is told how many are done, by the thread that has done them.</param>
    /// <param name="cancellationToken">Is heard while texts wait, and between packs of them.</param>
    /// <returns>Vectors in the order of the texts, [<see cref="Dimensions"/>] each.</returns>
    public async Task<float[][]> EmbedAsync(IReadOnlyCollection<string> texts, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await pipeline.EmbedAsync(texts, progress: progress, cancellationToken: cancellationToken);
            }
            catch (EncoderOverloadedException e)
            {
                await Task.Delay(e.RetryAfter, cancellationToken);
            }
        }
    }

    private static byte[] FingerprintOf(EncoderInfo info)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, info.Folder!);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(info.ToString()));
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal))
        {
            using FileStream stream = File.OpenRead(Path.Combine(folder, file));
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(SHA256.HashData(stream));
        }

        return hash.GetHashAndReset();
    }
}
