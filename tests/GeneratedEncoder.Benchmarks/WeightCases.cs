namespace GeneratedEncoder.Benchmarks;

/// <summary>One shape in each weight format.</summary>
/// <param name="Float32">Its case in float32.</param>
/// <param name="BFloat16">In bfloat16.</param>
/// <param name="Int8">In int8.</param>
internal sealed record WeightCases(EncoderCase Float32, EncoderCase BFloat16, EncoderCase Int8)
{
    private const string BFloat16Suffix = "-bf16", Int8Suffix = "-int8";

    /// <summary>The formats of a shape that is named without one; null where the shape has no narrow ones.</summary>
    public static WeightCases? Of(EncoderCase shape) =>
        EncoderCase.Find(shape.Name + BFloat16Suffix) is { } bfloat16 && EncoderCase.Find(shape.Name + Int8Suffix) is { } int8 ? new(shape, bfloat16, int8) : null;

    /// <summary>The formats of a shape that is named without one.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static WeightCases Named(string name) => Of(EncoderCase.Named(name)) ?? throw new UsageException($"The shape '{name}' has no narrow formats.");
}
