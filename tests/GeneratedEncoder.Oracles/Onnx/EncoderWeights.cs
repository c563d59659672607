namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>
/// Brings a model's tensors into a graph in the layouts that ONNX's operators take, once each: layers may share them.
/// </summary>
internal sealed class EncoderWeights(GraphBuilder graph, IReadOnlyDictionary<string, Tensor> tensors, OnnxQuantization quantization)
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

        return graph.Weight(transposed, [tensors[name].Shape[1], tensors[name].Shape[0]], TransposedValues(name));
    }

    /// <summary>Whether products with weights are int8.</summary>
    public bool Quantized => quantization != OnnxQuantization.None;

    /// <summary>A linear layer's weight as [in, out] in int8: the integers, their scale or scales, and as many zero points.</summary>
    public (string Values, string Scales, string ZeroPoints) TransposedInt8(string name)
    {
        int outputs = tensors[name].Shape[0], inputs = tensors[name].Shape[1];
        return AddInt8(name, [inputs, outputs], () => TransposedValues(name), quantization == OnnxQuantization.PerChannel);
    }

    /// <summary>A table in int8 with one scale, as quantize_dynamic has tables whatever the weights have.</summary>
    public (string Values, string Scale, string ZeroPoint) TableInt8(string name) => AddInt8(name, tensors[name].Shape, () => tensors[name].Values, perColumn: false);

    private (string Values, string Scales, string ZeroPoints) AddInt8(string name, int[] shape, Func<float[]> values, bool perColumn)
    {
        (string Values, string Scales, string ZeroPoints) names = (name + ".int8", name + ".scale", name + ".zero_point");
        if (_added.Add(names.Values))
        {
            Int8Tensor tensor = Int8Tensor.Of(values(), shape[1], perColumn);
            int[] each = perColumn ? [shape[1]] : [];
            graph.Bytes(names.Values, shape, tensor.Values);
            graph.Weight(names.Scales, each, tensor.Scales);
            graph.Bytes(names.ZeroPoints, each, new sbyte[tensor.Scales.Length]);
        }

        return names;
    }

    private float[] TransposedValues(string name)
    {
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
        return result;
    }

    /// <summary>The biases of several layers end to end.</summary>
    public string Concatenated(params string[] names)
    {
        string concatenated = names[0] + ".concatenated";
        float[] values = names.SelectMany(name => tensors[name].Values).ToArray();
        return _added.Add(concatenated) ? graph.Weight(concatenated, [values.Length], values) : concatenated;
    }
}
