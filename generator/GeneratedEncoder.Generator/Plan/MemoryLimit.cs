using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The most that generated code can address: its offsets into weights and into a workspace of one thread are ints, counted in floats.</summary>
internal static class MemoryLimit
{
    private const long MostBytes = (long)int.MaxValue * sizeof(float);

    public const string Text = "8 GiB each of weights and of workspace";

    /// <summary>What the spec needs, if that is too much; otherwise null.</summary>
    public static string? Exceeded(EncoderSpec spec)
    {
        EncoderParts parts = EncoderParts.For(spec);
        long weights = WeightMap.For(spec, parts).Bytes, workspace = ScratchMap.For(spec, parts).Bytes;
        return weights > MostBytes || workspace > MostBytes
            ? $"{Units.Gibibytes(weights)} of weights and {Units.Gibibytes(workspace)} of workspace"
            : null;
    }
}
