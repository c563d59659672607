using System.Collections.Concurrent;
using EmbeddingCluster;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>The vectors as this process computes them, a text at a time.</summary>
internal static class SingleProcess
{
    private static readonly Lazy<EncoderPipeline<MiniLm>> s_pipeline = new(() => EncoderPipeline.Load<MiniLm>());
    private static readonly ConcurrentDictionary<string, float[]> s_vectors = new(StringComparer.Ordinal);

    public static float[] Vector(string text) => s_vectors.GetOrAdd(text, static text => s_pipeline.Value.Embed(text));

    /// <summary>The bits of a vector, which two zeros of other signs haven't in common.</summary>
    public static byte[] Bits(ReadOnlySpan<float> vector) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector).ToArray();
}
