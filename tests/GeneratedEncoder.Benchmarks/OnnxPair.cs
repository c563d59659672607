using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>ONNX Runtime with either graph of the same model.</summary>
/// <param name="model">The weights.</param>
/// <param name="threads">Threads within a call.</param>
/// <param name="masked">Whether the graphs take a mask, which a padded batch needs.</param>
internal sealed class OnnxPair(RandomModel model, int threads, bool masked = false) : IDisposable
{
    /// <summary>The graph that an exporter writes.</summary>
    public OnnxEncoder Plain { get; } = OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = threads, Masked = masked });

    /// <summary>The graph with attention, and bias and GELU, as one operator each.</summary>
    public OnnxEncoder Fused { get; } =
        OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = threads, Masked = masked, Fused = true });

    /// <summary>Frees both.</summary>
    public void Dispose()
    {
        Plain.Dispose();
        Fused.Dispose();
    }
}
