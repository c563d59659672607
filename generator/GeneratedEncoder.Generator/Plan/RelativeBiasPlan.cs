using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>
/// What is added to a score for how far its key stands from its query: a table of each head's biases by distance, which
/// all layers share. A query's biases are a stretch of it, one after another in the order of the keys.
/// </summary>
internal sealed record RelativeBiasPlan
{
    public required RelativeBiasBlock Block { get; init; }

    /// <summary>Rows of the model's table, in which distances far apart share a bias; 0: there is no table.</summary>
    public int Buckets => Block.Buckets?.Rows ?? 0;

    public required int Heads { get; init; }

    /// <summary>Distances reach from one less than this backwards to one less forwards.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Place of distance 0 in a head's row.</summary>
    public int Center => MaxTokens - 1;

    /// <summary>Floats from a head's row to the next: past the last distance the first query's stretch reads on to a whole panel of keys.</summary>
    public int Stride => Panel.Pad(Center + Panel.Pad(MaxTokens));

    /// <summary>Floats of the table.</summary>
    public long Floats => (long)Heads * Stride;

    /// <summary>Null for an encoder without such biases.</summary>
    public static RelativeBiasPlan? For(EncoderSpec spec, EncoderBlocks blocks) => blocks.RelativeBias is not { } bias ? null : new RelativeBiasPlan
    {
        Block = bias,
        Heads = spec.NumAttentionHeads,
        MaxTokens = spec.MaxTokens,
    };
}
