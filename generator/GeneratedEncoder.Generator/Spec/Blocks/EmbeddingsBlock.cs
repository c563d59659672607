namespace GeneratedEncoder.Generator.Spec;

/// <summary>What makes the first hidden states of token ids: the sum of rows of tables, and what follows it. A part that is null does not exist.</summary>
internal sealed record EmbeddingsBlock
{
    public required Table Words { get; init; }

    /// <summary>A learned vector for each position.</summary>
    public Table? Positions { get; init; }

    /// <summary>The table's row for the first token.</summary>
    public int PositionOffset { get; init; }

    /// <summary>A vector for each type of token (segment).</summary>
    public Table? Types { get; init; }

    public Norm? Norm { get; init; }

    /// <summary>The linear layer from narrow embeddings to hidden states.</summary>
    public Linear? Projection { get; init; }

    /// <summary>Whether the projection comes before the norm, whose width is then the hidden states'.</summary>
    public bool ProjectsFirst { get; init; }

    /// <summary>Multiplies each word's row.</summary>
    public double Scale { get; init; } = 1;
}
