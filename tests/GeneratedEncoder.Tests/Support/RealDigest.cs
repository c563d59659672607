using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Tests;

/// <summary>One number for all that the real models compute, and the vectors that this process computed it with.</summary>
internal static class RealDigest
{
    /// <summary>"{<see cref="Digest.Vectors"/>} {SHA-256 of embeddings and hidden states, of texts alone and in a batch}".</summary>
    /// <param name="threads">Threads within a call.</param>
    /// <param name="longest">Tokens of the longest text.</param>
    /// <param name="count">How many of the corpus's texts that have at most so many tokens, spread evenly over them.</param>
    public static string Of(int threads, int longest, int count)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append<AllMiniLmL6>(hash, "all-MiniLM-L6-v2", threads, longest, count);
        Append<ArcticEmbedXs>(hash, "snowflake-arctic-embed-xs", threads, longest, count);
        return $"{Digest.Vectors} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static void Append<T>(IncrementalHash hash, string model, int threads, int longest, int count)
        where T : ITransformerEncoder<T>
    {
        EncoderPipelineOptions options = new() { Encoder = new EncoderOptions { MaxDegreeOfParallelism = threads } };
        using EncoderPipeline<T> encoder = EncoderPipeline.Load<T>(RealModels.Folder(model), options);
        string[] fitting = [.. TextCorpus.All.Where(text => encoder.Tokenizer.Encode(text).Length <= longest)];
        string[] texts = [.. Enumerable.Range(0, count).Select(i => fitting[i * fitting.Length / count])];
        foreach (float[] embedding in texts.Select(text => encoder.Embed(text)).Concat(encoder.Embed(texts)))
        {
            hash.AppendData(MemoryMarshal.AsBytes(embedding.AsSpan()));
        }
    }
}
