namespace GeneratedEncoder.Generator.Plan;

/// <summary>LayerNorm over rows of one width; whatever has rows of that width uses the same code.</summary>
internal sealed record NormPlan
{
    /// <summary>The emitted method's name: LayerNorm for hidden states, LayerNorm128 for another width.</summary>
    public required string Name { get; init; }

    /// <summary>Values of a row.</summary>
    public required int Size { get; init; }

    /// <summary>Columns that vectors pass over; those past <see cref="Size"/> are zero.</summary>
    public int Columns => Panel.Pad(Size);

    /// <summary>Floats between rows.</summary>
    public int Stride => Panel.RowStride(Size);

    public static NormPlan Of(int size, int hiddenSize) => new() { Name = size == hiddenSize ? "LayerNorm" : $"LayerNorm{size}", Size = size };
}
