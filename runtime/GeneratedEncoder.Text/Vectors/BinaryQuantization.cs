using System.Collections;
using System.Numerics.Tensors;

namespace GeneratedEncoder.Text;

/// <summary>
/// Embeddings of a bit a dimension, by the conventions of sentence-transformers' <c>quantize_embeddings</c>: 1 for a number above 0, eight to a byte,
/// the first in the highest bit. Its precision "ubinary" are these bytes; "binary" are the same less 128, as signed bytes.
/// </summary>
public static class BinaryQuantization
{
    /// <summary>Bytes that embeddings of so many dimensions take.</summary>
    /// <param name="dimensions">The dimensions.</param>
    public static int Bytes(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dimensions);
        return (int)(((long)dimensions + 7) / 8);
    }

    /// <summary>Packs an embedding's signs ("ubinary").</summary>
    /// <param name="embedding">The embedding, [dimensions].</param>
    /// <returns>[(dimensions + 7) / 8].</returns>
    public static byte[] Pack(ReadOnlySpan<float> embedding)
    {
        byte[] packed = new byte[Bytes(embedding.Length)];
        Pack(embedding, packed);
        return packed;
    }

    /// <summary>Packs an embedding's signs ("ubinary").</summary>
    /// <param name="embedding">The embedding, [dimensions].</param>
    /// <param name="packed">Receives the bytes, [(dimensions + 7) / 8].</param>
    /// <exception cref="ArgumentException">It has another length; nothing was written.</exception>
    public static void Pack(ReadOnlySpan<float> embedding, Span<byte> packed)
    {
        int bytes = Bytes(embedding.Length);
        if (packed.Length != bytes)
        {
            throw new ArgumentException($"There is room for {packed.Length} bytes, but {embedding.Length} dimensions take {bytes}.", nameof(packed));
        }

        packed.Clear();
        for (int i = 0; i < embedding.Length; i++)
        {
            if (embedding[i] > 0)
            {
                packed[i >> 3] |= (byte)(0x80 >> (i & 7));
            }
        }
    }

    /// <summary>Packs an embedding's signs, less 128 ("binary").</summary>
    /// <param name="embedding">The embedding, [dimensions].</param>
    /// <returns>[(dimensions + 7) / 8].</returns>
    public static sbyte[] PackSigned(ReadOnlySpan<float> embedding) => Array.ConvertAll(Pack(embedding), value => (sbyte)(value - 128));

    /// <summary>An embedding's signs as bits, the first dimension's first, as Microsoft.Extensions.AI has them (<see cref="Microsoft.Extensions.AI.BinaryEmbedding"/>).</summary>
    /// <param name="embedding">The embedding, [dimensions].</param>
    /// <returns>[dimensions].</returns>
    public static BitArray ToBits(ReadOnlySpan<float> embedding)
    {
        BitArray bits = new(embedding.Length);
        for (int i = 0; i < embedding.Length; i++)
        {
            bits[i] = embedding[i] > 0;
        }

        return bits;
    }

    /// <summary>How many bits of two packed embeddings differ: the fewer, the nearer they are.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">The other, as long.</param>
    /// <exception cref="ArgumentException">They have different lengths.</exception>
    public static int HammingDistance(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => first.Length == second.Length
        ? checked((int)TensorPrimitives.HammingBitDistance(first, second))
        : throw new ArgumentException($"Embeddings of {first.Length} and of {second.Length} bytes can't be compared.", nameof(second));
}
