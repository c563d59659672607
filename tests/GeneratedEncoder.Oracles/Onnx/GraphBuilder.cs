using System.Runtime.InteropServices;
using Google.Protobuf;
using static GeneratedEncoder.Oracles.Onnx.TensorProto.Types;

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>Collects the nodes of an ONNX graph. Values are known by their names, which every method returns.</summary>
/// <param name="float64">Whether the graph's numbers are doubles; weights are widened.</param>
internal sealed class GraphBuilder(bool float64)
{
    private const string ContribDomain = "com.microsoft";
    private readonly GraphProto _graph = new() { Name = "encoder" };

    public bool Float64 => float64;

    private DataType Number => float64 ? DataType.Double : DataType.Float;

    /// <summary>Declares an input of numbers; a dimension is a size, or a name where it varies from call to call.</summary>
    public string Input(string name, params object[] dimensions) => Declare(_graph.Input, name, Number, dimensions);

    /// <summary>Declares an input of 64-bit integers.</summary>
    public string IntegerInput(string name, params object[] dimensions) => Declare(_graph.Input, name, DataType.Int64, dimensions);

    /// <summary>Gives a value out of the graph under a name.</summary>
    public void Output(string name, string value, params object[] dimensions)
    {
        _graph.Node.Add(Node("Identity", [value], name));
        Declare(_graph.Output, name, Number, dimensions);
    }

    /// <summary>Adds a constant tensor.</summary>
    public string Weight(string name, IEnumerable<int> shape, ReadOnlySpan<float> values)
    {
        if (!float64)
        {
            return Constant(name, DataType.Float, shape, MemoryMarshal.AsBytes(values));
        }

        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return Constant(name, DataType.Double, shape, MemoryMarshal.AsBytes<double>(wide));
    }

    /// <summary>Adds a constant tensor of 8-bit integers.</summary>
    public string Bytes(string name, IEnumerable<int> shape, ReadOnlySpan<sbyte> values) =>
        Constant(name, DataType.Int8, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant vector of full precision.</summary>
    public string Vector(params double[] values) => float64
        ? Constant(NewName("vector"), DataType.Double, [values.Length], MemoryMarshal.AsBytes<double>(values))
        : Weight(NewName("vector"), [values.Length], Array.ConvertAll(values, value => (float)value));

    /// <summary>Adds a constant matrix of full precision.</summary>
    public string Matrix(string name, int columns, double[] values) => float64
        ? Constant(name, DataType.Double, [values.Length / columns, columns], MemoryMarshal.AsBytes<double>(values))
        : Weight(name, [values.Length / columns, columns], Array.ConvertAll(values, value => (float)value));

    /// <summary>Adds a constant scalar.</summary>
    public string Scalar(double value) => float64
        ? Constant(NewName("scalar"), DataType.Double, [], MemoryMarshal.AsBytes([value]))
        : Weight(NewName("scalar"), [], [(float)value]);

    /// <summary>Adds a constant 64-bit integer.</summary>
    public string Integer(long value) => Constant(NewName("integer"), DataType.Int64, [], MemoryMarshal.AsBytes([value]));

    /// <summary>Adds a constant vector of 64-bit integers, for example a shape.</summary>
    public string Integers(params long[] values) =>
        Constant(NewName("integers"), DataType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values));

    /// <summary>Adds a constant matrix of 64-bit integers.</summary>
    public string IntegerGrid(int rows, int columns, long[] values) =>
        Constant(NewName("integers"), DataType.Int64, [rows, columns], MemoryMarshal.AsBytes<long>(values));

    /// <summary>Adds a node of a standard operator.</summary>
    public string Op(string type, string[] inputs, params AttributeProto[] attributes)
    {
        string output = NewName(type);
        _graph.Node.Add(Node(type, inputs, output, attributes));
        return output;
    }

    /// <summary>Adds a node that cuts a value into equal parts along an axis.</summary>
    public string[] Split(string value, int axis, int parts) => Outputs("Split", value, parts, Attribute("axis", axis));

    /// <summary>Adds a node that quantises a value to uint8 over its whole range: the integers, their scale and their zero point.</summary>
    public (string Values, string Scale, string ZeroPoint) DynamicQuantizeLinear(string value) =>
        Outputs("DynamicQuantizeLinear", value, 3) is [string values, string scale, string zeroPoint] ? (values, scale, zeroPoint) : default;

    /// <summary>Adds a node of one of ONNX Runtime's own operators. An input named "" is left out.</summary>
    public string Contrib(string type, string[] inputs, params AttributeProto[] attributes)
    {
        string output = NewName(type);
        NodeProto node = Node(type, inputs, output, attributes);
        node.Domain = ContribDomain;
        _graph.Node.Add(node);
        return output;
    }

    public string Add(string left, string right) => Op("Add", [left, right]);

    public string Sub(string left, string right) => Op("Sub", [left, right]);

    public string Mul(string left, string right) => Op("Mul", [left, right]);

    public string Div(string left, string right) => Op("Div", [left, right]);

    public string MatMul(string left, string right) => Op("MatMul", [left, right]);

    public string Cast(string value, DataType type) => Op("Cast", [value], Attribute("to", (int)type));

    /// <summary>Converts to the graph's number type.</summary>
    public string ToNumber(string value) => Cast(value, Number);

    public static AttributeProto Attribute(string name, int value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, double value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    public static AttributeProto Attribute(string name, long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    /// <summary>The whole model, serialised.</summary>
    public byte[] ToModel() => new ModelProto
    {
        // Opset 17 is the first with LayerNormalization; format version 8 goes with it.
        IrVersion = 8,
        ProducerName = "GeneratedEncoder.Oracles",
        Graph = _graph,
        OpsetImport =
        {
            new OperatorSetIdProto { Domain = "", Version = 17 },
            new OperatorSetIdProto { Domain = ContribDomain, Version = 1 },
        },
    }.ToByteArray();

    private string[] Outputs(string type, string input, int count, params AttributeProto[] attributes)
    {
        string name = NewName(type);
        string[] outputs = [.. Enumerable.Range(0, count).Select(output => $"{name}.{output}")];
        NodeProto node = Node(type, [input], outputs[0], attributes);
        node.Output.Add(outputs[1..]);
        _graph.Node.Add(node);
        return outputs;
    }

    private string NewName(string kind) => $"{kind}_{_graph.Node.Count}_{_graph.Initializer.Count}";

    private string Constant(string name, DataType type, IEnumerable<int> shape, ReadOnlySpan<byte> bytes)
    {
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)type,
            Dims = { shape.Select(dimension => (long)dimension) },
            RawData = ByteString.CopyFrom(bytes),
        });
        return name;
    }

    private static NodeProto Node(string type, string[] inputs, string output, params AttributeProto[] attributes) =>
        new() { Name = output, OpType = type, Input = { inputs }, Output = { output }, Attribute = { attributes } };

    private static string Declare(IList<ValueInfoProto> values, string name, DataType type, object[] dimensions)
    {
        TensorShapeProto shape = new();
        foreach (object dimension in dimensions)
        {
            shape.Dim.Add(dimension is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = (int)dimension });
        }

        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type, Shape = shape };
        values.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } });
        return name;
    }
}
