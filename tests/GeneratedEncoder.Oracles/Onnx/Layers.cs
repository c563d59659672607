using static GeneratedEncoder.Oracles.Onnx.GraphBuilder;

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>
/// The layers with weights that an encoder and its head consist of, each by its tensors' name. Every norm adds
/// <c>eps</c> to the variance.
/// </summary>
internal sealed class Layers(GraphBuilder graph, EncoderWeights weights, double eps)
{
    private readonly Dictionary<string, (string Values, string Scale, string ZeroPoint)> _quantized = [];

    /// <summary>x W^T + b.</summary>
    public string Linear(string name, string x) => graph.Add(Product(name, x), weights.Plain(name + ".bias"));

    /// <summary>x W^T.</summary>
    public string Product(string name, string x) =>
        weights.Quantized ? IntegerProduct(name, x) : graph.MatMul(x, weights.Transposed(name + ".weight"));

    /// <summary>The rows of a table that ids name.</summary>
    public string Rows(string table, string ids)
    {
        if (!weights.Quantized)
        {
            return graph.Op("Gather", [weights.Plain(table), ids]);
        }

        (string values, string scale, string zeroPoint) = weights.TableInt8(table);
        return graph.Op("DequantizeLinear", [graph.Op("Gather", [values, ids]), scale, zeroPoint]);
    }

    /// <summary>LN(x), with the norm's gain and, where it has one, its bias.</summary>
    public string Norm(string name, string x, bool hasBias = true)
    {
        string gamma = weights.Plain(name + ".weight");
        string[] beta = hasBias ? [weights.Plain(name + ".bias")] : [];
        if (!graph.Float64)
        {
            return graph.Op("LayerNormalization", [x, gamma, .. beta], Attribute("epsilon", eps));
        }

        // The operator's epsilon is a float32 attribute whatever the type of x, so double precision spells the norm out.
        string deviation = graph.Sub(x, Mean(x));
        string variance = Mean(graph.Mul(deviation, deviation));
        string divisor = graph.Op("Sqrt", [graph.Add(variance, graph.Scalar(eps))]);
        string scaled = graph.Mul(graph.Div(deviation, divisor), gamma);
        return hasBias ? graph.Add(scaled, beta[0]) : scaled;
    }

    /// <summary>x W^T in integers. What several products take is quantised once.</summary>
    private string IntegerProduct(string name, string x)
    {
        if (!_quantized.TryGetValue(x, out (string Values, string Scale, string ZeroPoint) activations))
        {
            activations = graph.DynamicQuantizeLinear(x);
            _quantized.Add(x, activations);
        }

        (string values, string scales, string zeroPoints) = weights.TransposedInt8(name + ".weight");
        string sums = graph.ToNumber(graph.Op("MatMulInteger", [activations.Values, values, activations.ZeroPoint, zeroPoints]));
        return graph.Mul(sums, graph.Mul(activations.Scale, scales));
    }

    private string Mean(string x) => graph.Op("ReduceMean", [x], Attribute("axes", [-1]), Attribute("keepdims", 1));
}
