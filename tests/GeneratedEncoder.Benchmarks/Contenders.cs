using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Ours and ONNX Runtime's two graphs, with the same weights and as many threads each.</summary>
internal sealed class Contenders : IDisposable
{
    public Contenders(EncoderCase encoder, RandomModel model, string path, int threads)
    {
        Ours = encoder.Load(path, threads);
        OursAlone = encoder.Load(path);
        Plain = OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = threads });
        Fused = OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = threads, Fused = true });
    }

    /// <summary>Ours.</summary>
    public LoadedEncoder Ours { get; }

    /// <summary>Ours on one thread.</summary>
    public LoadedEncoder OursAlone { get; }

    /// <summary>ONNX Runtime with the graph that an exporter writes.</summary>
    public OnnxEncoder Plain { get; }

    /// <summary>ONNX Runtime with the fused graph.</summary>
    public OnnxEncoder Fused { get; }

    /// <summary>How far our output is from either peer's.</summary>
    public double LargestDifference(int[] ids)
    {
        double[] plain = Array.ConvertAll(Plain.Encode(ids), value => (double)value);
        double[] fused = Array.ConvertAll(Fused.Encode(ids), value => (double)value);
        float[] ours = new float[plain.Length];
        Ours.Encode(ids, ours);
        return Math.Max(Difference.Max(ours, plain), Difference.Max(ours, fused));
    }

    /// <summary>Frees all of them.</summary>
    public void Dispose()
    {
        Ours.Dispose();
        OursAlone.Dispose();
        Plain.Dispose();
        Fused.Dispose();
    }
}
