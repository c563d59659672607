using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Where each weight of a file's tensors is in the panels that an encoder computes with.</summary>
public sealed class PackingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Queries of 2 heads of 20, in 32 columns each, from a tensor that has keys and values after them.</summary>
    [Theory]
    [InlineData(WeightType.F32, 0, 7)]
    [InlineData(WeightType.F16, 40, 7)]
    [InlineData(WeightType.BF16, 80, 7)]
    [InlineData(WeightType.F32, 40, 3000)]
    [InlineData(WeightType.F16, 40, 70000)]
    public void A_slice_of_a_tensor_by_heads(WeightType type, int first, int inFeatures)
    {
        const int Total = 120, Rows = 40, Columns = 64;
        float[] weight = Values(Total * inFeatures), bias = Values(Total);
        using ModelTensors tensors = Save(type, ("qkv.weight", [Total, inFeatures], weight), ("qkv.bias", [Total], bias));
        float[] panels = new float[Columns * inFeatures], biases = new float[Columns];

        tensors.PackWeight("qkv.weight", Total, first, Rows, inFeatures, 20, 32, 1, 0.5f, panels);
        tensors.PackBias("qkv.bias", Total, first, Rows, 20, 32, 1, 0.5f, biases);

        for (int column = 0; column < Columns; column++)
        {
            int head = column / 32, lane = column % 32, row = first + head * 20 + lane;
            Assert.Equal(lane < 20 ? bias[row] * 0.5f : 0, biases[column]);
            for (int k = 0; k < inFeatures; k++)
            {
                float expected = lane < 20 ? weight[row * inFeatures + k] * 0.5f : 0;
                if (panels[(column / 16 * inFeatures + k) * 16 + column % 16] != expected)
                {
                    Assert.Fail($"Column {column}, input {k}.");
                }
            }
        }
    }

    /// <summary>A gated network of 40 features, which take 3 panels: the halves' panels alternate.</summary>
    [Fact]
    public void Halves_of_a_gate_alternate()
    {
        const int Half = 40, In = 5, Panel = 16 * In;
        float[] weight = Values(2 * Half * In), bias = Values(2 * Half);
        using ModelTensors tensors = Save(WeightType.F32, ("Wi.weight", [2 * Half, In], weight), ("Wi.bias", [2 * Half], bias));
        float[] panels = new float[6 * Panel], biases = new float[6 * 16];

        foreach (int half in new[] { 0, 1 })
        {
            tensors.PackWeight("Wi.weight", 2 * Half, half * Half, Half, In, Half, 48, 2, 1, panels.AsSpan(half * Panel));
            tensors.PackBias("Wi.bias", 2 * Half, half * Half, Half, Half, 48, 2, 1, biases.AsSpan(half * 16));
        }

        for (int place = 0; place < 6 * 16; place++)
        {
            int panel = place / 16, half = panel % 2, feature = panel / 2 * 16 + place % 16, row = half * Half + feature;
            Assert.Equal(feature < Half ? bias[row] : 0, biases[place]);
            for (int k = 0; k < In; k++)
            {
                Assert.Equal(feature < Half ? weight[row * In + k] : 0, panels[panel * Panel + k * 16 + place % 16]);
            }
        }
    }

    [Fact]
    public void A_linear_layer_is_the_slice_that_is_all_of_it()
    {
        const int Out = 50, In = 11;
        using ModelTensors tensors = Save(WeightType.F32, ("dense.weight", [Out, In], Values(Out * In)), ("dense.bias", [Out], Values(Out)));
        float[] panels = new float[64 * In], bias = new float[64], slices = new float[64 * In], sliceBias = new float[64];

        tensors.PackLinear("dense", Out, In, 25, 32, 0.3f, panels, bias);
        tensors.PackWeight("dense.weight", Out, 0, 25, In, 25, 32, 1, 0.3f, slices);
        tensors.PackWeight("dense.weight", Out, 25, 25, In, 25, 32, 1, 0.3f, slices.AsSpan(32 * In));
        tensors.PackBias("dense.bias", Out, 0, 25, 25, 32, 1, 0.3f, sliceBias);
        tensors.PackBias("dense.bias", Out, 25, 25, 25, 32, 1, 0.3f, sliceBias.AsSpan(32));

        Bits.AssertSame(panels, slices);
        Bits.AssertSame(bias, sliceBias);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_convolution_is_a_linear_layer_tap_after_tap(int taps)
    {
        const int Out = 18, In = 7;
        float[] weight = Values(Out * In * taps);
        using ModelTensors tensors = Save(WeightType.F16, ("conv.weight", [Out, In, taps], weight));
        float[] panels = new float[32 * taps * In];

        tensors.PackConvolution("conv.weight", Out, In, taps, 2, panels);

        for (int feature = 0; feature < Out; feature++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                for (int channel = 0; channel < In; channel++)
                {
                    Assert.Equal(2 * weight[(feature * In + channel) * taps + tap], panels[(feature / 16 * taps * In + tap * In + channel) * 16 + feature % 16]);
                }
            }
        }
    }

    [Theory]
    [InlineData("norm.weight", "norm.bias")]
    [InlineData("norm.gamma", "norm.beta")]
    public void A_norm_takes_what_is_folded_into_it(string weightName, string biasName)
    {
        float[] weight = [-0f, 1, -2, 0.5f], bias = [1, -1, 3, -0f];
        using ModelTensors tensors = Save(WeightType.F32, (weightName, [4], weight), (biasName, [4], bias));
        float[] plain = new float[4], plainBias = new float[4], folded = new float[4], foldedBias = new float[4];

        tensors.CopyLayerNorm("norm", 4, plain, plainBias);
        tensors.CopyNormWeight("norm", 4, 1, 0.25f, folded);
        tensors.CopyNormBias("norm", 4, 0.25f, foldedBias);

        Bits.AssertSame(weight, plain);
        Bits.AssertSame(bias, plainBias);
        Bits.AssertSame([0.25f, 0.5f, -0.25f, 0.375f], folded);
        Bits.AssertSame([0.25f, -0.25f, 0.75f, -0f], foldedBias);
    }

    [Fact]
    public void A_vector_has_slices()
    {
        using ModelTensors tensors = Save(WeightType.BF16, ("v", [5], [0, 1, 2, 3, 4]));
        float[] slice = new float[4];

        tensors.CopyVectorSlice("v", 5, 2, 3, slice);

        Assert.Equal([2, 3, 4, 0], slice);
    }

    [Fact]
    public void Tensors_have_a_prefix_and_a_table_may_have_another_name()
    {
        using ModelTensors tensors = Save(WeightType.F32, "anchor", ("model.anchor", [1], [0]), ("model.embed_tokens.weight", [2, 2], [1, 2, 3, 4]));
        float[] row = new float[2];

        tensors.OpenWordTable("shared.weight", "embed_tokens.weight", 2, 2).CopyRow(1, row);

        Assert.Equal([3, 4], row);
        Assert.True(tensors.HasTensor("anchor"));
        Assert.False(tensors.HasTensor("model.anchor"));
        Assert.Contains("'model.shared.weight'", Assert.Throws<InvalidDataException>(() => tensors.OpenWordTable("shared.weight", "other.weight", 2, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_another_shape_are_refused()
    {
        using ModelTensors tensors = Save(WeightType.F32, ("w.weight", [6, 4], Values(24)), ("c.weight", [2, 3, 4], Values(24)), ("b", [6], Values(6)));
        float[] panels = new float[64];

        AssertRefused("'w.weight'", () => tensors.PackWeight("w.weight", 8, 0, 4, 4, 4, 16, 1, 1, panels));
        AssertRefused("[2, 3, 4]", () => tensors.PackConvolution("c.weight", 2, 4, 3, 1, panels));
        AssertRefused("'n.weight'", () => tensors.CopyNormWeight("n", 6, 0, 1, panels));
        AssertRefused("'n.bias'", () => tensors.PackBias("n.bias", 6, 0, 3, 3, 16, 1, 1, panels));
        AssertRefused("[6]", () => tensors.CopyVectorSlice("b", 7, 0, 3, panels));

        // And what is not in the tensor is another one's.
        Assert.Throws<ArgumentOutOfRangeException>(() => tensors.PackWeight("w.weight", 6, 3, 4, 4, 4, 16, 1, 1, panels));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensors.CopyVectorSlice("b", 6, -1, 3, panels));

        static void AssertRefused(string message, Action call) => Assert.Contains(message, Assert.Throws<InvalidDataException>(call).Message, StringComparison.Ordinal);
    }

    private ModelTensors Save(WeightType type, params (string Name, int[] Shape, float[] Values)[] tensors) => Save(type, tensors[0].Name, tensors);

    private ModelTensors Save(WeightType type, string anchor, params (string Name, int[] Shape, float[] Values)[] tensors)
    {
        SafetensorsWriter.Write(_folder["model.safetensors"], type, tensors.Select(tensor => (tensor.Name, new Tensor(tensor.Shape, tensor.Values))));
        return ModelTensors.Open(_folder["model.safetensors"], anchor);
    }

    /// <summary>Different from their neighbours, and the same in every type that a file may have.</summary>
    private static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => i * 37 % 251 - 125f)];
}
