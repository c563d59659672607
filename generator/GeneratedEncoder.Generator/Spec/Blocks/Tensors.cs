namespace GeneratedEncoder.Generator.Spec;

/// <summary>A linear layer y = x W^T + b, or some rows of one whose weight holds several layers end to end.</summary>
/// <param name="Name">Its name in a model file, without .weight and .bias.</param>
/// <param name="Out">Output features.</param>
/// <param name="In">Input features.</param>
internal sealed record Linear(string Name, int Out, int In)
{
    public bool HasBias { get; init; } = true;

    /// <summary>Its first row of the stored weight.</summary>
    public int FirstRow { get; init; }

    /// <summary>Rows of the stored weight, where that holds more than this layer; 0: it doesn't.</summary>
    public int Together { get; init; }

    /// <summary>Rows of the stored weight.</summary>
    public int StoredRows => Together > 0 ? Together : Out;

    /// <summary>Whether the name is the file's own, without the encoder's prefix: a head's.</summary>
    public bool InRoot { get; init; }

    /// <summary>A layer of so many rows out of a packed one, from this row on.</summary>
    public Linear Part(int firstRow, int rows) => this with { Out = rows, FirstRow = firstRow, Together = Out };
}

/// <summary>How rows are normalised.</summary>
internal enum NormKind
{
    /// <summary>(x - mean) / sqrt(variance + eps).</summary>
    LayerNorm,

    /// <summary>x / sqrt(mean of squares + eps).</summary>
    RootMeanSquare,
}

/// <summary>A norm with a gain for each column.</summary>
/// <param name="Name">Its name in a model file, without .weight and .bias.</param>
/// <param name="Size">Columns of a row.</param>
/// <param name="Eps">Added to the variance.</param>
internal sealed record Norm(string Name, int Size, double Eps)
{
    public NormKind Kind { get; init; }
    public bool HasBias { get; init; } = true;

    /// <summary>Whether the gain is one more than what is stored.</summary>
    public bool AddsOne { get; init; }

    /// <summary>Whether the name is the file's own, without the encoder's prefix.</summary>
    public bool InRoot { get; init; }
}

/// <summary>A table of rows, one for each id.</summary>
/// <param name="Name">Its full name in a model file.</param>
/// <param name="Rows">Ids.</param>
/// <param name="Width">Columns of a row.</param>
internal sealed record Table(string Name, int Rows, int Width)
{
    /// <summary>What other files call it; null: nothing else.</summary>
    public string? OtherName { get; init; }
}
