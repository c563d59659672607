using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The sum of a token's rows of the tables, its norm, and where embeddings are narrower than hidden states the way to those.</summary>
internal sealed record EmbeddingsPlan
{
    public required EmbeddingsBlock Block { get; init; }

    /// <summary>The norm after the sum; null: there is none.</summary>
    public required NormPlan? Norm { get; init; }

    /// <summary>The product that makes hidden states of the embeddings; null where embeddings are the first hidden states.</summary>
    public required LinearPlan? Projection { get; init; }

    /// <summary>Width of the tables.</summary>
    public int Size => Block.Words.Width;

    /// <summary>Floats of a table's row as it is packed.</summary>
    public int Columns => Panel.Pad(Size);

    /// <summary>Floats between the rows of sums.</summary>
    public int Stride => Panel.RowStride(Size);

    /// <summary>Whether the norm is that of hidden states, after the projection.</summary>
    public bool NormsHidden => Projection is not null && Block.ProjectsFirst;

    /// <summary>Null for an encoder that takes vectors.</summary>
    public static EmbeddingsPlan? For(EncoderSpec spec, EncoderBlocks blocks) => blocks.Embeddings is not { } embeddings ? null : new EmbeddingsPlan
    {
        Block = embeddings,
        Norm = NormPlan.For(embeddings.Norm, spec.HiddenSize),
        Projection = embeddings.Projection is not { } projection ? null : LinearPlan.Of(
            projection, "projection of the embeddings", "Embeddings", Panel.RowStride(embeddings.Words.Width), Panel.RowStride(spec.HiddenSize), Epilogue.Bias).In(spec.Weights),
    };
}
