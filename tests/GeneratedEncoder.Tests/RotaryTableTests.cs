using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Cosines and sines of rotary positions, by kind of scaling, against the formulas in whole numbers.</summary>
public sealed class RotaryTableTests
{
    [Theory]
    [InlineData(10000, 32, 64, 1, 1, 0)]
    [InlineData(160000, 32, 64, 1, 1, 0)]
    [InlineData(1e6, 128, 256, 1, 1, 0)]
    [InlineData(1000, 3, 16, 1, 1, 0)]
    [InlineData(10000, 32, 64, 4, 1, 0)]
    [InlineData(500000, 32, 64, 1, 2, 0)]
    [InlineData(20000, 32, 64, 1, 8, 0)]
    [InlineData(10000, 16, 48, 1, 4, 0.75)]
    public void Every_entry_is_the_true_value_rounded_once(double theta, int pairs, int stride, double linear, double ntk, double mixed)
    {
        const int Tokens = 8192;
        float[] table = new float[Tokens * stride];
        RotaryTable.Fill(Tokens, pairs, stride, theta, linear, ntk, mixed, table);

        foreach (int position in new[] { 0, 1, 2, 77, 513, 2047, 8191 })
        {
            ReadOnlySpan<float> row = table.AsSpan(position * stride, stride);
            for (int k = 0; k < pairs; k++)
            {
                BigInteger angle = FixedPoint.Of(position) * FixedPoint.Of(1.0) / FixedPoint.Of(linear) * Frequency(k) / FixedPoint.Of(1.0);
                AssertRounded(FixedPoint.Cos(angle), row[k]);
                AssertRounded(FixedPoint.Sin(angle), row[stride / 2 + k]);
            }

            Assert.All(row[pairs..(stride / 2)].ToArray().Concat(row[(stride / 2 + pairs)..].ToArray()), rest => Assert.Equal(0, rest));
        }

        BigInteger Frequency(int k)
        {
            BigInteger one = FixedPoint.Of(1), logTheta = FixedPoint.Log(FixedPoint.Of(theta)), logScale = FixedPoint.Log(FixedPoint.Of(ntk));
            BigInteger log = mixed == 0
                ? -(logTheta + logScale) * k / pairs - logScale / pairs
                : -logTheta * k / pairs - FixedPoint.Multiply(logScale, FixedPoint.Exp(FixedPoint.Multiply(FixedPoint.Of(mixed), FixedPoint.Log(one * (k + 1)) - FixedPoint.Log(one * pairs))));
            return FixedPoint.Exp(log);
        }
    }

    [Fact]
    public void Its_bits_are_the_same_everywhere()
    {
        float[] table = new float[8192 * 64];
        RotaryTable.Fill(8192, 32, 64, 160000, 1, 1, 0, table);
        float[] scaled = new float[2048 * 96];
        RotaryTable.Fill(2048, 40, 96, 20000, 1.5, 8, 0.5, scaled);

        Assert.Equal("8133d3bc23361da7c2fe7558c21a45dfd39eadd68363695f70cad4d59c8ce78f", Convert.ToHexStringLower(SHA256.HashData([.. MemoryMarshal.AsBytes<float>(table), .. MemoryMarshal.AsBytes<float>(scaled)])));
    }

    [Fact]
    public void A_row_that_is_too_narrow_is_refused()
    {
        Assert.ThrowsAny<Exception>(() => RotaryTable.Fill(2, 9, 16, 10000, 1, 1, 0, new float[32]));
        Assert.ThrowsAny<Exception>(() => RotaryTable.Fill(3, 8, 16, 10000, 1, 1, 0, new float[32]));
    }

    /// <summary>An angle is off by 1e-12 at most, so that next to the middle between two floats either is right.</summary>
    private static void AssertRounded(BigInteger exact, float actual)
    {
        double unit = MathF.BitIncrement(MathF.Abs(actual)) - MathF.Abs(actual);
        Assert.InRange(FixedPoint.Error(actual, exact), 0, unit / 2 + 4e-12);
    }
}
