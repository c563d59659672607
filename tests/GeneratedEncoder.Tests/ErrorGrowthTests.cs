using GeneratedEncoder.Oracles;
using GeneratedEncoder.Oracles.Reference;
using GeneratedEncoder.Stress;

namespace GeneratedEncoder.Tests;

/// <summary>Errors against float64 on what is hard for float32, over depth: finite, and no larger than ONNX Runtime's on the same inputs.</summary>
public sealed class ErrorGrowthTests(ITestOutputHelper output)
{
    /// <summary>Two correct ways to round differ by chance: over some texts by a quarter of their errors, hardly ever by their size.</summary>
    private const double Noise = 2;

    /// <summary>Errors below this are rounding of results of order 1, whatever the way there.</summary>
    private const double Rounding = 1e-7;

    /// <summary>Folders of the newer architectures that come with what PyTorch errs by: 2 to 5 layers, and 12 or 24.</summary>
    public static TheoryData<string> Folders => [.. ArchitectureGolden.Names.Where(name => ArchitectureGolden.Named(name).Texts[0].Float32Error is not null)];

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

    /// <summary>No graphs for ONNX Runtime are built of these; their peer is PyTorch, in float32 and float64.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void Errors_of_newer_architectures_are_no_larger_than_PyTorch_s(string name)
    {
        ArchitectureGolden golden = ArchitectureGolden.Named(name);
        ReferenceEncoder exact = ReferenceEncoder.Load(golden.Folder);
        using ITransformerEncoder encoder = ArchitectureCase.Named(name).Open();
        double ours = 0, theirs = 0;
        foreach (ArchitectureGoldenText text in golden.Texts)
        {
            float[] hidden = new float[text.InputIds.Length * encoder.Info.HiddenSize];
            encoder.Encode(text.InputIds, encoder.Info.TypeVocabSize > 0 ? text.TokenTypeIds ?? [] : [], hidden);
            double[] expected = exact.Run(text.InputIds, text.TokenTypeIds).LastHiddenState;
            ours += Math.Log(Math.Sqrt(hidden.Zip(expected, (value, other) => (value - other) * (value - other)).Average()));
            theirs += Math.Log(text.Float32Error!.Value);
        }

        (ours, theirs) = (Math.Exp(ours / golden.Texts.Length), Math.Exp(theirs / golden.Texts.Length));
        output.WriteLine($"ours {ours:e1}, PyTorch's {theirs:e1}");
        Assert.True(ours <= Math.Max(Rounding, Noise * theirs), $"ours {ours:e1}, PyTorch's {theirs:e1}");
    }
}
