namespace GeneratedEncoder.Text;

/// <summary>How a normalized text becomes tokens: how it is split into words, and words into the vocabulary's pieces.</summary>
internal abstract class TokenModel
{
    /// <summary>Appends the tokens of a part of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="begin">Where the part begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="scratch">Memory of this call.</param>
    public abstract void Encode(NormalizedText text, int begin, int end, TokenizerScratch scratch);
}

/// <summary>What one call of a tokenizer works in. It grows to what the longest text needed and is used again.</summary>
internal sealed class TokenizerScratch
{
    /// <summary>The tokens found so far.</summary>
    public TokenList Tokens { get; } = new();

    /// <summary>The text before and after a step of normalization, which changes their roles.</summary>
    public NormalizedText Text { get; private set; } = new();

    public NormalizedText Other { get; private set; } = new();

    /// <summary>A word as the model spells it.</summary>
    public NormalizedText Word { get; } = new();

    /// <summary>Applies a step to <see cref="Text"/>.</summary>
    public void Apply(Normalizer step)
    {
        Other.Clear();
        step.Apply(Text, Other);
        (Text, Other) = (Other, Text);
    }
}
