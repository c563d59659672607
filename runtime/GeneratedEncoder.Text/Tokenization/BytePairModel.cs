using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace GeneratedEncoder.Text;

/// <summary>
/// RoBERTa's (GPT-2's): words with the blank before them, spelled in bytes, whose most frequent neighbours are joined.
/// </summary>
internal sealed class BytePairModel : TokenModel
{
    private static readonly char[] s_spelling = Spelling();
    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private readonly WordCache _words;
    private readonly bool _addPrefixSpace;

    /// <param name="vocabulary">Ids of the tokens.</param>
    /// <param name="merges">Pairs of tokens, the first to be joined first.</param>
    /// <param name="addPrefixSpace">Whether a text that doesn't begin with a blank is given one.</param>
    public BytePairModel(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<string> merges, bool addPrefixSpace)
    {
        _words = new WordCache(BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges }));
        _addPrefixSpace = addPrefixSpace;
    }

    public override void Encode(NormalizedText text, int begin, int end, TokenizerScratch scratch)
    {
        int at = begin;
        bool prefixed = _addPrefixSpace && begin < end && text.Chars[begin] != ' ';
        while (at < end)
        {
            int length = WordLength(text.Chars[at..end], prefixed);
            Add(text, at, at + length, prefixed, scratch);
            at += length;
            prefixed = false;
        }
    }

    /// <summary>
    /// Length of the word that a text begins with: a contraction; letters, digits or others, with the blank before them; white space
    /// but for the last blank, which goes with the word after it.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="prefixed">Whether a blank that isn't in the text stands before it; that may be the whole word.</param>
    private static int WordLength(ReadOnlySpan<char> text, bool prefixed)
    {
        foreach (string contraction in s_contractions)
        {
            if (!prefixed && text.StartsWith(contraction))
            {
                return contraction.Length;
            }
        }

        int start = !prefixed && text[0] == ' ' ? 1 : 0;
        if (start < text.Length && Kind(text[start..], out _) is var kind and not WordKind.Blank)
        {
            int at = start;
            while (at < text.Length && Kind(text[at..], out int width) == kind)
            {
                at += width;
            }

            return at;
        }

        int blanks = 0, last = 0;
        while (blanks < text.Length && Kind(text[blanks..], out int width) == WordKind.Blank)
        {
            (blanks, last) = (blanks + width, width);
        }

        return blanks == text.Length || (blanks == last && !prefixed) ? blanks : blanks - last;
    }

    private static WordKind Kind(ReadOnlySpan<char> text, out int width)
    {
        _ = Rune.DecodeFromUtf16(text, out Rune rune, out width);
        return
            Rune.IsWhiteSpace(rune) ? WordKind.Blank :
            Rune.IsLetter(rune) ? WordKind.Letters :
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber ? WordKind.Digits :
            WordKind.Others;
    }

    private void Add(NormalizedText text, int begin, int end, bool prefixed, TokenizerScratch scratch)
    {
        NormalizedText word = scratch.Word;
        word.Clear();
        if (prefixed)
        {
            word.Append(s_spelling[' '], text.Start(begin), text.Start(begin));
        }

        Span<byte> bytes = stackalloc byte[4];
        for (int at = begin, width; at < end; at += width)
        {
            _ = Rune.DecodeFromUtf16(text.Chars[at..end], out Rune rune, out width);
            foreach (byte unit in bytes[..rune.EncodeToUtf8(bytes)])
            {
                word.Append(s_spelling[unit], text.Start(at), text.End(at + width - 1));
            }
        }

        WordTokens found = _words.Tokens(word.Chars);
        int start = 0;
        for (int i = 0; i < found.Ids.Length; i++)
        {
            // A token stands for its characters, not for the blanks about them.
            int first = start, last = found.Ends[i] - 1;
            while (first < last && IsBlank(word, first))
            {
                first++;
            }

            while (last > first && IsBlank(word, last))
            {
                last--;
            }

            bool blank = IsBlank(word, first);
            scratch.Tokens.Add(found.Ids[i], blank ? word.End(last) : word.Start(first), word.End(last));
            start = found.Ends[i];
        }
    }

    private static bool IsBlank(NormalizedText word, int index) => word.Chars[index] == s_spelling[' '];

    /// <summary>A printable character for each byte, as the vocabulary spells it.</summary>
    private static char[] Spelling()
    {
        char[] spelling = new char[256];
        int next = 256;
        for (int unit = 0; unit < 256; unit++)
        {
            bool printable = unit is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            spelling[unit] = (char)(printable ? unit : next++);
        }

        return spelling;
    }

    private enum WordKind
    {
        Blank,
        Letters,
        Digits,
        Others,
    }
}
