using GeneratedEncoder.Oracles;
using GeneratedEncoder.Stress;

namespace GeneratedEncoder.Tests;

/// <summary>Errors against float64 on what is hard for float32, over depth: finite, and no larger than ONNX Runtime's on the same inputs.</summary>
public sealed class ErrorGrowthTests(ITestOutputHelper output)
{
    /// <summary>Two correct ways to round differ by chance: over some texts by a quarter of their errors, hardly ever by their size.</summary>
    private const double Noise = 2;

    /// <summary>Errors below this are rounding of results of order 1, whatever the way there.</summary>
    private const double Rounding = 1e-7;

    public static IEnumerable<object[]> Cases =>
        from encoder in DeepEncoder.All
        from stress in StressCase.All(encoder.Shape.MaxTokens)
        select new object[] { encoder.Name, stress.Name };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Errors_are_no_larger_than_ONNX_Runtime_s(string encoder, string stress)
    {
        DeepEncoder deep = DeepEncoder.All.Single(one => one.Name == encoder);

        StressCase hard = StressCase.All(deep.Shape.MaxTokens).Single(one => one.Name == stress);

        ErrorGrowth errors = ErrorGrowth.Measure(deep, hard, texts: hard.Tokens > 100 ? 2 : 10);

        output.WriteLine($"ours {errors.Ours:e1}, ONNX Runtime's {errors.Peer:e1}");
        Assert.True(errors.Ours <= Math.Max(Rounding, Noise * errors.Peer), $"ours {errors.Ours:e1}, ONNX Runtime's {errors.Peer:e1}");
    }
}
