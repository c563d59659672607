using System.Buffers;
using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>How good a place is to end a chunk at.</summary>
internal enum Boundary
{
    None,

    /// <summary>Between words.</summary>
    Word,

    /// <summary>At a line's end.</summary>
    Line,

    /// <summary>At a sentence's end.</summary>
    Sentence,

    /// <summary>At a paragraph's end.</summary>
    Paragraph,
}

/// <summary>
/// Where words, lines, sentences and paragraphs end, by rules that know characters but no language: a mark that ends sentences, closing
/// quotes and brackets behind it, and white space; after the full stops of Chinese and Japanese no white space is needed. A Markdown heading
/// goes with what it stands above.
/// </summary>
internal static class TextBoundaries
{
    private const int LongestHeading = 200;

    /// <summary>Marks that end sentences (Unicode's Sentence_Terminal in use today), and the ellipsis.</summary>
    private static readonly SearchValues<char> s_terminals = SearchValues.Create(
        ".!?\u2026\u0589\u061D\u061E\u061F\u06D4\u0700\u0701\u0702\u0964\u0965\u104A\u104B\u1362\u1367\u1368\u1803\u1809\u1944\u17D4\u17D5\u203C\u203D\u2047\u2048\u2049\u2E2E\u3002\uA4FF\uFE52\uFE56\uFE57\uFF01\uFF0E\uFF1F\uFF61");

    /// <summary>Those of them that no white space follows.</summary>
    private static readonly SearchValues<char> s_fullStops = SearchValues.Create("\u3002\uFF01\uFF1F\uFF61");

    /// <summary>What ends at a place, right behind a word and before the white space that follows it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place, inside of the text.</param>
    public static Boundary At(ReadOnlySpan<char> text, int at)
    {
        if (char.IsWhiteSpace(text[at - 1]))
        {
            return Boundary.None;
        }

        if (!char.IsWhiteSpace(text[at]))
        {
            return !IsClosing(text[at]) && !s_terminals.Contains(text[at]) && LastTerminal(text, at) is { } last && s_fullStops.Contains(text[last]) && EndsCharacter(text, at)
                ? Boundary.Sentence
                : Boundary.None;
        }

        int next = at, breaks = 0;
        for (; next < text.Length && char.IsWhiteSpace(text[next]); next++)
        {
            breaks += text[next] switch
            {
                '\n' when next > at && text[next - 1] == '\r' => 0,
                '\n' or '\r' or '\v' or '\f' or '\u0085' or '\u2028' => 1,
                '\u2029' => 2,
                _ => 0,
            };
        }

        return
            breaks > 0 && IsHeading(text[..at]) ? Boundary.Word :
            breaks > 1 ? Boundary.Paragraph :
            EndsSentence(text, at, next) ? Boundary.Sentence :
            breaks > 0 ? Boundary.Line :
            Boundary.Word;
    }

    private static bool EndsSentence(ReadOnlySpan<char> text, int at, int next)
    {
        if (LastTerminal(text, at) is not { } last)
        {
            return false;
        }

        if (text[last] != '.' || (last > 0 && s_terminals.Contains(text[last - 1])))
        {
            return true;
        }

        // "e.g. this", "J. Smith", "1. an item of a list" go on.
        return !(next < text.Length && StartsLower(text[next..])) && !IsInitial(text[..last]) && !IsListNumber(text[..last]);
    }

    /// <summary>The place of the terminal mark that a text ends with, but for closing quotes and brackets.</summary>
    private static int? LastTerminal(ReadOnlySpan<char> text, int end)
    {
        int last = end - 1;
        while (last >= 0 && IsClosing(text[last]))
        {
            last--;
        }

        return last >= 0 && s_terminals.Contains(text[last]) ? last : null;
    }

    /// <summary>Whether no accent or the like follows that belongs to the mark.</summary>
    private static bool EndsCharacter(ReadOnlySpan<char> text, int at) =>
        StringInfo.GetNextTextElementLength(text[(at - 1)..Math.Min(text.Length, at + 2)]) == 1;

    private static bool IsClosing(char c) =>
        c is '"' or '\'' || char.GetUnicodeCategory(c) is UnicodeCategory.ClosePunctuation or UnicodeCategory.FinalQuotePunctuation;

    private static bool StartsLower(ReadOnlySpan<char> text)
    {
        _ = Rune.DecodeFromUtf16(text, out Rune first, out _);
        return Rune.IsLower(first);
    }

    /// <summary>Whether a text ends with one capital letter.</summary>
    private static bool IsInitial(ReadOnlySpan<char> text) =>
        text.Length > 0 && char.IsUpper(text[^1]) && (text.Length == 1 || !char.IsLetterOrDigit(text[^2]));

    /// <summary>Whether a text's last line is a number.</summary>
    private static bool IsListNumber(ReadOnlySpan<char> text)
    {
        int at = text.Length;
        while (at > 0 && char.IsAsciiDigit(text[at - 1]))
        {
            at--;
        }

        while (at < text.Length && at > 0 && text[at - 1] is ' ' or '\t')
        {
            at--;
        }

        return at < text.Length && (at == 0 || text[at - 1] is '\n' or '\r') && char.IsAsciiDigit(text[^1]);
    }

    /// <summary>Whether a text's last line is a Markdown heading.</summary>
    private static bool IsHeading(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> end = text[Math.Max(0, text.Length - LongestHeading)..];
        int line = end.LastIndexOfAny('\n', '\r') + 1;
        return (line > 0 || end.Length == text.Length) && end.Length > line && end[line] == '#';
    }
}
