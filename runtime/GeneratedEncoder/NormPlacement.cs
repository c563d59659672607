namespace GeneratedEncoder;

/// <summary>Where a layer's two LayerNorms stand.</summary>
public enum NormPlacement
{
    /// <summary>After each sub-layer's residual addition: x = LN(x + f(x)). The original transformer and BERT.</summary>
    Post,

    /// <summary>Before each sub-layer: x = x + f(LN(x)), with one more LayerNorm after the last layer.</summary>
    Pre,
}
