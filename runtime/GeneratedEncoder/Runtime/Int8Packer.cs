using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Makes eight-bit weights of output features' rows. Each block of 64 input features is rotated, as the activations will be: signs changed by a fixed pattern,
/// then a Hadamard transform (Fino and Algazi 1976), which spreads outliers over the block and leaves every product as it was, but for a factor of 64. Then it is
/// rounded to the steps of its own scale, the smallest with which no weight exceeds 127 and no two that one instruction adds in 16 bits exceed 129 together, or a little larger, so that sums of products
/// fit 16 bits (<see cref="Int8Layout.MostSquaresOfWeights"/>).
/// </summary>
internal static class Int8Packer
{
    /// <summary>Adding it to a float of less than 2^22 leaves the nearest whole number in the lowest bits, ties to even.</summary>
    private const float Rounding = 1.5f * (1 << 23);

    private const int Lanes = 4;

    /// <summary>Packs output features' weights into neighbouring columns of a panel: block after block, so that all of a block's lines are written while they are in the cache.</summary>
    /// <param name="rows">[count][in]</param>
    /// <param name="count">Rows, 1 to 16, whose columns are in the same panel.</param>
    /// <param name="column">The first output feature's place among the panels' columns.</param>
    /// <param name="scale">Multiplies each weight.</param>
    /// <param name="panels">[columns / 16][blocks] as <see cref="Int8Layout"/> has them.</param>
    /// <remarks>
    /// A weight that is NaN or infinite makes its block's scale NaN. Optimised from the first call on: it runs hottest in a process's first tenths of a second.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void PackRows(ReadOnlySpan<float> rows, int count, int column, float scale, Span<float> panels)
    {
        int width = rows.Length / count, blocks = Int8Layout.Blocks(width), panelFloats = blocks * Int8Layout.BlockFloats, lane = column % Int8Layout.Columns;
        Span<float> panel = panels.Slice(column / Int8Layout.Columns * panelFloats, panelFloats);
        Span<float> values = stackalloc float[Int8Layout.BlockInputs];
        for (int block = 0; block < blocks; block++)
        {
            int first = block * Int8Layout.BlockInputs, length = Math.Min(Int8Layout.BlockInputs, width - first);
            Span<float> packed = panel.Slice(block * Int8Layout.BlockFloats, Int8Layout.BlockFloats);
            for (int row = 0; row < count; row++)
            {
                rows.Slice(row * width + first, length).CopyTo(values);
                values[length..].Clear();
                Rotate(ref MemoryMarshal.GetReference(values), scale);
                float step = Round(ref MemoryMarshal.GetReference(values), MemoryMarshal.Cast<float, int>(packed[(Int8Layout.FirstLine + lane + row)..]), out int sum);
                packed[lane + row] = BitConverter.Int32BitsToSingle(-Int8Layout.Offset * sum);
                packed[Int8Layout.Scales + lane + row] = step / Int8Layout.BlockInputs;
            }
        }
    }

    /// <summary>Scales a block, changes its signs and transforms it, without the transform's factor of 1/8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
    /// <param name="first">[64]</param>
    /// <param name="lines">Receives four weights a line, at every 16th place.</param>
    /// <param name="sum">The weights' sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Round(ref float first, Span<int> lines, out int sum)
    {
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
            for (int line = 0; line < Int8Layout.Lines; line++)
            {
                lines[line * Int8Layout.Columns] = 0;
            }

            sum = 0;
            return float.IsFinite(mostOfPair) ? 0 : float.NaN;
        }

        float step = Math.Max(most / Int8Layout.Most, mostOfPair / Int8Layout.MostOfPair);
        Vector128<int> sums;
        while (!TryRound(ref first, lines, step, out sums))
        {
            step *= Int8Layout.Coarser;
        }

        sum = Vector128.Sum(sums);
        return step;
    }

    /// <summary>Rounds a block's values to steps.</summary>
    /// <returns>False if weights whose products are added up in 16 bits are too large for that.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryRound(ref float first, Span<int> lines, float step, out Vector128<int> sums)
    {
        Vector128<float> inverse = Vector128.Create(1 / step);
        Vector128<int> squares = Vector128<int>.Zero;
        sums = Vector128<int>.Zero;
        for (int line = 0; line < Int8Layout.Lines; line++)
        {
            Vector128<float> value = Vector128.LoadUnsafe(ref first, (nuint)(line * Lanes)) * inverse;
            Vector128<int> rounded = (value + Vector128.Create(Rounding)).AsInt32() << 24 >> 24, magnitude = Vector128.Abs(rounded);
            Vector128<int> isTooMuch = Vector128.GreaterThan(magnitude + Vector128.Shuffle(magnitude, Vector128.Create(1, 0, 3, 2)), Vector128.Create(Int8Layout.MostOfPair));

            // Both of such a pair were rounded up: the one that was by more is rounded down, the first if both were by as much. Neither is zero.
            Vector128<float> excess = Vector128.ConvertToSingle(magnitude) - Vector128.Abs(value), other = Vector128.Shuffle(excess, Vector128.Create(1, 0, 3, 2));
            Vector128<int> isMore = Vector128.GreaterThan(excess, other).AsInt32() | (Vector128.Equals(excess, other).AsInt32() & Vector128.Create(-1, 0, -1, 0));
            rounded -= isTooMuch & isMore & (rounded >> 31 | Vector128.Create(1));
            sums += rounded;
            squares = line % Int8Layout.SumLines == 0 ? rounded * rounded : squares + rounded * rounded;
            if (line % Int8Layout.SumLines == Int8Layout.SumLines - 1)
            {
                squares += Vector128.Shuffle(squares, Vector128.Create(1, 0, 3, 2));
                if (Vector128.GreaterThanAny(squares, Vector128.Create(Int8Layout.MostSquaresOfWeights)))
                {
                    return false;
                }
            }

            lines[line * Int8Layout.Columns] = Vector128.Shuffle(rounded.AsByte(), Vector128.Create(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)0)).AsInt32().ToScalar();
        }

        return true;
    }

    private static int MaxLane(Vector128<int> v) => Math.Max(Math.Max(v[0], v[1]), Math.Max(v[2], v[3]));
}
