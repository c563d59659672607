using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// RoBERTa's and ModernBERT's (GPT-2's): words with the blank before them, spelled in bytes, whose most frequent neighbours are joined.
/// </summary>
internal sealed class BytePairModel : TokenModel
{
    private static readonly char[] s_spelling = Spelling();
    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private const int LongestContraction = 3, None = -1;

    private readonly PairMerges _merges;
    private readonly int[] _byteIds = new int[256];
    private readonly int _unknownId;
    private readonly bool _joinsUnknown;
    private readonly bool _addPrefixSpace;

    /// <param name="vocabulary">Ids of the tokens.</param>
    /// <param name="merges">Pairs of tokens, the first to be joined first.</param>
    /// <param name="addPrefixSpace">Whether a text that doesn't begin with a blank is given one.</param>
    /// <param name="unknownToken">What stands for bytes that are not in the vocabulary; they are left out if null.</param>
    /// <param name="joinsUnknown">Whether one of them stands for several such bytes beside each other.</param>
    /// <exception cref="FormatException">A pair is one of tokens that are not in the vocabulary.</exception>
    public BytePairModel(
        IReadOnlyDictionary<string, int> vocabulary, IEnumerable<(string Left, string Right)> merges, bool addPrefixSpace, string? unknownToken = null, bool joinsUnknown = false)
    {
        _merges = new PairMerges(vocabulary, merges);
        for (int unit = 0; unit < _byteIds.Length; unit++)
        {
            _byteIds[unit] = vocabulary.TryGetValue(s_spelling[unit].ToString(), out int id) ? id : None;
        }

        _unknownId = unknownToken is not null && vocabulary.TryGetValue(unknownToken, out int unknown) ? unknown : None;
        _joinsUnknown = joinsUnknown;
        _addPrefixSpace = addPrefixSpace;
    }

    public override int Encode(NormalizedText text, TextPiece part, TokenizerScratch scratch)
    {
        int at = part.Begin;
        bool prefixed = _addPrefixSpace && part.First && part.Begin < part.End && text.Chars[part.Begin] != ' ';
        while (at < part.End)
        {
            ReadOnlySpan<char> rest = text.Chars[at..part.End];
            int length = WordLength(rest, prefixed);
            if (!part.Last && (length == rest.Length || rest.Length < LongestContraction))
            {
                break; // What follows may belong to the word, or make it another one.
            }

            Add(text, at, at + length, prefixed, scratch);
            at += length;
            prefixed = false;
        }

        return at;
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
        scratch.Chain.Clear();
        if (prefixed)
        {
            Add((byte)' ', text.Start(begin), text.Start(begin), scratch);
        }

        Span<byte> bytes = stackalloc byte[4];
        for (int at = begin, width; at < end; at += width)
        {
            _ = Rune.DecodeFromUtf16(text.Chars[at..end], out Rune rune, out width);
            foreach (byte unit in bytes[..rune.EncodeToUtf8(bytes)])
            {
                Add(unit, text.Start(at), text.End(at + width - 1), scratch);
            }
        }

        SymbolChain chain = scratch.Chain;
        chain.Merge(_merges);
        int start = 0;
        for (int i = 0; i < chain.Count; i++)
        {
            // A token stands for its characters, not for the blanks about them.
            int first = start, last = chain.Ends[i] - 1;
            while (first < last && IsBlank(word, first))
            {
                first++;
            }

            while (last > first && IsBlank(word, last))
            {
                last--;
            }

            bool blank = IsBlank(word, first);
            scratch.Tokens.Add(chain.Ids[i], blank ? word.End(last) : word.Start(first), word.End(last));
            start = chain.Ends[i];
        }
    }

    /// <summary>Appends a byte to a word.</summary>
    private void Add(byte unit, int start, int end, TokenizerScratch scratch)
    {
        int id = _byteIds[unit];
        if (id == None && _unknownId == None)
        {
            return;
        }

        NormalizedText word = scratch.Word;
        SymbolChain chain = scratch.Chain;
        word.Append(s_spelling[unit], start, end);
        if (id == None && _joinsUnknown && chain.Count > 0 && chain.Ids[^1] == _unknownId)
        {
            chain.Extend(word.Length);
            return;
        }

        chain.Add(id == None ? _unknownId : id, word.Length);
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
