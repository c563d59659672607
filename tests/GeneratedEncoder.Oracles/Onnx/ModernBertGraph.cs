using static GeneratedEncoder.Oracles.Onnx.GraphBuilder;

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>
/// A ModernBERT as an ONNX graph: in standard operators, as exporters write it, local layers with a mask over all pairs of tokens; or with
/// attention and rotation as one of ONNX Runtime's own operators each. It takes one text, or texts of one length.
/// </summary>
internal sealed class ModernBertGraph
{
    private readonly ModernBertShape _shape;
    private readonly bool _fused;
    private readonly GraphBuilder _graph;
    private readonly EncoderWeights _weights;
    private readonly Layers _layers;
    private readonly string _tokens;
    private readonly string _window;
    private readonly Rotation _global, _local;

    private ModernBertGraph(ModernBertModel model, OnnxEncoderOptions options, out string ids)
    {
        (_shape, _fused, _graph) = (model.Shape, options.Fused, new GraphBuilder(options.Float64));
        _weights = new EncoderWeights(_graph, model.Tensors, OnnxQuantization.None);
        _layers = new Layers(_graph, _weights, _shape.NormEps);
        ids = _graph.IntegerInput(GraphNames.Ids, GraphNames.Batch, GraphNames.Tokens);
        _tokens = _graph.Op("Shape", [ids], Attribute("start", 1), Attribute("end", 2));
        bool[] full = [.. Enumerable.Range(0, _shape.NumHiddenLayers).Select(_shape.IsFull)];
        _window = full.Contains(false) ? Window() : "";
        _global = full.Contains(true) ? RotationOf(_shape.GlobalRopeTheta, "global") : default;
        _local = full.Contains(false) ? RotationOf(_shape.LocalRopeTheta, "local") : default;
    }

    /// <summary>The serialised model.</summary>
    public static byte[] Build(ModernBertModel model, OnnxEncoderOptions options) =>
        new ModernBertGraph(model, options, out string ids).Encoder(ids);

    private byte[] Encoder(string ids)
    {
        string x = _graph.Op("Gather", [_weights.Plain("embeddings.tok_embeddings.weight"), ids]);
        x = Norm("embeddings.norm", x);
        for (int i = 0; i < _shape.NumHiddenLayers; i++)
        {
            string layer = $"layers.{i}.";
            string normed = i == 0 ? x : Norm(layer + "attn_norm", x);
            x = _graph.Add(x, _layers.Product(layer + "attn.Wo", Attention(layer, normed, _shape.IsFull(i))));
            x = _graph.Add(x, FeedForward(layer, Norm(layer + "mlp_norm", x)));
        }

        _graph.Output(GraphNames.Hidden, Norm("final_norm", x), GraphNames.Batch, GraphNames.Tokens, _shape.HiddenSize);
        return _graph.ToModel();
    }

    private string Norm(string name, string x) => _layers.Norm(name, x, hasBias: false);

    private string Attention(string layer, string x, bool full)
    {
        string[] qkv = _graph.Split(_layers.Product(layer + "attn.Wqkv", x), axis: -1, parts: 3);
        return _fused ? FusedAttention(qkv, full) : PlainAttention(qkv, full);
    }

    /// <summary>softmax(rope(Q) rope(K)^T / sqrt(head) + window) V, the heads side by side: [batch, tokens, H].</summary>
    private string PlainAttention(string[] qkv, bool full)
    {
        string q = Rotated(Heads(qkv[0]), full ? _global : _local), k = Rotated(Heads(qkv[1]), full ? _global : _local);
        string keys = _graph.Op("Transpose", [k], Attribute("perm", [0, 1, 3, 2]));
        string scores = _graph.Mul(_graph.MatMul(q, keys), _graph.Scalar(1 / Math.Sqrt(_shape.HeadSize)));
        scores = full ? scores : _graph.Add(scores, _window);
        string probabilities = _graph.Op("Softmax", [scores], Attribute("axis", -1));
        string perHead = _graph.Op("Transpose", [_graph.MatMul(probabilities, Heads(qkv[2]))], Attribute("perm", [0, 2, 1, 3]));
        return _graph.Op("Reshape", [perHead, _graph.Integers(0, 0, _shape.HiddenSize)]);
    }

