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
    private readonly Layers _layers;

    private EncoderGraph(EncoderShape shape, IReadOnlyDictionary<string, Tensor> tensors, OnnxEncoderOptions options)
    {
        (_shape, _options, _graph) = (shape, options, new GraphBuilder(options.Float64));
        _weights = new EncoderWeights(_graph, tensors, options.Quantization);
        _layers = new Layers(_graph, _weights, shape.LayerNormEps);
    }

    /// <summary>The serialised model.</summary>
    public static byte[] Build(EncoderShape shape, IReadOnlyDictionary<string, Tensor> tensors, OnnxEncoderOptions options) =>
        new EncoderGraph(shape, tensors, options).Encoder();

    private byte[] Encoder()
    {
        string input = _shape.VocabSize > 0
            ? _graph.IntegerInput(GraphNames.Ids, GraphNames.Batch, GraphNames.Tokens)
            : _graph.Input(GraphNames.Vectors, GraphNames.Batch, GraphNames.Tokens, _shape.HiddenSize);
        string x = _shape.VocabSize > 0 ? Embeddings(input) : input;
        string mask = _options.Masked ? Mask() : "";
        string bias = _shape.RelativeAttentionNumBuckets > 0 ? _graph.RelativeBias(_shape, _weights, input) : "";
        for (int i = 0; i < _shape.NumHiddenLayers; i++)
        {
            x = _shape.PreNorm ? PreNormLayer(i, x, mask, bias) : PostNormLayer(i, x, mask, bias);
        }

        x = _shape.PreNorm ? _layers.Norm(TensorNames.FinalNorm, x) : x;
        _graph.Output(GraphNames.Hidden, x, GraphNames.Batch, GraphNames.Tokens, _shape.HiddenSize);
        if (HeadParts.Of(_shape) is { } head)
        {
            object rows = head.FirstToken ? 1 : GraphNames.Tokens;
            _graph.Output(GraphNames.Head(_shape), _graph.Head(head, _layers, _weights, x), GraphNames.Batch, rows, head.Outputs);
        }

        return _graph.ToModel();
    }

    private string Embeddings(string ids)
    {
        string x = _layers.Rows(TensorNames.Words, ids);
        if (_shape.TypeVocabSize > 0)
        {
            string types = _graph.IntegerInput(GraphNames.Types, GraphNames.Batch, GraphNames.Tokens);
            x = _graph.Add(x, _layers.Rows(TensorNames.Types, types));
        }

        string positions = _weights.RowsFrom(TensorNames.Positions, _shape.PositionOffset);
        string tokens = _graph.Op("Shape", [ids], Attribute("start", 1), Attribute("end", 2));
        string used = _graph.Op("Slice", [positions, _graph.Integers(0), tokens, _graph.Integers(0)]);
        x = _layers.Norm(TensorNames.EmbeddingNorm, _graph.Add(x, used));
        return TensorNames.Projection(_shape) is { } projection ? _layers.Linear(projection, x) : x;
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

    private string PostNormLayer(int i, string x, string mask, string bias)
    {
        LayerNames names = LayerNames.OfLayer(_shape, i);
        x = _layers.Norm(names.AttentionNorm, _graph.Add(x, Attention(i, names, x, mask, bias)));
        return _layers.Norm(names.OutputNorm, _graph.Add(x, FeedForward(names, x)));
    }

    private string PreNormLayer(int i, string x, string mask, string bias)
    {
        LayerNames names = LayerNames.OfLayer(_shape, i);
        x = _graph.Add(x, Attention(i, names, _layers.Norm(names.AttentionNorm, x), mask, bias));
        return _graph.Add(x, FeedForward(names, _layers.Norm(names.OutputNorm, x)));
    }

    private string Attention(int i, LayerNames names, string x, string mask, string bias)
    {
        string combined = _options.Fused ? FusedAttention(names, x, mask, bias) : PlainAttention(i, names, x, mask, bias);
        return _layers.Linear(names.AttentionOutput, combined);
    }

    /// <summary>softmax(Q K^T / sqrt(head) + bias) V, the heads side by side: [batch, tokens, H].</summary>
    private string PlainAttention(int i, LayerNames names, string x, string mask, string bias)
    {
        string q = Heads(_layers.Linear(names.Query, x), 0, 2, 1, 3);
        string k = Heads(_layers.Linear(names.Key, x), 0, 2, 3, 1);
        string v = Heads(_layers.Linear(names.Value, x), 0, 2, 1, 3);

        string scores = _graph.Div(_graph.MatMul(q, k), _graph.Scalar(Math.Sqrt(_shape.HeadSize)));
        scores = bias.Length > 0 ? _graph.Add(scores, bias) : scores;
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
    private string FusedAttention(LayerNames names, string x, string mask, string bias)
    {
        string q = _layers.Product(names.Query, x);
        string k = _layers.Product(names.Key, x);
        string v = _layers.Product(names.Value, x);
        string biases = _weights.Concatenated(names.Query + ".bias", names.Key + ".bias", names.Value + ".bias");
        return _graph.Contrib("MultiHeadAttention", [q, k, v, biases, mask, bias], Attribute("num_heads", _shape.NumAttentionHeads));
    }

    /// <summary>Splits [batch, tokens, H] into heads: [batch, tokens, A, head], its axes then put in the given order.</summary>
    private string Heads(string x, params long[] order)
    {
        string split = _graph.Op("Reshape", [x, _graph.Integers(0, 0, _shape.NumAttentionHeads, _shape.HeadSize)]);
        return _graph.Op("Transpose", [split], Attribute("perm", order));
    }

    private string FeedForward(LayerNames names, string x)
    {
        string inner = _options.Fused
            ? _graph.FusedActivation(_shape.HiddenAct, _layers.Product(names.Inner, x), _weights.Plain(names.Inner + ".bias"))
            : _graph.Activation(_shape.HiddenAct, _layers.Linear(names.Inner, x));
        return _layers.Linear(names.Outer, inner);
    }
}
