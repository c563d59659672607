using static GeneratedEncoder.Oracles.Onnx.GraphBuilder;

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>
/// The layers with weights that an encoder and its head consist of, each by its tensors' name. Every norm adds
/// <c>eps</c> to the variance.
/// </summary>
internal sealed class Layers(GraphBuilder graph, EncoderWeights weights, double eps)
{
    /// <summary>x W^T + b.</summary>
    public string Linear(string name, string x) => graph.Add(Product(name, x), weights.Plain(name + ".bias"));

    /// <summary>x W^T.</summary>
    public string Product(string name, string x) => graph.MatMul(x, weights.Transposed(name + ".weight"));

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

    private string Mean(string x) => graph.Op("ReduceMean", [x], Attribute("axes", [-1]), Attribute("keepdims", 1));
}
