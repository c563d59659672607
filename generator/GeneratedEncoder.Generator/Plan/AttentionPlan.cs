using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Self-attention: the two projections around it, and how scores are cut into blocks.</summary>
internal sealed record AttentionPlan
{
    public required int Heads { get; init; }

    /// <summary>Width of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Columns that a head takes in the packed projection: whole panels, so that no panel holds two heads.</summary>
    public required int HeadColumns { get; init; }

    /// <summary>Queries, keys and values of all heads as one product.</summary>
    public required LinearPlan Qkv { get; init; }

    /// <summary>The heads' outputs combined, added to the residual.</summary>
    public required LinearPlan Output { get; init; }

    /// <summary>Rows of a block in the two projections, chosen so that their inputs stay in the L2 cache.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Queries whose scores are computed, exponentiated and summed before the next queries' turn.</summary>
    public required int ScoreRows { get; init; }

    /// <summary>Floats between rows of scores.</summary>
    public required int ScoreStride { get; init; }

    /// <summary>Biases for relative positions; null if there are none.</summary>
    public required RelativeBiasPlan? RelativeBias { get; init; }

    /// <summary>Of a block of queries times a head's keys, which are panels of 16.</summary>
    public ProductStrides ScoreStrides => new(HeadColumns, Panel.Width, HeadSize * Panel.Width, ScoreStride, Ahead: 0, AddsToY: false);

    /// <summary>Of exponentials times a head's values, which are panels as they lie, side by side.</summary>
    public ProductStrides SumStrides => new(ScoreStride, HeadColumns, Panel.Width, HeadColumns, Ahead: 0, AddsToY: false);

    public static AttentionPlan For(EncoderSpec spec)
    {
        int hidden = Panel.RowStride(spec.HiddenSize);
        int headColumns = Panel.Pad(spec.HeadSize), columns = 3 * spec.NumAttentionHeads * headColumns;
        return new AttentionPlan
        {
            Heads = spec.NumAttentionHeads,
            HeadSize = spec.HeadSize,
            HeadColumns = headColumns,
            Qkv = new LinearPlan
            {
                Purpose = "query, key and value projections",
                Name = LinearPlan.NameOf(spec.HiddenSize, columns, "Heads"),
                K = spec.HiddenSize,
                Columns = columns,
                XStride = hidden,
                YStride = headColumns,
                Epilogue = Epilogue.Heads,
            },
            Output = new LinearPlan
            {
                Purpose = "attention output projection",
                Name = LinearPlan.NameOf(spec.HiddenSize, Panel.Pad(spec.HiddenSize), "Residual"),
                K = spec.HiddenSize,
                Columns = Panel.Pad(spec.HiddenSize),
                XStride = hidden,
                YStride = hidden,
                Epilogue = Epilogue.Residual,
            },
            BlockRows = Math.Min(PackPlan.TokensOf(spec), FeedForwardPlan.RowsInCache(hidden)),
            ScoreRows = Math.Min(spec.MaxTokens, 24),
            ScoreStride = Panel.RowStride(spec.MaxTokens),
            RelativeBias = RelativeBiasPlan.For(spec),
        };
    }
}
