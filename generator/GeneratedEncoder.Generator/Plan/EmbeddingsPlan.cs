using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The sum of a token's rows of the tables, its norm, and where embeddings are narrower than hidden states the way to those.</summary>
internal sealed record EmbeddingsPlan
{
    /// <summary>The norm after the sum; its width is the tables'.</summary>
    public required NormPlan Norm { get; init; }

    /// <summary>The product that makes hidden states of the embeddings; null where embeddings are the first hidden states.</summary>
    public required LinearPlan? Projection { get; init; }

    /// <summary>Width of the tables.</summary>
    public int Size => Norm.Size;

    /// <summary>Floats of a table's row as it is packed.</summary>
    public int Columns => Norm.Columns;

    /// <summary>Floats between the rows of sums.</summary>
    public int Stride => Norm.Stride;

    /// <summary>Null for an encoder that takes vectors.</summary>
    public static EmbeddingsPlan? For(EncoderSpec spec) => spec.TakesVectors ? null : new EmbeddingsPlan
    {
        Norm = NormPlan.Of(spec.WordSize, spec.HiddenSize),
        Projection = TensorNames.For(spec).Projection is null ? null : new LinearPlan
        {
            Purpose = "projection of the embeddings",
            Name = LinearPlan.NameOf(spec.WordSize, Panel.Pad(spec.HiddenSize), "Embeddings"),
            K = spec.WordSize,
            Columns = Panel.Pad(spec.HiddenSize),
            XStride = Panel.RowStride(spec.WordSize),
            YStride = Panel.RowStride(spec.HiddenSize),
            Epilogue = Epilogue.Bias,
        },
    };
}
