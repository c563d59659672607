namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>A head in standard operators.</summary>
internal static class HeadGraph
{
    /// <summary>The head of the last hidden state x [batch, tokens, H].</summary>
    /// <returns>[batch, 1 or tokens, outputs].</returns>
    public static string Head(this GraphBuilder graph, HeadParts head, Layers layers, EncoderWeights weights, string x)
    {
        if (head.FirstToken)
        {
            x = graph.Op("Slice", [x, graph.Integers(0), graph.Integers(1), graph.Integers(1)]);
        }

        x = head.Dense is null ? x : graph.Activation(head.Activation, layers.Linear(head.Dense, x));
        x = head.Norm is null ? x : layers.Norm(head.Norm, x);
        return head is { OutputWeight: { } weight, OutputBias: { } bias }
            ? graph.Add(graph.MatMul(x, weights.Transposed(weight)), weights.Plain(bias))
            : x;
    }
}
