using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>Random weights make a network that behaves like a trained one. That they are Python's is in GoldenTests.</summary>
public sealed class RandomModelTests(ITestOutputHelper output)
{
    private static readonly EncoderShape Shape = EncoderShape.MiniLm with { VocabSize = 1000 };

    [Fact]
    public void Attention_has_visible_peaks()
    {
        const int tokens = 64;
        using OnnxEncoder encoder = OnnxEncoder.Create(
            RandomModel.Create(Shape, seed: 7), new OnnxEncoderOptions { Attentions = true });
        (float[] hidden, float[] attentions) = encoder.Attend(RandomModel.Ids(Shape, seed: 7, tokens));

        double meanPeak = attentions.Chunk(tokens).Average(row => row.Max());
        double deviation = Math.Sqrt(hidden.Average(value => (double)value * value));

        // A flat row's peak would be 1/64.
        output.WriteLine($"mean peak {meanPeak:f2}, deviation of hidden states {deviation:f2}");
        Assert.InRange(meanPeak, 0.1, 0.6);
        Assert.InRange(deviation, 0.7, 1.4);
        Assert.All(attentions.Chunk(tokens), row => Assert.Equal(1, row.Sum(), 1e-5));
    }

    [Fact]
    public void Seeds_and_tensors_differ()
    {
        RandomModel one = RandomModel.Create(Shape, seed: 1), two = RandomModel.Create(Shape, seed: 2);

        Assert.NotEqual(one.Checksum(), two.Checksum());
        Assert.Equal(one.Checksum(), RandomModel.Create(Shape, seed: 1).Checksum());
        Assert.NotEqual(
            one.Tensors["encoder.layer.0.attention.self.query.weight"].Values,
            one.Tensors["encoder.layer.1.attention.self.query.weight"].Values);
    }
}
