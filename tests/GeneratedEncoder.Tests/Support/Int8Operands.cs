using System.Runtime.InteropServices;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>A product in eight bits: rows times both panels.</summary>
internal delegate void Int8Call(ref byte x, ref float scales, ref float panels, ref float bias, ref float y, ref float sums);

/// <summary>Two panels of weights at their bounds, and rows of activations at theirs, between values that nobody may write to.</summary>
internal sealed class Int8Operands
{
    /// <summary>Floats from a row of y to the next.</summary>
    public const int YStride = 40;

    private const int Guard = 16;

    /// <summary>Pairs at the bound or close to it, of either sign.</summary>
    public static readonly (sbyte, sbyte)[] Pairs =
        [(127, 2), (2, 127), (64, 65), (65, 64), (-127, -2), (-64, -65), (127, -2), (-65, 64), (0, 127), (-127, 0), (0, 0), (1, -1), (100, 29), (-29, -100)];

    private readonly int _blocks, _rows, _k;
    private readonly sbyte[] _weights;
    private readonly byte[] _activations;
    private readonly float[] _columnScales, _rowScales, _bias, _y;

    /// <param name="blocks">Blocks of 64 inputs.</param>
    /// <param name="rows">Rows of activations.</param>
    /// <param name="seed">What is drawn from.</param>
    /// <param name="weight">All weights, if not what extreme ones there may be.</param>
    /// <param name="activation">All activations, likewise.</param>
    public Int8Operands(int blocks, int rows, int seed, sbyte? weight = null, int? activation = null)
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
                (_weights[column * _k + k], _weights[column * _k + k + 1]) = !isIn ? ((sbyte)0, (sbyte)0) : column < 2 * Pairs.Length ? Pairs[column / 2] : Pairs[random.Next(Pairs.Length)];
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
    public float[] Run(int offset, Int8Call call)
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
