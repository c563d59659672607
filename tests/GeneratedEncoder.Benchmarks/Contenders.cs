using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Ours and ONNX Runtime's two graphs, with the same weights and as many threads each.</summary>
internal sealed class Contenders : IDisposable
{
    public Contenders(EncoderCase encoder, RandomModel model, string path, int threads)
    {
        Ours = encoder.Load(path, threads);
        OursAlone = encoder.Load(path);
        Onnx = new OnnxPair(model, threads);
    }

    /// <summary>Ours.</summary>
    public LoadedEncoder Ours { get; }

    /// <summary>Ours on one thread.</summary>
    public LoadedEncoder OursAlone { get; }

    /// <summary>ONNX Runtime.</summary>
    public OnnxPair Onnx { get; }

    /// <summary>How far our output is from either peer's.</summary>
    public double LargestDifference(int[] ids)
    {
        double[] plain = Array.ConvertAll(Onnx.Plain.Encode(ids), value => (double)value);
        double[] fused = Array.ConvertAll(Onnx.Fused.Encode(ids), value => (double)value);
        float[] ours = new float[plain.Length];
        Ours.Encode(ids, ours);
        return Math.Max(Difference.Max(ours, plain), Difference.Max(ours, fused));
    }

    /// <summary>Frees all of them.</summary>
    public void Dispose()
    {
        Ours.Dispose();
        OursAlone.Dispose();
        Onnx.Dispose();
    }
}
