using System.Globalization;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>What a short text makes resident in two encoders that differ in their longest text alone. Linux only.</summary>
internal static class ShortText
{
    private const int Tokens = 128;

    /// <summary>By how much loading an encoder and encoding a short text grow what is resident: a workspace that loading touches counts too.</summary>
    public static long GrowthOf(string name, string modelPath) => name switch
    {
        nameof(LongVectors) => Growth<LongVectors>(modelPath),
        nameof(ShortVectors) => Growth<ShortVectors>(modelPath),
        _ => throw new ArgumentException($"'{name}' is none of the two.", nameof(name)),
    };

    /// <summary>By how much a block of floats grows what is resident, when it is allocated and when so many of its bytes are written.</summary>
    public static (long Allocated, long Written) GrowthOfBlock(long bytes, int written)
    {
        long before = ResidentBytes();
        using AlignedMemory memory = new(bytes);
        long allocated = ResidentBytes();
        memory.Slice(0, written / sizeof(float)).Fill(1);
        return (allocated - before, ResidentBytes() - allocated);
    }

    private static long Growth<T>(string path)
        where T : class, ILoadable<T>, IVectorEncoder
    {
        float[] vectors = new float[Tokens * LongVectors.HiddenSize], hidden = new float[vectors.Length];
        long before = ResidentBytes();
        using T encoder = T.Load(path, null);
        encoder.Encode(vectors, hidden);
        return ResidentBytes() - before;
    }

    /// <summary>The second number of statm: resident pages.</summary>
    private static long ResidentBytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}

/// <summary>Of the usual longest text. Without embedding tables, a longer one changes nothing but the workspace.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 1, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class ShortVectors : ILoadable<ShortVectors>, IVectorEncoder;

/// <summary>The same for long texts.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 1, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 8192, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class LongVectors : ILoadable<LongVectors>, IVectorEncoder;
