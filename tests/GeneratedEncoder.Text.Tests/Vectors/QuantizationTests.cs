using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Text.Tests;

/// <summary>Smaller embeddings, by sentence-transformers' conventions. Expected numbers were worked out by its formulas, by hand.</summary>
public sealed class QuantizationTests
{
    [Fact]
    public void A_byte_a_dimension_is_the_place_in_its_range_cut_towards_zero()
    {
        // Steps of 1/255 from -0.5, and of 2/255 from -1: (x - start) / step - 128.
        SByteQuantization quantization = new([-0.5f, -1f, 2f], [0.5f, 1f, 2f]);

        Assert.Equal([-128, -128, -128], quantization.Quantize([-0.5f, -1f, 2f]));
        Assert.Equal([126, 126, -128], quantization.Quantize([0.5f, 1f, 2f])); // 1 / (1 / 255) is 254.99998 in single precision, there too
        Assert.Equal([0, 0, -128], quantization.Quantize([0f, 0f, 2f])); // -0.5 each
        Assert.Equal([25, -64, -128], quantization.Quantize([0.1f, -0.5f, 2f])); // 25.0 and -64.25
        Assert.Equal([127, -128, -128], quantization.Quantize([7f, -7f, 3f]));
    }

    [Fact]
    public void Ranges_are_taken_from_embeddings()
    {
        SByteQuantization quantization = SByteQuantization.Calibrate([[1f, -2f], [-1f, 4f], [0f, 0f]]);

        Assert.Equal([-1f, -2f], quantization.Minimum.ToArray());
        Assert.Equal([1f, 4f], quantization.Maximum.ToArray());
        Assert.Equal(2, quantization.Dimensions);
    }

    [Fact]
    public void Ranges_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>("embeddings", () => SByteQuantization.Calibrate(Array.Empty<float[]>()));
        Assert.Contains("index 1 has 1 dimensions", Assert.Throws<ArgumentException>("embeddings", () => SByteQuantization.Calibrate([[1f, 2f], [1f]])).Message);
        Assert.Contains("dimension 1 goes from 3 to 2", Assert.Throws<ArgumentException>("maximum", () => new SByteQuantization([0f, 3f], [1f, 2f])).Message);
        Assert.Throws<ArgumentException>("maximum", () => new SByteQuantization([0f], [float.NaN]));
        Assert.Throws<ArgumentException>("maximum", () => new SByteQuantization([0f], [1f, 2f]));
        Assert.Throws<ArgumentException>("maximum", () => new SByteQuantization([], []));
        SByteQuantization quantization = new([0f], [1f]);
        Assert.Throws<ArgumentException>("embedding", () => quantization.Quantize([0f, 1f]));
        Assert.Throws<ArgumentException>("quantized", () => quantization.Quantize([0f], new sbyte[2]));
    }

    [Fact]
    public void A_bit_a_dimension_is_its_sign_the_first_in_the_highest_bit()
    {
        float[] embedding = [1, -1, 0, 2, -3, -4, 5, 6, 0.1f, -0.1f];

        Assert.Equal([0b1001_0011, 0b1000_0000], BinaryQuantization.Pack(embedding));
        Assert.Equal([0b1001_0011 - 128, 0], BinaryQuantization.PackSigned(embedding));
        Assert.Equal(embedding.Select(value => value > 0), BinaryQuantization.ToBits(embedding).Cast<bool>());
        Assert.Equal(2, BinaryQuantization.Bytes(10));
        Assert.Throws<ArgumentException>("packed", () => BinaryQuantization.Pack(embedding, new byte[3]));
    }

    [Fact]
    public void Packed_embeddings_differ_by_bits()
    {
        Assert.Equal(3, BinaryQuantization.HammingDistance([0b1111_0000, 1], [0b1100_0000, 0]));
        Assert.Throws<ArgumentException>("second", () => BinaryQuantization.HammingDistance([1], [1, 2]));
    }

    [Fact]
    public async Task Generators_give_each_kind()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> pipeline = model.Load<Embedder>();
        float[] whole = pipeline.Embed("hello world");
        SByteQuantization quantization = SByteQuantization.Calibrate([whole, pipeline.Embed("a"), pipeline.Embed("The cat sat")]);

        Embedding<Half> half = (await pipeline.AsHalfEmbeddingGenerator().GenerateAsync(["hello world"]))[0];
        Embedding<sbyte> bytes = (await pipeline.AsSByteEmbeddingGenerator(quantization).GenerateAsync(["hello world"]))[0];
        BinaryEmbedding bits = (await pipeline.AsBinaryEmbeddingGenerator().GenerateAsync(["hello world"]))[0];

        Assert.Equal(whole.Select(value => (Half)value), half.Vector.ToArray());
        Assert.Equal(quantization.Quantize(whole), bytes.Vector.ToArray());
        Assert.Equal(BinaryQuantization.ToBits(whole), bits.Vector);
        Assert.Equal(("Embedder", 32), (half.ModelId, half.Dimensions));
        Assert.Same(pipeline, pipeline.AsHalfEmbeddingGenerator().GetService(typeof(EncoderPipeline<Embedder>)));
        await Assert.ThrowsAsync<ArgumentException>(() => pipeline.AsSByteEmbeddingGenerator(new SByteQuantization([0f], [1f])).GenerateAsync(["a"]));
    }
}
