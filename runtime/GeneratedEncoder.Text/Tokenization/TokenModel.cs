namespace GeneratedEncoder.Text;

/// <summary>How a normalized text becomes tokens: how it is split into words, and words into the vocabulary's pieces.</summary>
internal abstract class TokenModel
{
    /// <summary>Appends the tokens of a part of a text, as far as they don't depend on what follows it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="part">The part, without added tokens.</param>
    /// <param name="scratch">Memory of this call.</param>
    /// <returns>Where the part begins that is to be given again, with what follows; its end where it is the last.</returns>
    public abstract int Encode(NormalizedText text, TextPiece part, TokenizerScratch scratch);
}
