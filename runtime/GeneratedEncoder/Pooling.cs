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
}
