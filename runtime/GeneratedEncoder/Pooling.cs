namespace GeneratedEncoder;

/// <summary>How the last hidden states of a text's tokens become one embedding.</summary>
public enum Pooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The first token's.</summary>
    Cls,

    /// <summary>Their maximum, element by element.</summary>
    Max,

    /// <summary>Their sum over the square root of their number.</summary>
    MeanSqrtLen,

    /// <summary>Their mean, weighted by their places 1, 2, 3, ...</summary>
    WeightedMean,

    /// <summary>The last token's.</summary>
    LastToken,
}
