using GeneratedEncoder.Oracles;
using GeneratedEncoder.Oracles.Onnx;
using Google.Protobuf;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>Weights out of an ONNX export: the right ones, or an error that names what is wrong.</summary>
public sealed class OnnxExportTests
{
    private static readonly Dictionary<string, int[]> s_expected = new() { ["norm.weight"] = [3], ["dense.weight"] = [2, 3], ["dense.bias"] = [2] };

    [Fact]
    public void A_linear_weight_is_found_in_front_of_its_bias_and_turned_around()
    {
        IReadOnlyDictionary<string, Tensor> tensors = OnnxExport.Read(Export(), s_expected);

        Assert.Equal(["norm.weight", "dense.weight", "dense.bias"], tensors.Keys);
        Assert.Equal([1, 3, 5, 2, 4, 6], tensors["dense.weight"].Values);
        Assert.Equal([2, 3], tensors["dense.weight"].Shape);
        Assert.Equal([7, 8], tensors["dense.bias"].Values);
        Assert.Equal([9, 10, 11], tensors["norm.weight"].Values);
    }

    [Theory]
    [InlineData("lacks the parameter 'norm.weight': there is none of that name, and 0 matrix products to which 'norm.bias' is added", "no norm")]
    [InlineData("lacks the parameter 'dense.weight': there is none of that name, and 0 matrix products", "no product")]
    [InlineData("lacks the parameter 'dense.weight': there is none of that name, and 2 matrix products", "two products")]
    [InlineData("has the parameter 'more', which the model is not expected to have", "one more")]
    [InlineData("'dense.weight' is [3, 2] in the ONNX file; [2, 3] was expected", "turned")]
    [InlineData("'norm.weight' has 8 bytes in the ONNX file; [3] float32 were expected", "short")]
    [InlineData("has no graph", "empty")]
    [InlineData("is not ONNX", "text")]
    public void What_is_wrong_is_named(string expected, string fault)
    {
        byte[] file = fault switch
        {
            "empty" => [],
            "text" => "This is a text."u8.ToArray(),
            _ => Export(fault),
        };

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => OnnxExport.Read(file, s_expected));

        Assert.Contains(expected, exception.Message);
    }

    /// <summary>dense(norm(x)), the linear layer's weight transposed and under a number.</summary>
    private static byte[] Export(string fault = "")
    {
        GraphBuilder graph = new(float64: false);
        string x = graph.Input("x", "n", 3);
        string norm = fault == "no norm" ? x : graph.Mul(x, graph.Weight("norm.weight", [3], fault == "short" ? [9, 10] : [9, 10, 11]));
        string weight = graph.Weight("42", fault == "turned" ? [2, 3] : [3, 2], [1, 2, 3, 4, 5, 6]);
        string bias = graph.Weight("dense.bias", [2], [7, 8]);
        string product = fault == "no product" ? graph.Mul(norm, weight) : graph.MatMul(norm, weight);
        graph.Output("y", graph.Add(bias, product), "n", 2);
        if (fault == "two products")
        {
            graph.Output("z", graph.Add(bias, graph.MatMul(norm, weight)), "n", 2);
        }

        if (fault == "one more")
        {
            graph.Output("z", graph.Add(x, graph.Weight("more", [3], [0, 0, 0])), "n", 3);
        }

        return graph.ToModel();
    }
}
