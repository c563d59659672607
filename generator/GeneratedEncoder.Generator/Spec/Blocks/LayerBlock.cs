namespace GeneratedEncoder.Generator.Spec;

/// <summary>What all layers have in common. Names of tensors are those within a layer, and follow the layer's own.</summary>
internal sealed record LayerBlock
{
    public required AttentionBlock Attention { get; init; }
    public required SubLayerNorms AttentionNorms { get; init; }
    public required FeedForwardBlock FeedForward { get; init; }
    public required SubLayerNorms FeedForwardNorms { get; init; }

    /// <summary>Numbers in a layer's matrices.</summary>
    public long Weights => new[] { Attention.Query, Attention.Key, Attention.Value, Attention.Output, FeedForward.Up, FeedForward.Gate, FeedForward.Down }
        .OfType<Linear>().Sum(linear => (long)linear.Out * linear.In);
}

/// <summary>The norms around a sub-layer f of the residual stream x; null: there is none at this place.</summary>
internal sealed record SubLayerNorms
{
    /// <summary>f takes norm(x).</summary>
    public Norm? Before { get; init; }

    /// <summary>norm(f) is added to x.</summary>
    public Norm? OfOutput { get; init; }

    /// <summary>x becomes norm(x + f).</summary>
    public Norm? OfSum { get; init; }

    /// <summary>After that x becomes norm(old x + x): the residual is added a second time.</summary>
    public Norm? OfSecondSum { get; init; }

    /// <summary>All of them, in the order of their use.</summary>
    public IEnumerable<Norm> All => new[] { Before, OfOutput, OfSum, OfSecondSum }.OfType<Norm>();
}

/// <summary>What one layer has of its own.</summary>
/// <param name="Reach">How far from a token those stand that it attends to, at most; 0: it attends to all.</param>
/// <param name="Rotary">Which of the encoder's rotary tables it takes.</param>
/// <param name="LacksAttentionNorm">Whether the norm before its attention is missing, so that attention takes the stream as it is.</param>
internal sealed record LayerKind(int Reach = 0, int Rotary = 0, bool LacksAttentionNorm = false);

/// <summary>A convolution over each text's embeddings that is added to the first layer's output, which is normalised then (DeBERTa).</summary>
/// <param name="Name">Its name in a model file.</param>
/// <param name="Kernel">Tokens that it looks at: an odd number.</param>
/// <param name="Activation">What follows it.</param>
/// <param name="Norm">The norm of the sum.</param>
internal sealed record ConvolutionBlock(string Name, int Kernel, Activation Activation, Norm Norm);
