using GeneratedEncoder.Oracles.Reference;

namespace GeneratedEncoder.Tests;

/// <summary>What the reference of the newer architectures is made of, against values known from elsewhere.</summary>
public sealed class ReferenceFunctionTests
{
    // From CPython's math.erf; those at 2 are on either side of where one expansion takes over from the other.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-300, 1.1283791670955126e-300)]
    [InlineData(0.1, 0.1124629160182849)]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(1, 0.8427007929497149)]
    [InlineData(1.5, 0.9661051464753108)]
    [InlineData(1.9, 0.9927904292352575)]
    [InlineData(1.999999, 0.9953222443519261)]
    [InlineData(2, 0.9953222650189527)]
    [InlineData(2.1, 0.997020533343667)]
    [InlineData(3, 0.9999779095030014)]
    [InlineData(5, 0.9999999999984626)]
    [InlineData(7, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Erf_is_within_1e_15(double x, double erf)
    {
        Assert.Equal(erf, Functions.Erf(x), 1e-15 * erf);
        Assert.Equal(-erf, Functions.Erf(-x), 1e-15 * erf);
    }

    [Fact]
    public void Erf_keeps_NaN() => Assert.True(double.IsNaN(Functions.Erf(double.NaN)));

    /// <summary>What torch gives for bidirectional buckets of 32 rows up to a distance of 128; 8, 16, 32 and 64 lie on edges.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(1, 17)]
    [InlineData(-7, 7)]
    [InlineData(-8, 8)]
    [InlineData(-11, 8)]
    [InlineData(-12, 9)]
    [InlineData(16, 26)]
    [InlineData(-31, 11)]
    [InlineData(-32, 12)]
    [InlineData(64, 30)]
    [InlineData(-127, 15)]
    [InlineData(5000, 31)]
    public void T5_has_exact_buckets_for_near_keys_and_logarithmic_ones_behind(int distance, int bucket) =>
        Assert.Equal(bucket, PositionBuckets.T5(distance, buckets: 32, maxDistance: 128));

    /// <summary>As in the v3 models, of 256 buckets and 512 positions: position 511 has the last bucket, and is an edge.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(128, 128)]
    [InlineData(-128, -128)]
    [InlineData(129, 129)]
    [InlineData(131, 131)]
    [InlineData(132, 131)]
    [InlineData(-511, -255)]
    [InlineData(512, 256)]
    public void DeBERTa_has_exact_buckets_for_near_keys_and_logarithmic_ones_behind(int distance, int bucket) =>
        Assert.Equal(bucket, PositionBuckets.Deberta(distance, buckets: 256, maxDistance: 512));

    [Fact]
    public void Slopes_of_heads_that_are_no_power_of_two_take_every_second_of_twice_as_many()
    {
        double[] of8 = [.. Enumerable.Range(1, 8).Select(k => Math.Pow(2, -k))];

        Assert.Equal(of8, JinaBert.Slopes(8));
        Assert.Equal([.. of8, Math.Pow(2, -0.5), Math.Pow(2, -1.5), Math.Pow(2, -2.5), Math.Pow(2, -3.5)], JinaBert.Slopes(12));
        Assert.Equal([Math.Pow(2, -8)], JinaBert.Slopes(1));
    }
}