    private string FusedAttention(string[] qkv, bool full)
    {
        Rotation rotation = full ? _global : _local;
        string q = Rotate(qkv[0]), k = Rotate(qkv[1]);
        string[] inputs = full ? [q, k, qkv[2]] : [q, k, qkv[2], "", "", _window];
        return _graph.Contrib("MultiHeadAttention", inputs, Attribute("num_heads", _shape.NumAttentionHeads));

        // The 0 is the first token's position.
        string Rotate(string x) => _graph.Contrib("RotaryEmbedding", [x, _graph.Integers(0), rotation.Cos, rotation.Sin]);
    }

    /// <summary>[batch, tokens, H] as [batch, heads, tokens, head].</summary>
    private string Heads(string x)
    {
        string split = _graph.Op("Reshape", [x, _graph.Integers(0, 0, _shape.NumAttentionHeads, _shape.HeadSize)]);
        return _graph.Op("Transpose", [split], Attribute("perm", [0, 2, 1, 3]));
    }

    /// <summary>x cos + (-x2, x1) sin, where x1 and x2 are the halves of each head.</summary>
    private string Rotated(string x, Rotation rotation)
    {
        string[] halves = _graph.Split(x, axis: -1, parts: 2);
        string turned = _graph.Op("Concat", [_graph.Op("Neg", [halves[1]]), halves[0]], Attribute("axis", -1));
        return _graph.Add(_graph.Mul(x, rotation.Cos), _graph.Mul(turned, rotation.Sin));
    }

    private string FeedForward(string layer, string x)
    {
        string[] halves = _graph.Split(_layers.Product(layer + "mlp.Wi", x), axis: -1, parts: 2);
        return _layers.Product(layer + "mlp.Wo", _graph.Mul(_graph.Activation("gelu", halves[0]), halves[1]));
    }

    /// <summary>What is added to a local layer's scores, [1, 1, tokens, tokens]: 0 within the window, the lowest float outside.</summary>
    private string Window()
    {
        string count = _graph.Op("Squeeze", [_tokens, _graph.Integers(0)]);
        string places = _graph.Op("Range", [_graph.Integer(0), count, _graph.Integer(1)]);
        string rows = _graph.Op("Unsqueeze", [places, _graph.Integers(1)]), columns = _graph.Op("Unsqueeze", [places, _graph.Integers(0)]);
        string distance = _graph.Op("Abs", [_graph.Sub(rows, columns)]);
        string near = _graph.Op("LessOrEqual", [distance, _graph.Integer(_shape.LocalAttention / 2)]);
        string bias = _graph.Op("Where", [near, _graph.Scalar(0), _graph.Scalar(float.MinValue)]);
        return _graph.Op("Unsqueeze", [bias, _graph.Integers(0, 1)]);
    }

    /// <summary>
    /// The cosines and sines of all positions as constants: in plain graphs [tokens, head], each half twice, cut to the text; whole tables
    /// [positions, head / 2] for the fused operator.
    /// </summary>
    private Rotation RotationOf(double theta, string name)
    {
        int half = _shape.HeadSize / 2, width = _fused ? half : _shape.HeadSize;
        double[] angles = [.. Enumerable.Range(0, _shape.MaxPositionEmbeddings * width).Select(i => i / width * Math.Pow(theta, -2.0 * (i % width % half) / _shape.HeadSize))];
        return new(Table("cos", Math.Cos), Table("sin", Math.Sin));

        string Table(string function, Func<double, double> of)
        {
            string table = _graph.Matrix($"{name}.{function}", width, Array.ConvertAll(angles, angle => of(angle)));
            return _fused ? table : _graph.Op("Slice", [table, _graph.Integers(0), _tokens, _graph.Integers(0)]);
        }
    }

    /// <summary>The values that rotate queries and keys.</summary>
    private readonly record struct Rotation(string Cos, string Sin);
}
