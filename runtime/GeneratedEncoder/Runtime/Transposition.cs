using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GeneratedEncoder.Runtime;

/// <summary>Turns rows into panels of 16, so that a product can take them as its columns. Moves numbers, computes none. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Transposition
{
    private const int Width = PanelPacker.Width;

    /// <summary>Transposes rows into panels [rows / 16][columns][16]; places of rows past the last are set to zero.</summary>
    /// <param name="rows">Rows to transpose.</param>
    /// <param name="columns">Columns of each.</param>
    /// <param name="stride">Floats from a row to the next.</param>
    /// <param name="source">The first row.</param>
    /// <param name="panels">Receives whole panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToPanels(int rows, int columns, int stride, ref float source, ref float panels)
    {
        for (; rows >= Width; rows -= Width)
        {
            for (int lane = 0; lane < Width; lane += 4)
            {
                FourRows(columns, stride, ref Unsafe.Add(ref source, lane * stride), ref Unsafe.Add(ref panels, lane));
            }

            source = ref Unsafe.Add(ref source, Width * stride);
            panels = ref Unsafe.Add(ref panels, Width * columns);
        }

        if (rows > 0)
        {
            LastRows(rows, columns, stride, ref source, ref panels);
        }
    }

    /// <summary>Four rows into four lanes of a panel, in blocks of four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRows(int columns, int stride, ref float source, ref float panel)
    {
        int column = 0;
        for (; column <= columns - 4; column += 4)
        {
            Vector128<float> a = Vector128.LoadUnsafe(ref source, (nuint)column);
            Vector128<float> b = Vector128.LoadUnsafe(ref source, (nuint)(column + stride));
            Vector128<float> c = Vector128.LoadUnsafe(ref source, (nuint)(column + 2 * stride));
            Vector128<float> d = Vector128.LoadUnsafe(ref source, (nuint)(column + 3 * stride));

            // a0 c0 a1 c1 and so on, then a0 b0 c0 d0: two rounds of zipping transpose four by four.
            Vector128<float> acLow = ZipLow(a, c), acHigh = ZipHigh(a, c), bdLow = ZipLow(b, d), bdHigh = ZipHigh(b, d);
            ref float place = ref Unsafe.Add(ref panel, column * Width);
            ZipLow(acLow, bdLow).StoreUnsafe(ref place);
            ZipHigh(acLow, bdLow).StoreUnsafe(ref place, Width);
            ZipLow(acHigh, bdHigh).StoreUnsafe(ref place, 2 * Width);
            ZipHigh(acHigh, bdHigh).StoreUnsafe(ref place, 3 * Width);
        }

        for (; column < columns; column++)
        {
            for (int row = 0; row < 4; row++)
            {
                Unsafe.Add(ref panel, column * Width + row) = Unsafe.Add(ref source, column + row * stride);
            }
        }
    }

    /// <summary>Fewer than 16 rows, and zeros in the other lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LastRows(int rows, int columns, int stride, ref float source, ref float panel)
    {
        int row = 0;
        for (; row <= rows - 4; row += 4)
        {
            FourRows(columns, stride, ref Unsafe.Add(ref source, row * stride), ref Unsafe.Add(ref panel, row));
        }

        for (int column = 0; column < columns; column++)
        {
            for (int lane = row; lane < Width; lane++)
            {
                Unsafe.Add(ref panel, column * Width + lane) = lane < rows ? Unsafe.Add(ref source, lane * stride + column) : 0f;
            }
        }
    }

    /// <summary>a0 b0 a1 b1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
