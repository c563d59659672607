namespace GeneratedEncoder.Text;

/// <summary>A part of a text that an encoder reads whole: <c>text[chunk.Range]</c>.</summary>
/// <param name="Start">Where in the text it begins, in UTF-16 units.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Tokens">Tokens that it has by itself, without special ones and prompt.</param>
public readonly record struct TextChunk(int Start, int Length, int Tokens)
{
    /// <summary>Its place in the text.</summary>
    public Range Range => Start..(Start + Length);
}

/// <summary>How a text is split for an encoder.</summary>
public sealed class TextSplitterOptions
{
    /// <summary>
    /// The most tokens that a chunk may have, without special ones and prompt. As many as the encoder takes beside those if null; more are
    /// refused.
    /// </summary>
    public int? MaxTokensPerChunk { get; set; }

    /// <summary>
    /// The most tokens that a chunk repeats of the one before it, as whole sentences or lines: none where the last one has more. An eighth of
    /// what a chunk may have if null; 0 for none.
    /// </summary>
    public int? OverlapTokens { get; set; }

    /// <summary>Name of the prompt that will stand before each chunk; the default one if null, none if empty.</summary>
    public string? PromptName { get; set; }
}
