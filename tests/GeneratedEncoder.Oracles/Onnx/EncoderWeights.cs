namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>
/// Brings a model's tensors into a graph in the layouts that ONNX's operators take, once each: layers may share them.
/// </summary>
internal sealed class EncoderWeights(GraphBuilder graph, IReadOnlyDictionary<string, Tensor> tensors)
{
    private readonly HashSet<string> _added = [];

    /// <summary>A table, bias or norm, as it is.</summary>
    public string Plain(string name) => _added.Add(name) ? graph.Weight(name, tensors[name].Shape, tensors[name].Values) : name;

    /// <summary>The rows of a table from <paramref name="firstRow"/> on, so that token 0 finds its position in row 0.</summary>
    public string RowsFrom(string name, int firstRow)
    {
        Tensor table = tensors[name];
        int width = table.Shape[1];
        return graph.Weight(name, [table.Shape[0] - firstRow, width], table.Values.AsSpan(firstRow * width));
    }

    /// <summary>A linear layer's weight [out, in] as [in, out], which is what MatMul(x, w) takes.</summary>
    public string Transposed(string name)
    {
        string transposed = name + ".transposed";
        if (!_added.Add(transposed))
        {
            return transposed;
        }

        Tensor weight = tensors[name];
        int outputs = weight.Shape[0], inputs = weight.Shape[1];
        float[] result = new float[inputs * outputs];
        Parallel.For(0, inputs, input =>
        {
            for (int output = 0; output < outputs; output++)
            {
                result[input * outputs + output] = weight.Values[output * inputs + input];
            }
        });
        return graph.Weight(transposed, [inputs, outputs], result);
    }

    /// <summary>The biases of several layers end to end.</summary>
    public string Concatenated(params string[] names)
    {
        string concatenated = names[0] + ".concatenated";
        float[] values = names.SelectMany(name => tensors[name].Values).ToArray();
        return _added.Add(concatenated) ? graph.Weight(concatenated, [values.Length], values) : concatenated;
    }
}
