using static GeneratedEncoder.Oracles.Onnx.GraphBuilder;
using static GeneratedEncoder.Oracles.Onnx.TensorProto.Types;

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>
/// The encoder as an ONNX graph: in standard operators, one for each operation, as exporters write it; or with attention and
/// activation as one node each.
/// </summary>
internal sealed class EncoderGraph
{
    private readonly EncoderShape _shape;
    private readonly OnnxEncoderOptions _options;
    private readonly GraphBuilder _graph;
    private readonly EncoderWeights _weights;

    private EncoderGraph(EncoderShape shape, IReadOnlyDictionary<string, Tensor> tensors, OnnxEncoderOptions options)
    {
        (_shape, _options, _graph) = (shape, options, new GraphBuilder(options.Float64));
        _weights = new EncoderWeights(_graph, tensors);
    }

    /// <summary>The serialised model.</summary>
    public static byte[] Build(EncoderShape shape, IReadOnlyDictionary<string, Tensor> tensors, OnnxEncoderOptions options) =>
        new EncoderGraph(shape, tensors, options).Encoder();

    private byte[] Encoder()
    {
        string x = _shape.VocabSize > 0
            ? Embeddings()
            : _graph.Input(GraphNames.Vectors, GraphNames.Batch, GraphNames.Tokens, _shape.HiddenSize);
        string mask = _options.Masked ? Mask() : "";
        for (int i = 0; i < _shape.NumHiddenLayers; i++)
        {
            x = _shape.PreNorm ? PreNormLayer(i, x, mask) : PostNormLayer(i, x, mask);
        }

        x = _shape.PreNorm ? LayerNorm("LayerNorm", x) : x;
        _graph.Output(GraphNames.Hidden, x, GraphNames.Batch, GraphNames.Tokens, _shape.HiddenSize);
        return _graph.ToModel();
    }

    private string Embeddings()
    {
        string ids = _graph.IntegerInput(GraphNames.Ids, GraphNames.Batch, GraphNames.Tokens);
        string x = _graph.Op("Gather", [_weights.Plain("embeddings.word_embeddings.weight"), ids]);
        if (_shape.TypeVocabSize > 0)
        {
            string types = _graph.IntegerInput(GraphNames.Types, GraphNames.Batch, GraphNames.Tokens);
            string table = _weights.Plain("embeddings.token_type_embeddings.weight");
            x = _graph.Add(x, _graph.Op("Gather", [table, types]));
        }

        string positions = _weights.RowsFrom("embeddings.position_embeddings.weight", _shape.PositionOffset);
        string tokens = _graph.Op("Shape", [ids], Attribute("start", 1), Attribute("end", 2));
        string used = _graph.Op("Slice", [positions, _graph.Integers(0), tokens, _graph.Integers(0)]);
        return LayerNorm("embeddings.LayerNorm", _graph.Add(x, used));
    }

    /// <summary>The mask in the form that attention takes it, from one of 1 for a token and 0 for padding.</summary>
    private string Mask()
    {
        string mask = _graph.IntegerInput(GraphNames.Mask, GraphNames.Batch, GraphNames.Tokens);
        if (_options.Fused)
        {
            // The texts' lengths, int32 [batch].
            string sum = _graph.Op("ReduceSum", [mask, _graph.Integers(1)], Attribute("keepdims", 0));
            return _graph.Cast(sum, DataType.Int32);
        }

        // What is added to the scores, [batch, 1, 1, tokens]: 0 for a token, the lowest float for padding.
        string spread = _graph.Op("Unsqueeze", [_graph.ToNumber(mask), _graph.Integers(1, 2)]);
        return _graph.Mul(_graph.Sub(_graph.Scalar(1), spread), _graph.Scalar(float.MinValue));
    }

    private string PostNormLayer(int i, string x, string mask)
    {
        string layer = $"encoder.layer.{i}.";
        x = LayerNorm(layer + "attention.output.LayerNorm", _graph.Add(x, Attention(i, x, mask)));
        return LayerNorm(layer + "output.LayerNorm", _graph.Add(x, FeedForward(i, x)));
    }

    private string PreNormLayer(int i, string x, string mask)
    {
        string layer = $"encoder.layer.{i}.";
        x = _graph.Add(x, Attention(i, LayerNorm(layer + "attention.LayerNorm", x), mask));
        return _graph.Add(x, FeedForward(i, LayerNorm(layer + "intermediate.LayerNorm", x)));
    }

