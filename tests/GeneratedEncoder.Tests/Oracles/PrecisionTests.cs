using Xunit;

namespace GeneratedEncoder.Oracles.SelfTest;

/// <summary>The three graphs against each other, on texts longer than a golden has room for.</summary>
public sealed class PrecisionTests(ITestOutputHelper output)
{
    private static readonly EncoderShape MiniLm = EncoderShape.MiniLm with { VocabSize = 1000 };

    [Theory]
    [InlineData(200)]
    [InlineData(512)]
    public void LongTextsAgree(int tokens)
    {
        RandomModel model = RandomModel.Create(MiniLm, seed: 7);
        int[] ids = RandomModel.Ids(MiniLm, seed: 7, tokens);
        using OnnxEncoder reference = OnnxEncoder.Create(model, new OnnxEncoderOptions { Float64 = true, Threads = 2 });
        using OnnxEncoder plain = OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = 2 });
        using OnnxEncoder fused = OnnxEncoder.Create(model, new OnnxEncoderOptions { Fused = true, Threads = 2 });

        double[] exact = reference.Encode64(ids);
        double plainError = Difference.Max(plain.Encode(ids), exact), fusedError = Difference.Max(fused.Encode(ids), exact);

        output.WriteLine($"largest error plain {plainError:e1}, fused {fusedError:e1}");
        Assert.InRange(plainError, 0, 3e-5);
        Assert.InRange(fusedError, 0, 3e-5);
    }
}
