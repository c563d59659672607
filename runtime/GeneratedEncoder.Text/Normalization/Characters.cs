using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>Classes of characters as BERT's tokenizer has them.</summary>
internal static class Characters
{
    // Four that Unicode has put into another class since: the first two were punctuation, the others marks without width.
    private const int CanadianChi = 0x166D, SharadaSandhi = 0x111C9, HanunooPamudpod = 0x1734, AhomMedialRa = 0x1171E;
    private const int ZeroWidthNonJoiner = 0x200C, ZeroWidthJoiner = 0x200D;

    /// <summary>What BERT drops: controls, formats, private use. Tab and line ends count as white space.</summary>
    public static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r') && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate &&
        !YoungerCharacters.Contains(rune);

    /// <summary>Punctuation in Unicode's sense, and every ASCII character that is neither letter, digit nor space.</summary>
    public static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        : rune.Value is CanadianChi or SharadaSandhi || (Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or
            UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or
            UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or
            UnicodeCategory.OtherPunctuation && !YoungerCharacters.Contains(rune));

    /// <summary>
    /// The blocks of Chinese characters that BERT takes one by one; not kana, not hangul. The first 256 of extension E (2B820) are not
    /// among them in Hugging Face's library, by a slip of the pen that models have learned.
    /// </summary>
    public static bool IsCjk(Rune rune) => rune.Value is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or
        (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>An accent: a mark without width of its own.</summary>
    public static bool IsAccent(Rune rune) => !rune.IsAscii && rune.Value != SharadaSandhi && (
        rune.Value is HanunooPamudpod or AhomMedialRa ||
        (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark && !YoungerCharacters.Contains(rune)));

    /// <summary>A mark that is read together with the character before it.</summary>
    public static bool IsMark(Rune rune) => !rune.IsAscii && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>
    /// What \w means in Rust's regular expressions: letters and what is read like them, marks, decimal digits, connectors, joiners.
    /// </summary>
    public static bool IsWord(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '_'
        : IsMark(rune) || IsAlphabeticSymbol(rune) || rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner || Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;

    /// <summary>Characters (UTF-16 units) of what a reader sees as one character, a letter with its accents, at a text's beginning.</summary>
    public static int ClusterLength(ReadOnlySpan<char> text) =>
        text[0] is >= ' ' and < '\x7F' && (text.Length == 1 || char.IsAscii(text[1])) ? 1 : StringInfo.GetNextTextElementLength(text);

    /// <summary>Letters in circles and squares: the symbols that Unicode calls alphabetic (Other_Alphabetic).</summary>
    private static bool IsAlphabeticSymbol(Rune rune) =>
        rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
