using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>A padded batch, and calls from several threads, give what single calls give.</summary>
public sealed class BatchTests
{
    private static readonly EncoderShape Shape = EncoderShape.MiniLm with { NumHiddenLayers = 2, VocabSize = 500 };
    private static readonly RandomModel Model = RandomModel.Create(Shape, seed: 3);

    private static readonly int[][] Texts =
        [.. new[] { 5, 1, 17, 17, 40 }.Select((tokens, i) => RandomModel.Ids(Shape, (ulong)i, tokens))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Padding_does_not_show(bool fused)
    {
        using OnnxEncoder single = OnnxEncoder.Create(Model, new OnnxEncoderOptions { Fused = fused });
        using OnnxEncoder masked = OnnxEncoder.Create(Model, new OnnxEncoderOptions { Fused = fused, Masked = true });

        float[][] batch = masked.RunBatch(Texts);

        Assert.Equal(Texts.Length, batch.Length);
        for (int i = 0; i < Texts.Length; i++)
        {
            AssertClose(single.Encode(Texts[i]), batch[i]);
            AssertClose(masked.Encode(Texts[i]), batch[i]);
        }
    }

    [Fact]
    public void Unequal_lengths_need_a_mask()
    {
        using OnnxEncoder encoder = OnnxEncoder.Create(Model);
        Assert.Throws<InvalidOperationException>(() => encoder.RunBatch(Texts));
        Assert.Equal(2, encoder.RunBatch([Texts[2], Texts[3]]).Length);
    }

    [Fact]
    public void Threads_share_an_encoder()
    {
        using OnnxEncoder encoder = OnnxEncoder.Create(Model, new OnnxEncoderOptions { Fused = true });
        float[][] expected = Array.ConvertAll(Texts, text => encoder.Encode(text));
        Parallel.For(0, 100, i => AssertClose(expected[i % Texts.Length], encoder.Encode(Texts[i % Texts.Length])));
    }

    [Fact]
    public void Misuse_is_refused()
    {
        using OnnxEncoder encoder = OnnxEncoder.Create(Model);
        Assert.Throws<InvalidOperationException>(() => encoder.Encode64(Texts[0]));
        Assert.Throws<InvalidOperationException>(() => encoder.Attend(Texts[0]));
        Assert.Throws<InvalidOperationException>(() => encoder.EncodeVectors(new float[Shape.HiddenSize]));
        Assert.Throws<ArgumentException>(() =>
            OnnxEncoder.Create(Model, new OnnxEncoderOptions { Fused = true, Float64 = true }));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
