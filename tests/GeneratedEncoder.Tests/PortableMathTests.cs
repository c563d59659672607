using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Functions that must have the same bits everywhere: how far they are from the true values, which series in whole numbers give, and their bits.</summary>
public sealed class PortableMathTests(ITestOutputHelper output)
{
    [Fact]
    public void Sine_and_cosine_are_within_2e_16_up_to_ten_million()
    {
        double[] angles =
        [
            0, 1e-12, 1e-3, 0.5, Math.PI / 4, Math.BitIncrement(Math.PI / 4), 1, 1.5, Math.PI / 2, Math.PI, 3 * Math.PI / 2, 2 * Math.PI, 355, 8191, 5174515.5, 1e7,
            // Whole quarter turns, as near as double comes to them, where nearly all is cancelled.
            .. Enumerable.Range(1, 300).Select(i => Math.Round(i * 21201.3) * (Math.PI / 2)),
            .. Random(1000, -1e7, 1e7), .. Random(500, -10, 10),
        ];

        double worst = angles.SelectMany(x => new[] { x, -x }).Max(x => Math.Max(
            FixedPoint.Error(PortableMath.Sin(x), FixedPoint.Sin(FixedPoint.Of(x))),
            FixedPoint.Error(PortableMath.Cos(x), FixedPoint.Cos(FixedPoint.Of(x)))));

        Report("Sin, Cos", worst, 2e-16);
        Assert.Equal((0, 1), (PortableMath.Sin(0), PortableMath.Cos(0)));
    }

    [Theory]
    [InlineData(10000001)]
    [InlineData(-10000001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Angles_further_out_are_refused(double x) => Assert.Throws<ArgumentOutOfRangeException>(() => PortableMath.Sin(x));

    [Fact]
    public void Exp_is_within_3e_16_of_its_size()
    {
        double worst = Random(1000, -650, 709).Concat(Random(500, -1, 1)).Append(Math.Log(2)).Max(x => FixedPoint.RelativeError(PortableMath.Exp(x), FixedPoint.Exp(FixedPoint.Of(x))));

        Report("Exp", worst, 3e-16);
    }

    [Fact]
    public void Exp_ends_where_doubles_end()
    {
        Assert.Equal(1, PortableMath.Exp(0));
        Assert.Equal(double.PositiveInfinity, PortableMath.Exp(709.8));
        Assert.Equal(double.PositiveInfinity, PortableMath.Exp(double.PositiveInfinity));
        Assert.Equal(0, PortableMath.Exp(-745.2));
        Assert.Equal(0, PortableMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.NaN, PortableMath.Exp(double.NaN));
        Assert.Equal(double.Epsilon, PortableMath.Exp(-744.5));
        Assert.InRange(PortableMath.Exp(709.78), 1.79e308, double.MaxValue);
    }

    [Fact]
    public void Log_is_within_2e_16_of_its_size()
    {
        double[] arguments =
        [
            2, 10, 10000, 160000, 1e6, Math.BitIncrement(1), Math.BitDecrement(1), 0.7071067811865475, 0.7071067811865477, 1.4142135623730951, 1e300, 1e-290,
            .. Random(500, 0.5, 2), .. Random(500, -600, 700).Select(Math.Exp),
        ];

        double worst = arguments.Max(x => FixedPoint.RelativeError(PortableMath.Log(x), FixedPoint.Log(FixedPoint.Of(x))));

        Report("Log", worst, 2e-16);
        Assert.Equal(0, PortableMath.Log(1));
        Assert.Equal(-744.4400719213812, PortableMath.Log(double.Epsilon));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Logarithms_that_there_are_not_are_refused(double x) => Assert.Throws<ArgumentOutOfRangeException>(() => PortableMath.Pow(x, 1));

    [Fact]
    public void Pow_is_within_1e_15_of_its_size()
    {
        List<(double Base, double Exponent)> powers = [];
        foreach (double theta in new[] { 1000, 10000, 20000.0 * 8, 160000, 500000, 1e6, 1.5, 0.1 })
        {
            powers.AddRange(Enumerable.Range(0, 64).Select(k => (theta, -2.0 * k / 128)));
            powers.AddRange(Random(50, -16, 16).Select(y => (theta, y)));
        }

        double worst = powers.Max(power => FixedPoint.RelativeError(PortableMath.Pow(power.Base, power.Exponent),
            FixedPoint.Exp(FixedPoint.Multiply(FixedPoint.Of(power.Exponent), FixedPoint.Log(FixedPoint.Of(power.Base))))));

        Report("Pow", worst, 1e-15);
        Assert.All(Enumerable.Range(-1022, 2046), n => Assert.Equal(Math.ScaleB(1, n), PortableMath.Pow(2, n)));
        Assert.Equal(1, PortableMath.Pow(12345.678, 0));
    }

    /// <summary>What this machine gets must be what every other gets.</summary>
    [Fact]
    public void Their_bits_are_the_same_everywhere()
    {
        double[] values =
        [
            .. Random(2000, -1e7, 1e7).SelectMany(x => new[] { PortableMath.Sin(x), PortableMath.Cos(x) }),
            .. Random(2000, -740, 709).Select(PortableMath.Exp),
            .. Random(2000, 1e-3, 1e6).SelectMany(x => new[] { PortableMath.Log(x), PortableMath.Pow(x, -0.3) }),
        ];

        Assert.Equal("85d79849d6c42c3fe7f553df6521fb5e74b63d3fb0ea894eaaff13d38a71d2e5", Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<double>(values))));
    }

    private void Report(string what, double worst, double bound)
    {
        output.WriteLine($"{what}: {worst:E2}");
        Assert.InRange(worst, 0, bound);
    }

    /// <summary>The same on every machine, too: whole numbers, and one exact rounding for each operation.</summary>
    private static IEnumerable<double> Random(int count, double from, double to)
    {
        ulong state = 12345;
        for (int i = 0; i < count; i++)
        {
            state = state * 6364136223846793005 + 1442695040888963407;
            yield return from + (to - from) * ((state >> 11) / 9007199254740992.0);
        }
    }
}
