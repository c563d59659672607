namespace GeneratedEncoder.Generator.Spec;

/// <summary>A head's layers, in the order of their use; null where it has no such layer.</summary>
internal sealed record HeadBlock
{
    /// <summary>Whether a text's head takes the mean of its tokens' vectors, not the first one.</summary>
    public bool TakesMean { get; init; }

    public Linear? Dense { get; init; }

    public Activation Activation { get; init; }

    public Norm? Norm { get; init; }

    /// <summary>The labels' logits.</summary>
    public Linear? Classifier { get; init; }

    /// <summary>The vocabulary's logits.</summary>
    public DecoderBlock? Decoder { get; init; }
}

/// <summary>The last layer of a language model.</summary>
/// <param name="Name">Its name, of which the weight's is made where that is not the word table.</param>
/// <param name="Bias">The bias's full name; some files store it as the decoder's own tensor, or as both. Null: there is none.</param>
internal sealed record DecoderBlock(string Name, string? Bias);
