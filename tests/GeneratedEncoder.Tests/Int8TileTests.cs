using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GeneratedEncoder.Kernels;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>
/// The emitted tiles in eight bits, called directly, against integers of 64 bits and the formula that the tiles' header states: bit for bit, on the most
/// extreme weights and activations that the bounds allow.
/// </summary>
public sealed class Int8TileTests
{
    private const int MostRows = 30, YStride = Int8Operands.YStride;

    /// <summary>Where x64 multiplies bytes without a sign, activations have an offset; elsewhere vectors of 128 bits take them as they are.</summary>
    private static readonly int s_offsetOf128 = Ssse3.IsSupported ? Int8Layout.Offset : 0;

    private delegate void Rows16(int rows, ref byte x, ref float scales, ref float panel, ref float bias, ref float y, ref float sums);

    private interface IBlocks
    {
        static abstract int Count { get; }
    }

    private interface IAdds
    {
        static abstract bool ToY { get; }
    }

    public static TheoryData<int, bool> Products
    {
        get
        {
            TheoryData<int, bool> products = [];
            foreach (int blocks in new[] { 1, 2, 3, 4, 5 })
            {
                products.Add(blocks, false);
                products.Add(blocks, true);
            }

            return products;
        }
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Tiles_of_every_width_have_the_bits_of_the_formula(int blocks, bool addsToY)
    {
        Rows16[] kernels = (blocks, addsToY) switch
        {
            (1, false) => Kernels<One, Stores>(),
            (2, false) => Kernels<Two, Stores>(),
            (3, false) => Kernels<Three, Stores>(),
            (4, false) => Kernels<Four, Stores>(),
            (5, false) => Kernels<Five, Stores>(),
            (1, true) => Kernels<One, Adds>(),
            (2, true) => Kernels<Two, Adds>(),
            (3, true) => Kernels<Three, Adds>(),
            (4, true) => Kernels<Four, Adds>(),
            _ => Kernels<Five, Adds>(),
        };
        Assert.NotEmpty(kernels);
        for (int rows = 1; rows <= MostRows; rows++)
        {
            Int8Operands operands = new(blocks, rows, seed: 100 * blocks + rows);
            float[] expected = operands.Expected(addsToY);
            foreach (Rows16 kernel in kernels)
            {
                // The last one is that of 128 bits.
                int offset = kernel == kernels[^1] ? s_offsetOf128 : Int8Layout.Offset;
                Bits.AssertSame(expected, operands.Run(offset, (ref byte x, ref float scales, ref float panels, ref float bias, ref float y, ref float sums) =>
                {
                    kernel(rows, ref x, ref scales, ref panels, ref bias, ref y, ref sums);
                    kernel(rows, ref x, ref scales, ref Unsafe.Add(ref panels, operands.PanelFloats), ref Unsafe.Add(ref bias, 16), ref Unsafe.Add(ref y, 16), ref sums);
                }), $"{rows} rows of {blocks} blocks, {kernel.Method.DeclaringType!.Name}.");
            }
        }
    }

    /// <summary>A column whose block has NaN for its scale is NaN in every row, and no other column is.</summary>
    [Fact]
    public void A_scale_that_is_not_a_number_stays_in_its_column()
    {
        Rows16[] kernels = Kernels<Two, Stores>();
        foreach (Rows16 kernel in kernels)
        {
            Int8Operands operands = new(blocks: 2, rows: 7, seed: 1);
            operands.Panels[Int8Layout.BlockFloats + Int8Layout.Scales + 5] = float.NaN;
            float[] y = operands.Run(kernel == kernels[^1] ? s_offsetOf128 : Int8Layout.Offset, (ref byte x, ref float scales, ref float panels, ref float bias, ref float y, ref float sums) =>
                kernel(7, ref x, ref scales, ref panels, ref bias, ref y, ref sums));

            for (int i = 0; i < 7 * YStride; i++)
            {
                Assert.Equal(i % YStride == 5, float.IsNaN(y[i]));
            }
        }
    }

    /// <summary>What the bound is for: beyond it the instruction that multiplies bytes and adds pairs saturates, and at the bound it doesn't.</summary>
    [SkippableFact]
    public void Without_the_bound_pairs_saturate()
    {
        Skip.IfNot(Ssse3.IsSupported, "The instruction is x64's.");
        Vector128<byte> most = Vector128.Create((byte)254);

        Assert.Equal(short.MaxValue, Ssse3.MultiplyAddAdjacent(most, Vector128.Create((sbyte)127))[0]);
        Assert.Equal(short.MinValue, Ssse3.MultiplyAddAdjacent(most, Vector128.Create((sbyte)-127))[0]);
        Assert.NotEqual(2 * 127 * 254, Ssse3.MultiplyAddAdjacent(most, Vector128.Create((sbyte)127))[0]);
        foreach ((sbyte one, sbyte other) in Int8Operands.Pairs)
        {
            Vector128<sbyte> pair = Vector128.Create((short)((byte)one | other << 8)).AsSByte();
            Assert.Equal(254 * (one + other), Ssse3.MultiplyAddAdjacent(most, pair)[3]);
            if (Avx2.IsSupported)
            {
                Assert.Equal(254 * (one + other), Avx2.MultiplyAddAdjacent(Vector256.Create((byte)254), Vector256.Create(pair, pair))[11]);
            }
        }

        // The least pair beyond it that saturates: 254 * 129 = 32766 is the last that 16 bits hold.
        Assert.Equal(254 * 129, Ssse3.MultiplyAddAdjacent(most, Vector128.Create((short)(127 | 2 << 8)).AsSByte())[0]);
        Assert.Equal(short.MaxValue, Ssse3.MultiplyAddAdjacent(most, Vector128.Create((short)(127 | 3 << 8)).AsSByte())[0]);
    }

    /// <summary>What the bounds on squares are for: beyond them a sum of products can be too large for 16 bits, and at them it isn't, also where both sides point the same way.</summary>
    [Fact]
    public void Sums_at_the_bounds_of_squares_fit_16_bits_and_larger_ones_wrap_around()
    {
        const int Weight = 55, Activation = 73; // eight of each are just within
        Assert.InRange(Int8Layout.SumInputs * Weight * Weight, 0, Int8Layout.MostSquaresOfWeights);
        Assert.InRange(Int8Layout.SumInputs * (Weight + 1) * (Weight + 1), Int8Layout.MostSquaresOfWeights + 1, int.MaxValue);
        Assert.InRange(Int8Layout.SumInputs * Activation * Activation, 0, Int8Layout.MostSquaresOfActivations);
        Assert.InRange(Int8Layout.SumInputs * (Activation + 1) * (Activation + 1), Int8Layout.MostSquaresOfActivations + 1, int.MaxValue);
        Assert.InRange((long)Int8Layout.MostSquaresOfWeights * Int8Layout.MostSquaresOfActivations, 0, (long)short.MaxValue * short.MaxValue);

        // What the tiles compute, in 16 bits: the products with the offset, less those of the offset alone.
        static short Sum(int weight, int activation) =>
            unchecked((short)(Int8Layout.SumInputs * weight * (activation + Int8Layout.Offset) - Int8Layout.SumInputs * weight * Int8Layout.Offset));
        Assert.Equal(Int8Layout.SumInputs * Weight * Activation, Sum(Weight, Activation));
        Assert.Equal(-Int8Layout.SumInputs * Weight * Activation, Sum(Weight, -Activation));
        Assert.NotEqual(Int8Layout.SumInputs * (Weight + 2) * (Activation + 2), Sum(Weight + 2, Activation + 2));
    }

    /// <summary>Beyond the bounds the tiles of 512 bits are wrong, which shows that the other tests would notice.</summary>
    [SkippableFact]
    public void Without_the_bounds_on_squares_the_tiles_would_be_wrong()
    {
        Skip.IfNot(Avx512BW.IsSupported && !AvxVnni.IsSupported, "Only tiles of 512 bits add up in 16.");
        Int8Operands operands = new(blocks: 1, rows: 1, seed: 1, weight: 64, activation: 127);
        float[] y = operands.Run(Int8Layout.Offset, (ref byte x, ref float scales, ref float panels, ref float bias, ref float y, ref float sums) =>
            Int8TilesV512.Rows16<Product<One, Stores>>(1, ref x, ref scales, ref panels, ref bias, ref y, ref sums));

        Assert.NotEqual(operands.Expected(addsToY: false)[0], y[0]);
    }

    /// <summary>The kernels that this machine has, widest first.</summary>
    private static Rows16[] Kernels<TBlocks, TAdds>()
        where TBlocks : struct, IBlocks
        where TAdds : struct, IAdds
    {
        List<Rows16> kernels = [];
        if (Avx512BW.IsSupported)
        {
            kernels.Add(Int8TilesV512.Rows16<Product<TBlocks, TAdds>>);
        }

        if (Avx2.IsSupported)
        {
            kernels.Add(Int8TilesV256.Rows16<Product<TBlocks, TAdds>>);
        }

        kernels.Add(Int8TilesV128.Rows16<Product<TBlocks, TAdds>>);
        return [.. kernels];
    }

    private readonly struct Product<TBlocks, TAdds> : IInt8Product
        where TBlocks : struct, IBlocks
        where TAdds : struct, IAdds
    {
        public static int Blocks => TBlocks.Count;

        public static int XStride => (TBlocks.Count + 1) * Int8Layout.BlockInputs;

        public static int PanelFloats => TBlocks.Count * Int8Layout.BlockFloats;

        public static int YStride => Int8TileTests.YStride;

        public static bool AddsToY => TAdds.ToY;
    }

    private readonly struct Stores : IAdds
    {
        public static bool ToY => false;
    }

    private readonly struct Adds : IAdds
    {
        public static bool ToY => true;
    }

    private readonly struct One : IBlocks
    {
        public static int Count => 1;
    }

    private readonly struct Two : IBlocks
    {
        public static int Count => 2;
    }

    private readonly struct Three : IBlocks
    {
        public static int Count => 3;
    }

    private readonly struct Four : IBlocks
    {
        public static int Count => 4;
    }

    private readonly struct Five : IBlocks
    {
        public static int Count => 5;
    }
}
