using BenchmarkDotNet.Attributes;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Encoders of a single layer, from vectors to vectors.</summary>
[MemoryDiagnoser]
public class LayerBenchmarks
{
    private TemporaryFolder? _folder;
    private IDisposable? _encoder;
    private Action _encode = () => { };

    /// <summary>Which layer: H x I, heads.</summary>
    [Params("384 x 1536, 12 heads", "768 x 3072, 12 heads", "200 x 777, 8 heads")]
    public string Layer { get; set; } = "";

    /// <summary>Vectors in the sequence.</summary>
    [Params(16, 128)]
    public int Tokens { get; set; }

    /// <summary>Loads the layer.</summary>
    [GlobalSetup]
    public void Load()
    {
        _folder = new TemporaryFolder();
        (_encoder, _encode) = Layer[..3] switch
        {
            "384" => Open(384, 12, 1536, path => MiniLmLayer.Load(path), encoder => encoder.Encode),
            "768" => Open(768, 12, 3072, path => BertBaseLayer.Load(path), encoder => encoder.Encode),
            _ => Open(200, 8, 777, path => OddLayer.Load(path), encoder => encoder.Encode),
        };
    }

    /// <summary>Frees the layer.</summary>
    [GlobalCleanup]
    public void Free()
    {
        _encoder?.Dispose();
        _folder?.Dispose();
    }

    /// <summary>One call.</summary>
    [Benchmark]
    public void Encode() => _encode();

    private delegate void EncodeVectors(ReadOnlySpan<float> vectors, Span<float> hidden);

    private (IDisposable, Action) Open<TEncoder>(
        int hidden, int heads, int inner, Func<string, TEncoder> load, Func<TEncoder, EncodeVectors> method)
        where TEncoder : IDisposable
    {
        EncoderShape shape = new() { HiddenSize = hidden, NumHiddenLayers = 1, NumAttentionHeads = heads, IntermediateSize = inner };
        RandomModel.Create(shape, EncoderCase.Seed).Save(_folder!["model.safetensors"]);
        TEncoder encoder = load(_folder!["model.safetensors"]);
        EncodeVectors encode = method(encoder);
        float[] vectors = RandomModel.Vectors(shape, EncoderCase.Seed, Tokens), output = new float[vectors.Length];
        return (encoder, () => encode(vectors, output));
    }
}
