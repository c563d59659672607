using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>ALiBi's biases, with slopes as Python's doubles give them.</summary>
public sealed class AlibiTableTests
{
    [Theory]
    [InlineData(1, new[] { 0.00390625 })]
    [InlineData(2, new[] { 0.0625, 0.00390625 })]
    [InlineData(3, new[] { 0.0625, 0.00390625, 0.25 })]
    [InlineData(6, new[] { 0.25, 0.0625, 0.015625, 0.00390625, 0.5, 0.125 })]
    [InlineData(8, new[] { 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625 })]
    [InlineData(12, new[]
    {
        0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625,
        0.7071067811865476, 0.35355339059327384, 0.17677669529663692, 0.08838834764831849,
    })]
    public void Each_head_has_its_slope(int heads, double[] slopes)
    {
        const int MaxTokens = 300, Stride = 608;
        float[] biases = new float[heads * Stride];

        AlibiTable.Fill(heads, MaxTokens, Stride, 1.44269504f, biases);

        for (int head = 0; head < heads; head++)
        {
            for (int place = 0; place < Stride; place++)
            {
                double distance = Math.Abs(place - (MaxTokens - 1)), expected = place < 2 * MaxTokens - 1 ? -slopes[head] * distance * 1.44269504f : 0;
                Assert.InRange(biases[head * Stride + place], expected - 6e-8 * -expected, expected + 6e-8 * -expected);
            }
        }
    }

    [Fact]
    public void Slopes_of_powers_of_two_are_exact()
    {
        Assert.All(Enumerable.Range(0, 8), head => Assert.Equal(Math.ScaleB(1, -(head + 1)), AlibiTable.Slope(head, 8)));
        Assert.Equal(Math.Sqrt(0.5), AlibiTable.Slope(0, 16), 2e-16);
        Assert.Equal(Math.ScaleB(1, -8), AlibiTable.Slope(15, 16));
    }
}
