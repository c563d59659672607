using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// What sentence-transformers does to a text to be embedded before its tokenizer sees it. Its rules are those of Python's strings.
/// </summary>
internal static class Sentence
{
    /// <summary>A text without white space at its beginning, which a RoBERTa would read.</summary>
    public static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        int begin = 0;
        while (begin < text.Length && IsWhiteSpace(text[begin]))
        {
            begin++;
        }

        return text[begin..];
    }

    /// <summary>A text without white space at its end.</summary>
    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    private static bool IsWhiteSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1C' and <= '\x1F';
}

/// <summary>Lower case by the rules of Python's strings: a sigma at a word's end becomes the one that stands there.</summary>
internal sealed class SentenceLowerCase : Normalizer
{
    private const int DottedI = 0x130, Sigma = 0x3A3, FinalSigma = 0x3C2;

    // What is remembered of the characters before: whether the last one that counts was a letter with a case.
    private const int AfterCased = 1;

    public override int Apply(NormalizedText from, NormalizedText to, bool last)
    {
        ReadOnlySpan<char> chars = from.Chars;
        int at = 0;
        for (int width; at < chars.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..], out Rune rune, out width);
            int start = from.Start(at), end = from.End(at + width - 1);
            if (rune.Value == DottedI)
            {
                to.Append("i\u0307", start, end);
            }
            else if (rune.Value == Sigma && from.Note == AfterCased)
            {
                if (IsFollowedByCased(chars[(at + width)..], last) is not { } followed)
                {
                    break;
                }

                to.Append(followed ? Rune.ToLowerInvariant(rune) : new Rune(FinalSigma), start, end);
            }
            else
            {
                to.Append(Rune.ToLowerInvariant(rune), start, end);
            }

            from.Note = IsIgnorable(rune) ? from.Note : IsCased(rune) ? AfterCased : 0;
        }

        return at;
    }

    /// <summary>Unicode's Final_Sigma: no letter behind it, whatever case-ignorable characters are between; null where that isn't known yet.</summary>
    private static bool? IsFollowedByCased(ReadOnlySpan<char> text, bool last)
    {
        for (int at = 0, width; at < text.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(text[at..], out Rune rune, out width);
            if (!IsIgnorable(rune))
            {
                return IsCased(rune);
            }
        }

        return last ? false : null;
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
}
