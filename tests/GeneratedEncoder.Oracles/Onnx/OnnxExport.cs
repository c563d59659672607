using System.Runtime.InteropServices;
using Google.Protobuf;
using static GeneratedEncoder.Oracles.Onnx.TensorProto.Types;

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>
/// The weights of an encoder that PyTorch exported. The export keeps the names of all parameters but one kind: a linear layer's weight
/// stands there transposed, [in, out], under a number. It is found as what is multiplied before the layer's bias, which has its name, is
/// added.
/// </summary>
internal static class OnnxExport
{
    /// <summary>Reads the tensors that a model should have.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="expected">All of them by Hugging Face's names, with their dimensions.</param>
    /// <returns>The tensors in the order of <paramref name="expected"/>, linear weights as [out, in].</returns>
    /// <exception cref="InvalidDataException">It is no such file, lacks one of them, has one of other dimensions, or has one more.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(byte[] model, IReadOnlyDictionary<string, int[]> expected)
    {
        GraphProto graph = Parse(model);
        Dictionary<string, TensorProto> numbers =
            graph.Initializer.Where(tensor => tensor.DataType == (int)DataType.Float).ToDictionary(tensor => tensor.Name);

        Dictionary<string, Tensor> tensors = [];
        HashSet<string> used = [];
        foreach ((string name, int[] shape) in expected)
        {
            bool named = numbers.TryGetValue(name, out TensorProto? found);
            found ??= numbers[TransposedWeight(graph, numbers, name)];
            used.Add(found.Name);
            tensors.Add(name, ToTensor(name, found, shape, transposed: !named));
        }

        return numbers.Keys.FirstOrDefault(name => !used.Contains(name)) is { } other
            ? throw new InvalidDataException($"The ONNX file has the parameter '{other}', which the model is not expected to have.")
            : tensors;
    }

    private static GraphProto Parse(byte[] model)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(model).Graph ?? throw new InvalidDataException("The ONNX file has no graph.");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"The file is not ONNX: {e.Message}", e);
        }
    }

    /// <summary>The name of what stands for a linear layer's weight: Add(bias, MatMul(x, weight)).</summary>
    private static string TransposedWeight(GraphProto graph, Dictionary<string, TensorProto> numbers, string name)
    {
        const string Weight = ".weight";
        string bias = name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] + ".bias" : "";
        string[] weights =
        [
            .. from sum in graph.Node
               where sum.OpType == "Add" && sum.Input.Contains(bias)
               from product in graph.Node
               where product.OpType == "MatMul" && sum.Input.Contains(product.Output[0]) && numbers.ContainsKey(product.Input[1])
               select product.Input[1],
        ];
        return weights is [string only]
            ? only
            : throw new InvalidDataException(
                $"The ONNX file lacks the parameter '{name}': there is none of that name, and {weights.Length} matrix products to which '{bias}' is added; one was expected.");
    }

    private static Tensor ToTensor(string name, TensorProto found, int[] shape, bool transposed)
    {
        IEnumerable<long> dimensions = transposed ? found.Dims.Reverse() : found.Dims;
        if (!dimensions.SequenceEqual(shape.Select(dimension => (long)dimension)))
        {
            throw new InvalidDataException($"The parameter '{name}' is [{string.Join(", ", dimensions)}] in the ONNX file; [{string.Join(", ", shape)}] was expected.");
        }

        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(found.RawData.Span);
        if (values.Length * (long)sizeof(float) != found.RawData.Length || values.Length != shape.Aggregate(1L, (product, dimension) => product * dimension))
        {
            throw new InvalidDataException($"The parameter '{name}' has {found.RawData.Length} bytes in the ONNX file; [{string.Join(", ", shape)}] float32 were expected.");
        }

        return new Tensor(shape, transposed ? Transposed(values, shape[0], shape[1]) : values.ToArray());
    }

    /// <summary>[in, out] as [out, in].</summary>
    private static float[] Transposed(ReadOnlySpan<float> values, int outputs, int inputs)
    {
        float[] result = new float[values.Length];
        for (int input = 0; input < inputs; input++)
        {
            for (int output = 0; output < outputs; output++)
            {
                result[output * inputs + input] = values[input * outputs + output];
            }
        }

        return result;
    }
}
