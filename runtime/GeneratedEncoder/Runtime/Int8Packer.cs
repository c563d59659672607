using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Makes eight-bit weights of an output feature's row. Each block of 64 input features is rotated, as the activations will be: signs changed by a fixed pattern,
/// then a Hadamard transform (Fino and Algazi 1976), which spreads outliers over the block and leaves every product as it was, but for a factor of 64. Then it is
/// rounded to the steps of its own scale, the smallest with which no weight exceeds 127 and no two that one instruction adds in 16 bits exceed 129 together.
/// </summary>
internal static class Int8Packer
{
    /// <summary>Adding it to a float of less than 2^22 leaves the nearest whole number in the lowest bits, ties to even.</summary>
    private const float Rounding = 1.5f * (1 << 23);

    private const int Lanes = 4;

    /// <summary>Packs an output feature's weights into its column of its panel.</summary>
    /// <param name="row">[in]</param>
    /// <param name="column">The output feature's place among the panels' columns.</param>
    /// <param name="scale">Multiplies each weight.</param>
    /// <param name="panels">[columns / 16][blocks] as <see cref="Int8Layout"/> has them.</param>
    /// <remarks>
    /// A weight that is NaN or infinite makes its block's scale NaN. Optimised from the first call on: it runs hottest in a process's first tenths of a second.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void PackRow(ReadOnlySpan<float> row, int column, float scale, Span<float> panels)
    {
        int blocks = Int8Layout.Blocks(row.Length), panelFloats = blocks * Int8Layout.BlockFloats, lane = column % Int8Layout.Columns;
        Span<float> panel = panels.Slice(column / Int8Layout.Columns * panelFloats, panelFloats);
        Span<float> values = stackalloc float[Int8Layout.BlockInputs];
        Span<sbyte> weights = stackalloc sbyte[Int8Layout.BlockInputs];
        ReadOnlySpan<int> lines = MemoryMarshal.Cast<sbyte, int>(weights);
        for (int block = 0; block < blocks; block++)
        {
            ReadOnlySpan<float> source = row.Slice(block * Int8Layout.BlockInputs, Math.Min(Int8Layout.BlockInputs, row.Length - block * Int8Layout.BlockInputs));
            source.CopyTo(values);
            values[source.Length..].Clear();
            Rotate(ref MemoryMarshal.GetReference(values), scale);
            float step = Round(values, weights, out int sum);

            Span<float> packed = panel.Slice(block * Int8Layout.BlockFloats, Int8Layout.BlockFloats);
            packed[lane] = BitConverter.Int32BitsToSingle(-Int8Layout.Offset * sum);
            for (int line = 0; line < lines.Length; line++)
            {
                packed[Int8Layout.FirstLine + line * Int8Layout.Columns + lane] = BitConverter.Int32BitsToSingle(lines[line]);
            }

            packed[Int8Layout.Scales + lane] = step / Int8Layout.BlockInputs;
        }
    }

    /// <summary>Scales a block, changes its signs and transforms it, without the transform's factor of 1/8.</summary>
    private static void Rotate(ref float values, float scale)
    {
        for (int i = 0; i < Int8Layout.BlockInputs; i += Lanes)
        {
            int signs = (int)(Int8Layout.Signs >> i);
            Vector128<int> mask = Vector128.Create(signs << 31, signs << 30, signs << 29, signs << 28) & Vector128.Create(int.MinValue);
            Vector128<float> scaled = Vector128.LoadUnsafe(ref values, (nuint)i) * scale;
            (scaled.AsInt32() ^ mask).AsSingle().StoreUnsafe(ref values, (nuint)i);
        }

        for (int distance = Int8Layout.BlockInputs / 2; distance >= Lanes; distance /= 2)
        {
            for (int i = 0; i < Int8Layout.BlockInputs; i += Lanes)
            {
                if ((i & distance) == 0)
                {
                    Vector128<float> a = Vector128.LoadUnsafe(ref values, (nuint)i), b = Vector128.LoadUnsafe(ref values, (nuint)(i + distance));
                    (a + b).StoreUnsafe(ref values, (nuint)i);
                    (a - b).StoreUnsafe(ref values, (nuint)(i + distance));
                }
            }
        }

        for (int i = 0; i < Int8Layout.BlockInputs; i += Lanes)
        {
            Vector128<float> v = Vector128.LoadUnsafe(ref values, (nuint)i);
            v = Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)) + (v.AsInt32() ^ Vector128.Create(0, 0, int.MinValue, int.MinValue)).AsSingle();
            v = Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2)) + (v.AsInt32() ^ Vector128.Create(0, int.MinValue, 0, int.MinValue)).AsSingle();
            v.StoreUnsafe(ref values, (nuint)i);
        }
    }

    /// <summary>Rounds a block's values to the steps of the scale that is returned, and adds the results up.</summary>
    private static float Round(ReadOnlySpan<float> values, Span<sbyte> weights, out int sum)
    {
        sum = 0;
        ref float first = ref MemoryMarshal.GetReference(values);
        Vector128<int> largest = Vector128<int>.Zero, largestPair = Vector128<int>.Zero;
        for (int i = 0; i < Int8Layout.BlockInputs; i += Lanes)
        {
            // As whole numbers, magnitudes have the order that they have as floats, with infinity and NaN above all.
            Vector128<int> magnitude = Vector128.LoadUnsafe(ref first, (nuint)i).AsInt32() & Vector128.Create(int.MaxValue);
            largest = Vector128.Max(largest, magnitude);
            Vector128<float> pair = magnitude.AsSingle() + Vector128.Shuffle(magnitude, Vector128.Create(1, 0, 3, 2)).AsSingle();
            largestPair = Vector128.Max(largestPair, pair.AsInt32());
        }

        float most = BitConverter.Int32BitsToSingle(MaxLane(largest)), mostOfPair = BitConverter.Int32BitsToSingle(MaxLane(largestPair));
        if (!float.IsFinite(mostOfPair) || mostOfPair < Int8Layout.Least)
        {
            weights.Clear();
            return float.IsFinite(mostOfPair) ? 0 : float.NaN;
        }

        float step = Math.Max(most / Int8Layout.Most, mostOfPair / Int8Layout.MostOfPair), inverse = 1 / step;
        for (int i = 0; i < Int8Layout.BlockInputs; i += 2)
        {
            float a = values[i] * inverse, b = values[i + 1] * inverse;
            int roundedA = (sbyte)BitConverter.SingleToInt32Bits(a + Rounding), roundedB = (sbyte)BitConverter.SingleToInt32Bits(b + Rounding);
            if (Math.Abs(roundedA) + Math.Abs(roundedB) > Int8Layout.MostOfPair)
            {
                // Both were rounded up: the one that was by more is rounded down.
                if (Math.Abs(roundedA) - MathF.Abs(a) >= Math.Abs(roundedB) - MathF.Abs(b))
                {
                    roundedA -= Math.Sign(roundedA);
                }
                else
                {
                    roundedB -= Math.Sign(roundedB);
                }
            }

            weights[i] = (sbyte)roundedA;
            weights[i + 1] = (sbyte)roundedB;
            sum += roundedA + roundedB;
        }

        return step;
    }

    private static int MaxLane(Vector128<int> v) => Math.Max(Math.Max(v[0], v[1]), Math.Max(v[2], v[3]));
}
