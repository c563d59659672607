using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A fingerprint of bytes, at the speed of memory: sums of products (NH of Black, Halevi, Krawczyk, Krovetz and Rogaway 1999), which shrink a KiB to 16 bytes, and
/// of these two polynomials modulo 2^61 - 1 (Carter and Wegman 1979). Whoever doesn't know the seed can't make two different texts of one fingerprint: by
/// chance, or by guessing, two of a TiB have it with a probability of less than 2^-60. SHA-256 would take about as long as packing the weights anew.
/// </summary>
internal sealed class Fingerprint
{
    /// <summary>Random bytes that a fingerprint needs.</summary>
    public const int SeedBytes = (BlockWords + 2) * sizeof(ulong);

    /// <summary>Bytes that are best given at once.</summary>
    public const int ChunkBytes = 1 << 18;

    private const int BlockWords = 128;
    private const ulong Prime = (1UL << 61) - 1;

    private readonly ulong[] _keys = new ulong[BlockWords];
    private readonly ulong _first, _second;

    /// <summary>Starts a fingerprint, of nothing yet.</summary>
    /// <param name="seed">[<see cref="SeedBytes"/>]</param>
    public Fingerprint(ReadOnlySpan<byte> seed)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(seed[..SeedBytes]);
        words[..BlockWords].CopyTo(_keys);
        (_first, _second) = (words[BlockWords] % Prime, words[BlockWords + 1] % Prime);
        Value = new Part(1, 1);
    }

    /// <summary>The fingerprint of all that was added.</summary>
    public Part Value { get; private set; }

    /// <summary>Adds a text.</summary>
    public void Add(string text) => Add(Of(Encoding.UTF8.GetBytes(text)));

    /// <summary>Adds what was computed of bytes, in the order in which it is to count.</summary>
    public void Add(Part part) => Value = Step(Step(Value, part.First), part.Second);

    /// <summary>The fingerprint of some bytes alone. May be called by several threads at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Part Of(ReadOnlySpan<byte> bytes)
    {
        Part part = Step(new Part(1, 1), (ulong)bytes.Length);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (int block = 0; block < words.Length; block += BlockWords)
        {
            part = StepOfBlock(part, words.Slice(block, Math.Min(BlockWords, words.Length - block) & ~1));
        }

        int rest = bytes.Length % (2 * sizeof(ulong));
        if (rest > 0)
        {
            Span<ulong> last = stackalloc ulong[2];
            last.Clear();
            bytes[^rest..].CopyTo(MemoryMarshal.AsBytes(last));
            part = StepOfBlock(part, last);
        }

        return part;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Part StepOfBlock(Part part, ReadOnlySpan<ulong> words)
    {
        ulong low = 0, high = 0;
        ReadOnlySpan<ulong> keys = _keys.AsSpan(0, words.Length);
        for (int i = 0; i < words.Length - 1; i += 2)
        {
            ulong upper = Math.BigMul(words[i] + keys[i], words[i + 1] + keys[i + 1], out ulong lower);
            low += lower;
            high += upper + (low < lower ? 1UL : 0);
        }

        // Pieces that are smaller than the prime.
        return Step(Step(Step(Step(part, (uint)low), low >> 32), (uint)high), high >> 32);
    }

    // Inlined, since whatever isn't runs unoptimised in a process that has just begun: when kept weights are read, that is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Part Step(Part part, ulong value)
    {
        value %= Prime; // Of what is itself a fingerprint, or a length, nothing is lost.
        return new Part(Reduce(Multiply(part.First, _first) + value), Reduce(Multiply(part.Second, _second) + value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Multiply(ulong a, ulong b)
    {
        ulong upper = Math.BigMul(a, b, out ulong lower);
        return Reduce((lower & Prime) + ((lower >> 61) | (upper << 3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Reduce(ulong value) => value >= Prime ? value - Prime : value;

    /// <summary>A fingerprint's value.</summary>
    public readonly record struct Part(ulong First, ulong Second)
    {
        /// <summary>Bytes that it is written as.</summary>
        public const int Bytes = 2 * sizeof(ulong);

        public static Part Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt64LittleEndian(source), BinaryPrimitives.ReadUInt64LittleEndian(source[sizeof(ulong)..]));

        public void Write(Span<byte> destination)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, First);
            BinaryPrimitives.WriteUInt64LittleEndian(destination[sizeof(ulong)..], Second);
        }
    }
}
