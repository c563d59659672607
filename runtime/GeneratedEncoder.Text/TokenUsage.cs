namespace GeneratedEncoder.Text;

/// <summary>How many tokens of an input an encoder read, and how many it didn't because the input was too long.</summary>
/// <param name="Tokens">Tokens that the encoder was given, those of the prompt and special ones among them.</param>
/// <param name="TruncatedTokens">Tokens that were cut off; 0 where the input was read whole.</param>
public readonly record struct TokenUsage(int Tokens, int TruncatedTokens)
{
    /// <summary>Whether a part of the input was not read.</summary>
    public bool IsTruncated => TruncatedTokens > 0;
}

/// <summary>A text's embedding, and how much of the text it stands for.</summary>
/// <param name="Vector">The embedding, [EmbeddingDimension].</param>
/// <param name="Usage">The tokens that were read, and those that were cut off.</param>
public sealed record TextEmbedding(ReadOnlyMemory<float> Vector, TokenUsage Usage);
