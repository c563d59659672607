using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>The three graphs against each other, on texts longer than a golden has room for.</summary>
public sealed class PrecisionTests(ITestOutputHelper output)
{
    private static readonly EncoderShape MiniLm = EncoderShape.MiniLm with { VocabSize = 1000, NumHiddenLayers = 2 };

    [Fact]
    public void Long_texts_agree()
    {
        const int tokens = 128;
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
