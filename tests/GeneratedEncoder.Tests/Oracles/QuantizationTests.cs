using GeneratedEncoder.Oracles;
using GeneratedEncoder.Oracles.Onnx;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>The int8 graphs, which are peers in benchmarks: that they are quantised as ONNX Runtime's tools do it, and compute the same model.</summary>
public sealed class QuantizationTests
{
    private static readonly EncoderShape s_shape = new()
    {
        HiddenSize = 64,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        IntermediateSize = 128,
        MaxPositionEmbeddings = 32,
        VocabSize = 100,
        TypeVocabSize = 2,
    };

    /// <summary>
    /// Weights of which few are large, as trained ones are: sums of two products of bytes hardly ever exceed 16 bits, where some machines saturate.
    /// </summary>
    [Theory]
    [InlineData(OnnxQuantization.PerTensor, false)]
    [InlineData(OnnxQuantization.PerTensor, true)]
    [InlineData(OnnxQuantization.PerChannel, false)]
    [InlineData(OnnxQuantization.PerChannel, true)]
    public void An_int8_graph_comes_close_to_float32_but_is_not_it(OnnxQuantization quantization, bool fused)
    {
        RandomModel model = RandomModel.Create(s_shape, seed: 3);
        int[] ids = RandomModel.Ids(s_shape, seed: 4, tokens: 20);
        Dictionary<string, Tensor> tensors = model.Tensors.ToDictionary(
            pair => pair.Key, pair => pair.Key.StartsWith("encoder.", StringComparison.Ordinal) && pair.Value.Shape.Length == 2 ? FewLarge(pair.Value) : pair.Value);
        using OnnxEncoder exact = OnnxEncoder.Create(s_shape, tensors);
        using OnnxEncoder quantised = OnnxEncoder.Create(s_shape, tensors, new OnnxEncoderOptions { Quantization = quantization, Fused = fused });

        float[] expected = exact.Encode(ids), actual = quantised.Encode(ids);

        double error = expected.Zip(actual, (one, other) => Math.Pow(one - other, 2)).Sum() / expected.Sum(value => Math.Pow(value, 2));
        Assert.InRange(error, 1e-6, 0.01);
    }

    [Fact]
    public void Products_with_weights_are_integers_and_attention_s_own_are_not()
    {
        RandomModel model = RandomModel.Create(s_shape, seed: 3);

        GraphProto graph = ModelProto.Parser.ParseFrom(OnnxEncoder.Export(s_shape, model.Tensors, new OnnxEncoderOptions { Quantization = OnnxQuantization.PerChannel })).Graph;

        Assert.Equal(6 * s_shape.NumHiddenLayers, graph.Node.Count(node => node.OpType == "MatMulInteger"));
        Assert.Equal(2 * s_shape.NumHiddenLayers, graph.Node.Count(node => node.OpType == "MatMul"));

        // Query, key and value share one quantised input.
        Assert.Equal(4 * s_shape.NumHiddenLayers, graph.Node.Count(node => node.OpType == "DynamicQuantizeLinear"));
        Assert.Equal(2, graph.Node.Count(node => node.OpType == "DequantizeLinear"));
        Assert.DoesNotContain(graph.Initializer, tensor => tensor.Name.EndsWith(".transposed", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_have_their_largest_value_at_127_and_ties_go_to_even()
    {
        Int8Tensor whole = Int8Tensor.Of([127f, 0.5f, -1.5f, 2.5f], columns: 2, perColumn: false);
        Int8Tensor columns = Int8Tensor.Of([-254f, 0f, 127f, 0f], columns: 2, perColumn: true);

        Assert.Equal([127, 0, -2, 2], whole.Values.Select(value => (int)value));
        Assert.Equal([1f], whole.Scales);
        Assert.Equal([-127, 0, 64, 0], columns.Values.Select(value => (int)value));
        Assert.Equal([2f, 1f], columns.Scales);
    }

    [Fact]
    public void Int8_and_double_precision_don_t_go_together()
    {
        RandomModel model = RandomModel.Create(s_shape, seed: 3);

        ArgumentException error = Assert.Throws<ArgumentException>(() => OnnxEncoder.Export(
            s_shape, model.Tensors, new OnnxEncoderOptions { Quantization = OnnxQuantization.PerTensor, Float64 = true }));

        Assert.Contains("Quantization", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Cubes of uniform weights, of about the same deviation.</summary>
    private static Tensor FewLarge(Tensor weight)
    {
        float largest = weight.Values.Max(Math.Abs);
        return weight with { Values = Array.ConvertAll(weight.Values, value => 1.5f * value * (value / largest) * (value / largest)) };
    }
}
