using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>An encoder of the same weights in double precision, run by ONNX Runtime.</summary>
internal sealed class Reference(EncoderCase encoder, RandomModel model) : IDisposable
{
    private readonly OnnxEncoder _onnx =
        OnnxEncoder.Create(model, new OnnxEncoderOptions { Float64 = true, Attentions = true, Threads = 2 });

    public Reference(EncoderCase encoder)
        : this(encoder, encoder.Model)
    {
    }

    /// <summary>The last hidden state [tokens, H] and the attention weights [layers, heads, tokens, tokens].</summary>
    public (double[] Hidden, double[] Attentions) Attend(Text text) =>
        encoder.TakesVectors ? _onnx.AttendVectors64(text.Vectors) : _onnx.Attend64(text.Ids, text.TypeIds);

    /// <summary>Lengths at which tiles, panels and vectors begin, end or just miss, and the longest text, if it is not too long.</summary>
    public static IEnumerable<int> Lengths(EncoderCase encoder) =>
        new[] { 1, 2, 5, 6, 7, 11, 12, 13, 14, 15, 16, 17, 31, 32, 33 }
            .Where(tokens => tokens < encoder.Shape.MaxTokens)
            .Append(Math.Min(encoder.Shape.MaxTokens, 128));

    /// <summary>Fewer of them where the reference takes its time.</summary>
    public static IEnumerable<int> FewLengths(EncoderCase encoder) =>
        encoder.Shape.HiddenSize * encoder.Shape.NumHiddenLayers > 400 ? [1, 7, 16, 33] : Lengths(encoder);

    public void Dispose() => _onnx.Dispose();
}
