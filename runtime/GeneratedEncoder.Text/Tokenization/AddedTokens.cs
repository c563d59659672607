using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>A token that is found in a text as it stands, before the model sees it: "[MASK]".</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its characters.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="LeftStrip">Whether it takes white space before it along.</param>
/// <param name="RightStrip">Whether it takes white space after it along.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text, and in its normalized form.</param>
/// <param name="Special">Whether it is the model's, not the text's.</param>
internal sealed record AddedToken(
    int Id, string Content, bool SingleWord = false, bool LeftStrip = false, bool RightStrip = false, bool Normalized = false, bool Special = false);

/// <summary>Finds added tokens in a text.</summary>
internal sealed class AddedTokens
{
    private readonly AddedToken[] _tokens;
    private readonly string _firsts;

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        // Where several match at one place the longest is meant.
        _tokens = [.. tokens.Where(token => token.Content.Length > 0).OrderByDescending(token => token.Content.Length)];
        _firsts = string.Concat(_tokens.Select(token => token.Content[0]).Distinct());
    }

    /// <summary>Finds the first one from <paramref name="from"/> on, with the white space that it takes along.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="begin">Where what it takes begins; the text's end where there is none.</param>
    /// <param name="at">Where the token itself begins.</param>
    /// <param name="end">Where what it takes ends.</param>
    public AddedToken? Find(ReadOnlySpan<char> text, int from, out int begin, out int at, out int end)
    {
        for (at = from; _tokens.Length > 0 && at < text.Length; at++)
        {
            int next = text[at..].IndexOfAny(_firsts);
            if (next < 0)
            {
                break;
            }

            at += next;
            foreach (AddedToken token in _tokens)
            {
                (begin, end) = (at, at + token.Content.Length);
                if (!text[at..].StartsWith(token.Content, StringComparison.Ordinal) || (token.SingleWord && !Alone(text, begin, end)))
                {
                    continue;
                }

                while (token.LeftStrip && begin > from && char.IsWhiteSpace(text[begin - 1]))
                {
                    begin--;
                }

                while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
                {
                    end++;
                }

                return token;
            }
        }

        begin = at = end = text.Length;
        return null;
    }

    private static bool Alone(ReadOnlySpan<char> text, int begin, int end) =>
        !(begin > 0 && IsWordCharacter(text[begin - 1])) && !(end < text.Length && IsWordCharacter(text[end]));

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_';
}
