using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// The least time that a call could take: its products at the peak of the multiply-adds, or reading each of its layers'
/// weights once, whichever is longer.
/// </summary>
/// <param name="Peak">The FMA peak of as many threads.</param>
/// <param name="Bandwidth">GB/s.</param>
/// <param name="WeightBytes">Bytes of the layers' packed weights.</param>
internal sealed record Roofline(FmaPeak Peak, double Bandwidth, long WeightBytes)
{
    /// <summary>Measures what a crew can do over as many bytes as a shape's layers have weights.</summary>
    public static Roofline Measure(Crew crew, EncoderShape shape)
    {
        long bytes = LayerBytes(shape);
        return new Roofline(FmaPeak.Measure(crew), ReadBandwidth.Measure(crew, bytes), bytes);
    }

    /// <summary>The time in milliseconds of a call that computes this much.</summary>
    public double Milliseconds(double flops) => Math.Max(flops / Peak.Best, WeightBytes / Bandwidth) / 1e6;

    /// <summary>Panels, biases and norms of all layers as they are packed, without the embedding tables.</summary>
    private static long LayerBytes(EncoderShape shape)
    {
        long hidden = shape.HiddenSize, inner = shape.IntermediateSize;
        return shape.NumHiddenLayers * (4 * hidden * hidden + 2 * hidden * inner + 9 * hidden + inner) * sizeof(float);
    }
}
