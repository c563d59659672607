using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>Classes of characters as BERT's tokenizer has them.</summary>
internal static class Characters
{
    // Four that Unicode has put into another class since: the first two were punctuation, the others marks without width.
    private const int CanadianChi = 0x166D, SharadaSandhi = 0x111C9, HanunooPamudpod = 0x1734, AhomMedialRa = 0x1171E;

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
}
