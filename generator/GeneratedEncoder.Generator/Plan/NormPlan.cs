using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>A norm over rows of one width; whatever has rows of that width uses the same code.</summary>
internal sealed record NormPlan
{
    /// <summary>The emitted method's name: LayerNorm for hidden states, LayerNorm128 for another width, RmsNorm where the mean stays.</summary>
    public required string Name { get; init; }

    /// <summary>Values of a row.</summary>
    public required int Size { get; init; }

    /// <summary>Floats between rows.</summary>
    public required int Stride { get; init; }

    public required NormKind Kind { get; init; }

    public required bool HasBias { get; init; }

    /// <summary>Added to the variance.</summary>
    public required double Eps { get; init; }

    /// <summary>Columns that vectors pass over; those past <see cref="Size"/> are zero.</summary>
    public int Columns => Panel.Pad(Size);

    /// <summary>The plan of a block's norm, whose rows lie as those of its width do; null for none.</summary>
    public static NormPlan? For(Norm? norm, int hiddenSize) => norm is null ? null : Of(norm, Word(norm.Kind) + (norm.Size == hiddenSize ? "" : $"{norm.Size}"), Panel.RowStride(norm.Size));

    /// <summary>That of a norm whose code has a name of its own.</summary>
    public static NormPlan Of(Norm norm, string name, int stride) =>
        new() { Name = name, Size = norm.Size, Stride = stride, Kind = norm.Kind, HasBias = norm.HasBias, Eps = norm.Eps };

    private static string Word(NormKind kind) => kind == NormKind.LayerNorm ? "LayerNorm" : "RmsNorm";
}

/// <summary>The norms around a sub-layer; null: there is none at this place.</summary>
internal sealed record SubLayerPlan
{
    /// <summary>Over the sub-layer's input.</summary>
    public required NormPlan? Before { get; init; }

    /// <summary>Over its output, before that is added to the residual.</summary>
    public required NormPlan? OfOutput { get; init; }

    /// <summary>Over the sum.</summary>
    public required NormPlan? OfSum { get; init; }

    /// <summary>Over the sum with the residual once more.</summary>
    public required NormPlan? OfSecondSum { get; init; }

    /// <summary>Whether the residual must be kept, since it is needed after the sum has taken its place.</summary>
    public bool KeepsResidual => OfSecondSum is not null;

    /// <summary>Places and plans of those that there are: the region's name of a layer's weights is the sub-layer's and this.</summary>
    public IEnumerable<(string Place, NormPlan Norm)> All => new[] { ("Norm", Before ?? OfSum), ("OutputNorm", OfOutput), ("SecondNorm", OfSecondSum) }
        .Where(norm => norm.Item2 is not null).Select(norm => (norm.Item1, norm.Item2!));

    public static SubLayerPlan For(SubLayerNorms norms, int hiddenSize) => new()
    {
        Before = NormPlan.For(norms.Before, hiddenSize),
        OfOutput = NormPlan.For(norms.OfOutput, hiddenSize),
        OfSum = NormPlan.For(norms.OfSum, hiddenSize),
        OfSecondSum = NormPlan.For(norms.OfSecondSum, hiddenSize),
    };
}
