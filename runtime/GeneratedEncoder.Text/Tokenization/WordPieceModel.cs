using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// BERT's: words between blanks, each punctuation mark a word of its own, each word the longest pieces of the vocabulary from left
/// to right.
/// </summary>
internal sealed class WordPieceModel : TokenModel
{
    // A word's pieces are kept on the stack, however long the model's file says that it may be.
    private const int MostCharacters = 1000;

    private readonly CharTrie _pieces = new();
    private readonly int _continued;
    private readonly int _unknownId;
    private readonly int _longestWord;

    /// <param name="vocabulary">The tokens in the order of their ids; what is empty is none.</param>
    /// <param name="unknownToken">What stands for a word that can't be put together.</param>
    /// <param name="continuingPrefix">What pieces that don't begin a word have before them.</param>
    /// <param name="longestWord">A word of more characters is unknown.</param>
    /// <exception cref="InvalidDataException">There is no such unknown token, or words may have no characters.</exception>
    public WordPieceModel(IReadOnlyList<string> vocabulary, string unknownToken, string continuingPrefix, int longestWord)
    {
        if (longestWord > MostCharacters || continuingPrefix.Length > MostCharacters)
        {
            throw new NotSupportedException(
                $"The tokenizer's words may have {longestWord} characters (max_input_chars_per_word), and their pieces a prefix of {continuingPrefix.Length}; at most {MostCharacters} are supported.");
        }

        if (longestWord < 1)
        {
            throw new InvalidDataException($"The tokenizer's words may have {longestWord} characters (max_input_chars_per_word); at least 1 is right.");
        }

        for (int id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary[id] is { Length: > 0 } piece)
            {
                _pieces.Add(piece, id);
            }
        }

        int unknown = _pieces.Find(unknownToken);
        _unknownId = unknown == CharTrie.None ? CharTrie.None : _pieces.Value(unknown);
        if (_unknownId == CharTrie.None)
        {
            throw new InvalidDataException($"The tokenizer's token for unknown words, '{unknownToken}', is not in its vocabulary.");
        }

        _continued = _pieces.Find(continuingPrefix);
        _longestWord = longestWord;
    }

    public override int Encode(NormalizedText text, TextPiece part, TokenizerScratch scratch)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int word = part.Begin, letters = scratch.LongWordStart < 0 ? 0 : _longestWord + 1;
        for (int at = part.Begin, width; at < part.End; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..part.End], out Rune rune, out width);
            bool blank = Rune.IsWhiteSpace(rune), mark = !blank && Characters.IsPunctuation(rune);
            if (!blank && !mark)
            {
                letters++;
                continue;
            }

            Add(text, word, at, letters, scratch);
            if (mark)
            {
                Add(text, at, at + width, 1, scratch);
            }

            (word, letters) = (at + width, 0);
        }

        if (part.Last)
        {
            Add(text, word, part.End, letters, scratch);
            return part.End;
        }

        if (letters <= _longestWord)
        {
            return word;
        }

        // Of a word that is too long nothing is needed but where it stands.
        if (word < part.End)
        {
            scratch.LongWordStart = scratch.LongWordStart < 0 ? text.Start(word) : scratch.LongWordStart;
            scratch.LongWordEnd = text.End(part.End - 1);
        }

        return part.End;
    }

    private void Add(NormalizedText text, int begin, int end, int letters, TokenizerScratch scratch)
    {
        if (scratch.LongWordStart >= 0)
        {
            scratch.Tokens.Add(_unknownId, scratch.LongWordStart, begin < end ? text.End(end - 1) : scratch.LongWordEnd);
            scratch.LongWordStart = -1;
            return;
        }

        if (begin == end)
        {
            return;
        }

        ReadOnlySpan<char> word = text.Chars[begin..end];
        Span<int> ids = stackalloc int[letters <= _longestWord ? word.Length : 0], ends = stackalloc int[ids.Length];
        int count = letters <= _longestWord ? Split(word, ids, ends) : 0;
        if (count == 0)
        {
            scratch.Tokens.Add(_unknownId, text.Start(begin), text.End(end - 1));
        }

        int at = begin;
        for (int i = 0; i < count; i++)
        {
            scratch.Tokens.Add(ids[i], text.Start(at), text.End(begin + ends[i] - 1));
            at = begin + ends[i];
        }
    }

    /// <summary>Splits a word into the longest pieces from left to right, and returns their number; 0 where that can't be done.</summary>
    private int Split(ReadOnlySpan<char> word, Span<int> ids, Span<int> ends)
    {
        int count = 0;
        for (int at = 0; at < word.Length; count++)
        {
            int node = at == 0 ? CharTrie.Root : _continued, id = CharTrie.None, end = at;
            for (int i = at; i < word.Length && node != CharTrie.None; i++)
            {
                node = _pieces.Next(node, word[i]);
                if (node != CharTrie.None && _pieces.Value(node) is >= 0 and int longer)
                {
                    (id, end) = (longer, i + 1);
                }
            }

            if (id == CharTrie.None)
            {
                return 0;
            }

            (ids[count], ends[count]) = (id, end);
            at = end;
        }

        return count;
    }
}
