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
    private const int MostRows = 30, YStride = 40, Guard = 16;

    /// <summary>Where x64 multiplies bytes without a sign, activations have an offset; elsewhere vectors of 128 bits take them as they are.</summary>
    private static readonly int s_offsetOf128 = Ssse3.IsSupported ? Int8Layout.Offset : 0;

    /// <summary>Pairs at the bound or close to it, of either sign.</summary>
    private static readonly (sbyte, sbyte)[] s_pairs =
        [(127, 2), (2, 127), (64, 65), (65, 64), (-127, -2), (-64, -65), (127, -2), (-65, 64), (0, 127), (-127, 0), (0, 0), (1, -1), (100, 29), (-29, -100)];

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
            Operands operands = new(blocks, rows, seed: 100 * blocks + rows);
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
            Operands operands = new(blocks: 2, rows: 7, seed: 1);
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
        foreach ((sbyte one, sbyte other) in s_pairs)
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
        Operands operands = new(blocks: 1, rows: 1, seed: 1, weight: 64, activation: 127);
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

    private delegate void Call(ref byte x, ref float scales, ref float panels, ref float bias, ref float y, ref float sums);

    /// <summary>Two panels of weights, and rows of activations, between values that nobody may write to.</summary>
    private sealed class Operands
    {
        private readonly int _blocks, _rows, _k;
        private readonly sbyte[] _weights;
        private readonly byte[] _activations;
        private readonly float[] _columnScales, _rowScales, _bias, _y;

        /// <param name="blocks">Blocks of 64 inputs.</param>
        /// <param name="rows">Rows of activations.</param>
        /// <param name="seed">What is drawn from.</param>
        /// <param name="weight">All weights, if not what extreme ones there may be.</param>
        /// <param name="activation">All activations, likewise.</param>
        public Operands(int blocks, int rows, int seed, sbyte? weight = null, int? activation = null)
        {
            (_blocks, _rows, _k) = (blocks, rows, blocks * Int8Layout.BlockInputs);
            Random random = new(seed);
            _weights = new sbyte[32 * _k];
            for (int column = 0; column < 32; column++)
            {
                for (int k = 0; k < _k; k += 2)
                {
                    // Some columns are one pair all over, so that sums get as large as they can, or one pair a sum.
                    bool isIn = column % 2 == 0 || k % 16 < 4;
                    (_weights[column * _k + k], _weights[column * _k + k + 1]) = !isIn ? ((sbyte)0, (sbyte)0) : column < 2 * s_pairs.Length ? s_pairs[column / 2] : s_pairs[random.Next(s_pairs.Length)];
                }

                Bound(_weights.AsSpan(column * _k, _k), Int8Layout.MostSquaresOfWeights);
            }

            _activations = new byte[rows * _k];
            for (int row = 0; row < rows; row++)
            {
                int kind = (row + seed) % 7;
                sbyte[] activations = new sbyte[_k];
                for (int k = 0; k < _k; k++)
                {
                    activations[k] = (sbyte)(kind switch
                    {
                        0 => 127,
                        1 => -127,
                        2 => 0,
                        3 => 254 * random.Next(2) - 127,
                        4 => k % 16 < 4 ? 127 : 0,
                        5 => 127 * Math.Sign(_weights[row % 32 * _k + k]), // as far in a column's direction as can be
                        _ => random.Next(255) - 127,
                    });
                }

                Bound(activations, Int8Layout.MostSquaresOfActivations);
                for (int k = 0; k < _k; k++)
                {
                    _activations[row * _k + k] = (byte)(activations[k] + Int8Layout.Offset);
                }
            }

            if (weight is not null && activation is not null)
            {
                Array.Fill(_weights, weight.Value);
                Array.Fill(_activations, (byte)(activation.Value + Int8Layout.Offset));
            }

            _columnScales = [.. Enumerable.Range(0, 32 * blocks).Select(_ => (float)(random.NextDouble() * 1e-3))];
            _rowScales = [.. Enumerable.Range(0, rows * blocks).Select(_ => (float)random.NextDouble())];
            _bias = [.. Enumerable.Range(0, 32).Select(_ => (float)random.NextDouble() - 0.5f)];
            _y = [.. Enumerable.Range(0, rows * YStride).Select(_ => (float)random.NextDouble() - 0.5f)];
            Panels = [.. Panel(0), .. Panel(1)];
        }

        public int PanelFloats => _blocks * Int8Layout.BlockFloats;

        /// <summary>Both panels.</summary>
        public float[] Panels { get; }

        /// <summary>The stated formula, with whole numbers of 64 bits.</summary>
        public float[] Expected(bool addsToY)
        {
            float[] y = [.. _y];
            for (int row = 0; row < _rows; row++)
            {
                for (int column = 0; column < 32; column++)
                {
                    float sum = 0;
                    for (int block = 0; block < _blocks; block++)
                    {
                        long whole = 0;
                        for (int k = block * Int8Layout.BlockInputs; k < (block + 1) * Int8Layout.BlockInputs; k++)
                        {
                            whole += (long)_weights[column * _k + k] * (_activations[row * _k + k] - Int8Layout.Offset);
                        }

                        Assert.InRange(whole, -(1 << 24), 1 << 24);
                        sum = MathF.FusedMultiplyAdd(whole, _columnScales[column * _blocks + block] * _rowScales[row * _blocks + block], sum);
                    }

                    float result = sum + _bias[column];
                    y[row * YStride + column] = addsToY ? y[row * YStride + column] + result : result;
                }
            }

            return y;
        }

        /// <summary>What a kernel makes of y.</summary>
        public float[] Run(int offset, Call call)
        {
            int stride = (_blocks + 1) * Int8Layout.BlockInputs;
            byte[] x = new byte[_rows * stride];
            for (int i = 0; i < _rows * _k; i++)
            {
                x[i / _k * stride + i % _k] = (byte)(_activations[i] - Int8Layout.Offset + offset);
            }

            float[] y = [.. Enumerable.Repeat(7f, Guard), .. _y, .. Enumerable.Repeat(7f, Guard)];
            float[] sums = new float[16 * 16 + Guard];
            Array.Fill(sums, float.NaN);
            call(ref x[0], ref _rowScales[0], ref Panels[0], ref _bias[0], ref y[Guard], ref sums[0]);

            Assert.All(y[..Guard].Concat(y[^Guard..]), value => Assert.Equal(7f, value));
            Assert.All(sums[^Guard..], value => Assert.True(float.IsNaN(value)));
            return y[Guard..^Guard];
        }

        /// <summary>Makes the values smaller where those of a sum in 16 bits, the first two of four lines or the last two, have larger squares than they may.</summary>
        private static void Bound(Span<sbyte> values, int most)
        {
            for (int first = 0; first < values.Length; first += first % 4 == 0 ? 2 : 14)
            {
                int squares = 0;
                for (int line = 0; line < Int8Layout.SumLines; line++)
                {
                    squares += values[first + 4 * line] * values[first + 4 * line] + values[first + 4 * line + 1] * values[first + 4 * line + 1];
                }

                for (int line = 0; line < Int8Layout.SumLines && squares > most; line++)
                {
                    for (int i = first + 4 * line; i < first + 4 * line + 2; i++)
                    {
                        values[i] = (sbyte)(values[i] * Math.Sqrt((double)most / squares));
                    }
                }
            }
        }

        private float[] Panel(int panel)
        {
            float[] floats = new float[PanelFloats];
            Span<sbyte> bytes = MemoryMarshal.Cast<float, sbyte>(floats.AsSpan());
            for (int block = 0; block < _blocks; block++)
            {
                int start = block * Int8Layout.BlockFloats;
                for (int lane = 0; lane < Int8Layout.Columns; lane++)
                {
                    int column = 16 * panel + lane, sum = 0;
                    for (int k = 0; k < Int8Layout.BlockInputs; k++)
                    {
                        sbyte weight = _weights[column * _k + block * Int8Layout.BlockInputs + k];
                        sum += weight;
                        bytes[4 * (start + Int8Layout.FirstLine + k / 4 * Int8Layout.Columns + lane) + k % 4] = weight;
                    }

                    floats[start + lane] = BitConverter.Int32BitsToSingle(-Int8Layout.Offset * sum);
                    floats[start + Int8Layout.Scales + lane] = _columnScales[column * _blocks + block];
                }
            }

            return floats;
        }
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
