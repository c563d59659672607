using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A row of a word table in few bits. BFloat16: [width] of 16 bits. Int8: a step (float32) for each block of 64 elements, of which the last may have fewer; then
/// [width] of eight bits; then as many bytes as make the row a whole number of floats.
/// </summary>
/// <remarks>
/// Each element is computed for itself, by operations that IEEE 754 rounds: vectors change no bit. Optimised from the first call on: loading packs thousands of rows,
/// and every token of every call expands one.
/// </remarks>
internal static class NarrowRow
{
    /// <summary>Elements that share a step.</summary>
    public const int BlockElements = 64;

    /// <summary>Largest magnitude of an element of eight bits.</summary>
    private const int Most = 127;

    /// <summary>The largest step of which 127 are a finite number; float.MaxValue / 127 would be rounded up to the next one.</summary>
    private const float MostStep = 2.6793884e36f;

    /// <summary>Adding it to a float of less than 2^22 leaves the nearest whole number in the lowest bits, ties to even.</summary>
    private const float Rounding = 1.5f * (1 << 23);

    private const int Lanes = 4, Bytes128 = 16;

    /// <summary>Bytes of a row.</summary>
    /// <param name="format">Not <see cref="WordTableFormat.FromFile"/>, which has rows of the file's.</param>
    /// <param name="width">Elements of it.</param>
    public static int Bytes(WordTableFormat format, int width) => format switch
    {
        WordTableFormat.BFloat16 => width * sizeof(ushort),
        WordTableFormat.Int8 => (Blocks(width) + (width + sizeof(float) - 1) / sizeof(float)) * sizeof(float),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of narrow rows."),
    };

    /// <summary>Rounds a row. In eight bits a block with NaN or an infinity becomes NaN as a whole, and one whose magnitudes are all below 1e-30 zeros.</summary>
    /// <param name="format">The row's format.</param>
    /// <param name="values">[width]</param>
    /// <param name="row">[<see cref="Bytes"/>], at a whole number of floats.</param>
    public static void Pack(WordTableFormat format, ReadOnlySpan<float> values, Span<byte> row)
    {
        if (format == WordTableFormat.BFloat16)
        {
            BFloat16Packer.Round(values, MemoryMarshal.Cast<byte, ushort>(row));
            return;
        }

        int blocks = Blocks(values.Length);
        Span<float> steps = MemoryMarshal.Cast<byte, float>(row)[..blocks];
        Span<sbyte> elements = MemoryMarshal.Cast<byte, sbyte>(row[(blocks * sizeof(float))..]);
        for (int block = 0; block < blocks; block++)
        {
            int first = block * BlockElements, length = Math.Min(BlockElements, values.Length - first);
            steps[block] = PackBlock(values.Slice(first, length), elements.Slice(first, length));
        }
    }

    /// <summary>Expands a row to float32.</summary>
    /// <param name="format">The row's format.</param>
    /// <param name="row">[<see cref="Bytes"/>], at a whole number of floats.</param>
    /// <param name="values">[width]</param>
    public static void Expand(WordTableFormat format, ReadOnlySpan<byte> row, Span<float> values)
    {
        if (format == WordTableFormat.BFloat16)
        {
            ExpandHalves(MemoryMarshal.Cast<byte, ushort>(row), values);
            return;
        }

        int blocks = Blocks(values.Length);
        ReadOnlySpan<float> steps = MemoryMarshal.Cast<byte, float>(row)[..blocks];
        ReadOnlySpan<sbyte> elements = MemoryMarshal.Cast<byte, sbyte>(row[(blocks * sizeof(float))..]);
        for (int block = 0; block < blocks; block++)
        {
            int first = block * BlockElements, length = Math.Min(BlockElements, values.Length - first);
            ExpandBlock(elements.Slice(first, length), steps[block], values.Slice(first, length));
        }
    }

    private static int Blocks(int width) => (width + BlockElements - 1) / BlockElements;

    /// <summary>Rounds a block to whole steps. Returns the step: 0 for a block of zeros, NaN where an element is no finite number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float PackBlock(ReadOnlySpan<float> values, Span<sbyte> elements)
    {
        float largest = LargestMagnitude(values);
        if (!float.IsFinite(largest) || largest < Int8Layout.Least)
        {
            elements.Clear();
            return float.IsFinite(largest) ? 0 : float.NaN;
        }

        float step = Math.Min(largest / Most, MostStep);
        Vector128<float> steps = Vector128.Create(step);
        ref float value = ref MemoryMarshal.GetReference(values);
        ref sbyte element = ref MemoryMarshal.GetReference(elements);
        int i = 0;
        for (; i <= values.Length - Bytes128; i += Bytes128)
        {
            Vector128<short> low = Vector128.Narrow(Rounded(ref value, i, steps), Rounded(ref value, i + Lanes, steps));
            Vector128<short> high = Vector128.Narrow(Rounded(ref value, i + 2 * Lanes, steps), Rounded(ref value, i + 3 * Lanes, steps));
            Vector128.Narrow(low, high).StoreUnsafe(ref element, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            elements[i] = (sbyte)MathF.Round(values[i] / step, MidpointRounding.ToEven);
        }

        return step;
    }

    private static Vector128<int> Rounded(ref float value, int i, Vector128<float> step) =>
        (Vector128.LoadUnsafe(ref value, (nuint)i) / step + Vector128.Create(Rounding)).AsInt32() - Vector128.Create(Rounding).AsInt32();

    /// <summary>The largest magnitude; infinite or NaN where there is an infinity or NaN, which are above all others when magnitudes are compared as whole numbers.</summary>
    private static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(values);
        Vector128<int> most = Vector128<int>.Zero;
        int i = 0;
        for (; i <= bits.Length - Lanes; i += Lanes)
        {
            most = Vector128.Max(most, Vector128.Create(bits.Slice(i, Lanes)) & Vector128.Create(int.MaxValue));
        }

        int largest = Math.Max(Math.Max(most[0], most[1]), Math.Max(most[2], most[3]));
        for (; i < bits.Length; i++)
        {
            largest = Math.Max(largest, bits[i] & int.MaxValue);
        }

        return BitConverter.Int32BitsToSingle(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ExpandBlock(ReadOnlySpan<sbyte> elements, float step, Span<float> values)
    {
        Vector128<float> steps = Vector128.Create(step);
        ref sbyte element = ref MemoryMarshal.GetReference(elements);
        ref float value = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - Bytes128; i += Bytes128)
        {
            (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.LoadUnsafe(ref element, (nuint)i));
            Expand(low, steps, ref value, i);
            Expand(high, steps, ref value, i + 2 * Lanes);
        }

        for (; i < values.Length; i++)
        {
            values[i] = elements[i] * step;
        }
    }

    private static void Expand(Vector128<short> elements, Vector128<float> steps, ref float value, int i)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(elements);
        (Vector128.ConvertToSingle(low) * steps).StoreUnsafe(ref value, (nuint)i);
        (Vector128.ConvertToSingle(high) * steps).StoreUnsafe(ref value, (nuint)(i + Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ExpandHalves(ReadOnlySpan<ushort> halves, Span<float> values)
    {
        halves = halves[..values.Length];
        ref ushort half = ref MemoryMarshal.GetReference(halves);
        ref float value = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - 2 * Lanes; i += 2 * Lanes)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.LoadUnsafe(ref half, (nuint)i));
            (low << 16).AsSingle().StoreUnsafe(ref value, (nuint)i);
            (high << 16).AsSingle().StoreUnsafe(ref value, (nuint)(i + Lanes));
        }

        for (; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        }
    }
}
