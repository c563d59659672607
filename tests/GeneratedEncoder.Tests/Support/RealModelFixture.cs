using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Tests;

/// <summary>A real model and its embeddings of the whole corpus, ours and ONNX Runtime's on the file that the model's folder was made from.</summary>
/// <typeparam name="T">The encoder.</typeparam>
public sealed class RealModelFixture<T> : IDisposable
    where T : ITransformerEncoder<T>
{
    public RealModelFixture()
    {
        Name = Path.GetFileName(T.ModelInfo.Folder)!;
        Encoder = EncoderPipeline.Load<T>(RealModels.Folder(Name));
        Ours = Encoder.Embed(TextCorpus.All);
        using OnnxFile onnx = new(RealModels.Onnx(Name), threads: 1);
        Expected = Embed(onnx, TextCorpus.All);
    }

    /// <summary>The model's name.</summary>
    public string Name { get; }

    public EncoderPipeline<T> Encoder { get; }

    /// <summary>Our embedding of each text of the corpus, from one batch.</summary>
    public IReadOnlyList<float[]> Ours { get; }

    /// <summary>ONNX Runtime's, pooled in double precision.</summary>
    public IReadOnlyList<double[]> Expected { get; }

    /// <summary>A text's tokens, as many as the model reads: what is too long is cut before the last token, which ends it.</summary>
    public int[] Ids(string text)
    {
        int[] ids = Encoder.Tokenizer.Encode(text);
        return ids.Length <= Encoder.Info.MaxTokens ? ids : [.. ids[..(Encoder.Info.MaxTokens - 1)], ids[^1]];
    }

    /// <summary>The embeddings that ONNX Runtime and pooling by its definition give.</summary>
    public double[][] Embed(OnnxFile onnx, IReadOnlyList<string> texts)
    {
        TransformerEncoderAttribute pooling = new(Name) { Pooling = Encoder.Info.Pooling, Normalize = Encoder.Info.Normalize };
        float[][] hidden = onnx.Encode([.. texts.Select(Ids)]);
        return Array.ConvertAll(hidden, rows => Pooled.From(Array.ConvertAll(rows, value => (double)value), Encoder.Info.HiddenSize, pooling));
    }

    public void Dispose() => Encoder.Dispose();
}
