using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace GeneratedEncoder.Tests;

/// <summary>One number for all that encoders compute, and the vectors that this process computed it with.</summary>
internal static class Digest
{
    /// <summary>"{<see cref="Vectors"/>} {SHA-256 of every output of every entry point, over lengths up to <paramref name="longest"/>}".</summary>
    public static string Of(IEnumerable<EncoderCase> encoders, int threads, int longest)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (EncoderCase encoder in encoders)
        {
            using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = threads });
            foreach (int tokens in new[] { 1, 2, 5, 7, 13, 16, 17, 31, 64, 200, 600 }.Where(n => n <= Math.Min(longest, encoder.Shape.MaxTokens)))
            {
                foreach (EntryPoint entry in EntryPoint.All(subject, encoder, tokens))
                {
                    entry.Call();
                    Append(hash, entry.Outputs);
                }
            }

            // Enough tokens for several packs, and for a team.
            Text batch = Text.Join([.. Enumerable.Range(0, 40).Select(i => Text.Random(encoder.Shape, (ulong)i, 1 + i * 7 % Math.Min(longest, encoder.Shape.MaxTokens)))]);
            Append(hash, [subject.EncodeBatch(batch), subject.EmbedBatch(batch)]);
            if (subject.Head is { HasBatches: true } head)
            {
                Append(hash, [head.Batch(batch)]);
            }
        }

        return $"{Vectors} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static void Append(IncrementalHash hash, float[][] outputs)
    {
        foreach (float[] output in outputs)
        {
            hash.AppendData(MemoryMarshal.AsBytes(output.AsSpan()));
        }
    }

    /// <summary>Bits of the widest vectors that generated code uses here, 0 where there are none in hardware, and its instruction for dot products of bytes, if any.</summary>
    public static string Vectors =>
        Vector512.IsHardwareAccelerated ? "512" :
        Vector256.IsHardwareAccelerated ? AvxVnni.IsSupported ? "256+vpdpbusd" : "256" :
        Vector128.IsHardwareAccelerated ? Dp.IsSupported ? "128+sdot" : "128" : "0";
}
