using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// What sentence-transformers does to a text to be embedded before its tokenizer sees it. Its rules are those of Python's strings.
/// </summary>
internal static class Sentence
{
    private const int DottedI = 0x130, Sigma = 0x3A3, FinalSigma = 0x3C2;

    /// <summary>How many times longer a text in lower case may be.</summary>
    public const int LowerGrowth = 2;

    /// <summary>A text without white space at its ends, which a RoBERTa would read.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        int begin = 0, end = text.Length;
        while (begin < end && IsWhiteSpace(text[begin]))
        {
            begin++;
        }

        while (end > begin && IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[begin..end];
    }

    /// <summary>Writes a text in lower case and returns its length. A sigma at a word's end becomes one that stands there.</summary>
    public static int Lower(ReadOnlySpan<char> text, Span<char> lower)
    {
        int length = 0;
        for (int at = 0, width; at < text.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(text[at..], out Rune rune, out width);
            if (rune.Value == DottedI)
            {
                "i\u0307".CopyTo(lower[length..]);
                length += 2;
            }
            else if (rune.Value == Sigma && EndsWord(text, at))
            {
                lower[length++] = (char)FinalSigma;
            }
            else
            {
                length += Rune.ToLowerInvariant(rune).EncodeToUtf16(lower[length..]);
            }
        }

        return length;
    }

    /// <summary>Unicode's Final_Sigma: a letter before it and none behind, whatever case-ignorable characters are between.</summary>
    private static bool EndsWord(ReadOnlySpan<char> text, int at)
    {
        int before = at, after = at + 1;
        Rune rune;
        int width;
        do
        {
            if (before == 0)
            {
                return false;
            }

            _ = Rune.DecodeLastFromUtf16(text[..before], out rune, out width);
            before -= width;
        }
        while (IsIgnorable(rune));

        if (!IsCased(rune))
        {
            return false;
        }

        do
        {
            if (after == text.Length)
            {
                return true;
            }

            _ = Rune.DecodeFromUtf16(text[after..], out rune, out width);
            after += width;
        }
        while (IsIgnorable(rune));

        return !IsCased(rune);
    }

    /// <summary>Letters with a case; also Roman numerals, letters in circles, ordinal indicators.</summary>
    private static bool IsCased(Rune rune) =>
        rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9) ||
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnorable(Rune rune) =>
        rune.Value is '\'' or '.' or ':' or 0xB7 or 0x2018 or 0x2019 or 0x2024 or 0x2027 ||
        Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or
            UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static bool IsWhiteSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1C' and <= '\x1F';
}
