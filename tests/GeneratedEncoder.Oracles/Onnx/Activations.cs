using static GeneratedEncoder.Oracles.Onnx.GraphBuilder;

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>The activations of feed-forward networks and heads.</summary>
internal static class Activations
{
    // 24 nodes leave an error of 1.2e-15 in erf over the whole range (20 leave 6e-15, 16 leave 6e-11), and more nodes gain
    // nothing over the rounding of the sum. From 6 on, erf is 1 to 2e-17.
    private const int ErfNodes = 24;
    private const double ErfRange = 6;

    /// <summary>act(x), elementwise, in standard operators as exporters write them.</summary>
    public static string Activation(this GraphBuilder graph, string name, string x) => name switch
    {
        "relu" => graph.Op("Relu", [x]),
        "gelu" => graph.Gelu(x),
        "gelu_new" => graph.GeluNew(x),
        "silu" => graph.Mul(x, graph.Op("Sigmoid", [x])),
        "tanh" => graph.Op("Tanh", [x]),
        _ => throw new ArgumentException($"no such activation: {name}", nameof(name)),
    };

    /// <summary>act(x + bias) by one of ONNX Runtime's own operators, where there is one.</summary>
    public static string FusedActivation(this GraphBuilder graph, string name, string x, string bias) => name switch
    {
        "gelu" => graph.Contrib("BiasGelu", [x, bias]),
        "gelu_new" => graph.Contrib("FastGelu", [x, bias]),
        "silu" => graph.Contrib("QuickGelu", [graph.Add(x, bias)], Attribute("alpha", 1.0)),
        _ => graph.Activation(name, graph.Add(x, bias)),
    };

    /// <summary>x (1 + erf(x / sqrt 2)) / 2.</summary>
    private static string Gelu(this GraphBuilder graph, string x)
    {
        string scaled = graph.Div(x, graph.Scalar(Math.Sqrt(2)));
        string erf = graph.Float64 ? graph.Erf64(scaled) : graph.Op("Erf", [scaled]);
        return graph.Mul(graph.Mul(x, graph.Add(erf, graph.Scalar(1))), graph.Scalar(0.5));
    }

    /// <summary>x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</summary>
    private static string GeluNew(this GraphBuilder graph, string x)
    {
        string cube = graph.Op("Pow", [x, graph.Scalar(3)]);
        string inner = graph.Add(x, graph.Mul(cube, graph.Scalar(0.044715)));
        string tanh = graph.Op("Tanh", [graph.Mul(inner, graph.Scalar(Math.Sqrt(2 / Math.PI)))]);
        return graph.Mul(graph.Mul(x, graph.Add(tanh, graph.Scalar(1))), graph.Scalar(0.5));
    }

    /// <summary>erf(x) in double precision, for which ONNX Runtime has no kernel.</summary>
    /// <remarks>
    /// By definition erf(x) = 2 / sqrt(pi) times the integral of exp(-s^2) over [0, x]; with s = x t this is
    /// 2 x / sqrt(pi) times the integral of exp(-x^2 t^2) over [0, 1], here by Gauss-Legendre: one exp a node, then one product
    /// with the vector of weights. All terms are positive, so nothing cancels.
    /// </remarks>
    private static string Erf64(this GraphBuilder graph, string x)
    {
        (double[] nodes, double[] weights) = GaussLegendre.Rule(ErfNodes);
        string minusSquaredNodes = graph.Vector(Array.ConvertAll(nodes, t => -t * t));
        string scaledWeights = graph.Vector(Array.ConvertAll(weights, w => w * 2 / Math.Sqrt(Math.PI)));

        string clipped = graph.Op("Clip", [x, graph.Scalar(-ErfRange), graph.Scalar(ErfRange)]);
        string square = graph.Op("Unsqueeze", [graph.Mul(clipped, clipped), graph.Integers(-1)]);
        string terms = graph.Op("Exp", [graph.Mul(square, minusSquaredNodes)]);
        return graph.Mul(clipped, graph.MatMul(terms, scaledWeights));
    }
}
