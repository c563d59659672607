using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EmbeddingCluster;

/// <summary>What a vector is found by: SHA-256 of the model's fingerprint and the text.</summary>
/// <param name="Upper">Its first 16 bytes.</param>
/// <param name="Lower">Its last 16 bytes.</param>
public readonly record struct TextKey(UInt128 Upper, UInt128 Lower)
{
    private const int HalfBytes = 16;

    /// <summary>The key of a text's vector.</summary>
    /// <param name="model">Fingerprint of the model.</param>
    /// <param name="text">The text.</param>
    public static TextKey Of(ReadOnlySpan<byte> model, string text)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(model.Length + Encoding.UTF8.GetMaxByteCount(text.Length));
        model.CopyTo(bytes);
        int length = model.Length + Encoding.UTF8.GetBytes(text, bytes.AsSpan(model.Length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(bytes);
        return Read(hash);
    }

    /// <summary>Reads a key of 32 bytes.</summary>
    public static TextKey Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[HalfBytes..]));

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[2 * HalfBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Upper);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(HalfBytes), Lower);
        return bytes;
    }
}
