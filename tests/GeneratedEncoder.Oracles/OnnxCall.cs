using GeneratedEncoder.Oracles.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// The buffers of a call for one batch size and padded length, bound to a session once, so that repeated calls of the same
/// dimensions copy their tokens in, run, and read the output in place.
/// </summary>
/// <typeparam name="T">float or double, as the graph computes.</typeparam>
internal sealed class OnnxCall<T> : IDisposable
    where T : unmanaged
{
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];

    public OnnxCall(InferenceSession session, EncoderShape shape, OnnxEncoderOptions options, int batch, int tokens)
    {
        (Batch, Tokens) = (batch, tokens);
        _binding = session.CreateIoBinding();

        long[] grid = [batch, tokens], rows = [batch, tokens, shape.HiddenSize];
        Ids = shape.VocabSize > 0 ? BindInput<long>(GraphNames.Ids, grid) : [];
        Types = shape.VocabSize > 0 && shape.TypeVocabSize > 0 ? BindInput<long>(GraphNames.Types, grid) : [];
        Vectors = shape.VocabSize > 0 ? [] : BindInput<T>(GraphNames.Vectors, rows);
        Mask = options.Masked ? BindInput<long>(GraphNames.Mask, grid) : [];

        Hidden = new T[Length(rows)];
        _binding.BindOutput(GraphNames.Hidden, Value<T>(Hidden, rows));
        Head = [];
        if (HeadParts.Of(shape) is { } head)
        {
            long[] outputs = [batch, head.FirstToken ? 1 : tokens, head.Outputs];
            Head = new T[Length(outputs)];
            _binding.BindOutput(GraphNames.Head(shape), Value<T>(Head, outputs));
        }

        long[] square = [batch, shape.NumAttentionHeads, tokens, tokens];
        int perLayer = options.Attentions ? Length(square) : 0;
        Attentions = new T[perLayer * shape.NumHiddenLayers];
        for (int layer = 0; options.Attentions && layer < shape.NumHiddenLayers; layer++)
        {
            _binding.BindOutput(GraphNames.Attention(layer), Value(Attentions.AsMemory(layer * perLayer, perLayer), square));
        }
    }

    public int Batch { get; }

    public int Tokens { get; }

    /// <summary>[batch, tokens]; empty where the graph has no such input. Likewise the others.</summary>
    public long[] Ids { get; }

    /// <summary>[batch, tokens].</summary>
    public long[] Types { get; }

    /// <summary>[batch, tokens, H].</summary>
    public T[] Vectors { get; }

    /// <summary>[batch, tokens].</summary>
    public long[] Mask { get; }

    /// <summary>[batch, tokens, H].</summary>
    public T[] Hidden { get; }

    /// <summary>[batch, 1 or tokens, outputs].</summary>
    public T[] Head { get; }

    /// <summary>[layers, batch, heads, tokens, tokens].</summary>
    public T[] Attentions { get; }

    public void Run(InferenceSession session, RunOptions options) => session.RunWithBinding(options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(value => value.Dispose());
    }

    private TInput[] BindInput<TInput>(string name, long[] shape)
        where TInput : unmanaged
    {
        TInput[] buffer = new TInput[Length(shape)];
        _binding.BindInput(name, Value<TInput>(buffer, shape));
        return buffer;
    }

    /// <summary>A tensor over managed memory, which it pins for as long as it lives.</summary>
    private OrtValue Value<TValue>(Memory<TValue> buffer, long[] shape)
        where TValue : unmanaged
    {
        OrtValue value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer, shape);
        _values.Add(value);
        return value;
    }

    private static int Length(long[] shape) => checked((int)shape.Aggregate(1L, (product, dimension) => product * dimension));
}