    private string Attention(int i, string x, string mask)
    {
        string self = $"encoder.layer.{i}.attention.self.";
        string combined = _options.Fused ? FusedAttention(self, x, mask) : PlainAttention(i, self, x, mask);
        return Linear($"encoder.layer.{i}.attention.output.dense", combined);
    }

    /// <summary>softmax(Q K^T / sqrt(head)) V, the heads side by side: [batch, tokens, H].</summary>
    private string PlainAttention(int i, string self, string x, string mask)
    {
        string q = Heads(Linear(self + "query", x), 0, 2, 1, 3);
        string k = Heads(Linear(self + "key", x), 0, 2, 3, 1);
        string v = Heads(Linear(self + "value", x), 0, 2, 1, 3);

        string scores = _graph.Div(_graph.MatMul(q, k), _graph.Scalar(Math.Sqrt(_shape.HeadSize)));
        scores = _options.Masked ? _graph.Add(scores, mask) : scores;
        string probabilities = _graph.Op("Softmax", [scores], Attribute("axis", -1));
        if (_options.Attentions)
        {
            _graph.Output(GraphNames.Attention(i), probabilities,
                GraphNames.Batch, _shape.NumAttentionHeads, GraphNames.Tokens, GraphNames.Tokens);
        }

        string perHead = _graph.Op("Transpose", [_graph.MatMul(probabilities, v)], Attribute("perm", [0, 2, 1, 3]));
        return _graph.Op("Reshape", [perHead, _graph.Integers(0, 0, _shape.HiddenSize)]);
    }

    /// <summary>The same by one operator, which also adds the biases.</summary>
    private string FusedAttention(string self, string x, string mask)
    {
        string q = _graph.MatMul(x, _weights.Transposed(self + "query.weight"));
        string k = _graph.MatMul(x, _weights.Transposed(self + "key.weight"));
        string v = _graph.MatMul(x, _weights.Transposed(self + "value.weight"));
        string biases = _weights.Concatenated(self + "query.bias", self + "key.bias", self + "value.bias");
        return _graph.Contrib("MultiHeadAttention", [q, k, v, biases, mask], Attribute("num_heads", _shape.NumAttentionHeads));
    }

    /// <summary>Splits [batch, tokens, H] into heads: [batch, tokens, A, head], its axes then put in the given order.</summary>
    private string Heads(string x, params long[] order)
    {
        string split = _graph.Op("Reshape", [x, _graph.Integers(0, 0, _shape.NumAttentionHeads, _shape.HeadSize)]);
        return _graph.Op("Transpose", [split], Attribute("perm", order));
    }

    private string FeedForward(int i, string x)
    {
        string linear = $"encoder.layer.{i}.intermediate.dense";
        string inner = _options.Fused
            ? _graph.FusedActivation(_shape.HiddenAct, Product(linear, x), _weights.Plain(linear + ".bias"))
            : _graph.Activation(_shape.HiddenAct, Linear(linear, x));
        return Linear($"encoder.layer.{i}.output.dense", inner);
    }

    private string Linear(string name, string x) => _graph.Add(Product(name, x), _weights.Plain(name + ".bias"));

    private string Product(string name, string x) => _graph.MatMul(x, _weights.Transposed(name + ".weight"));

    private string LayerNorm(string name, string x)
    {
        string gamma = _weights.Plain(name + ".weight"), beta = _weights.Plain(name + ".bias");
        if (!_options.Float64)
        {
            return _graph.Op("LayerNormalization", [x, gamma, beta], Attribute("epsilon", _shape.LayerNormEps));
        }

        // The operator's epsilon is a float32 attribute whatever the type of x, so double precision spells the norm out.
        string deviation = _graph.Sub(x, Mean(x));
        string variance = Mean(_graph.Mul(deviation, deviation));
        string divisor = _graph.Op("Sqrt", [_graph.Add(variance, _graph.Scalar(_shape.LayerNormEps))]);
        return _graph.Add(_graph.Mul(_graph.Div(deviation, divisor), gamma), beta);
    }

    private string Mean(string x) => _graph.Op("ReduceMean", [x], Attribute("axes", [-1]), Attribute("keepdims", 1));
}
