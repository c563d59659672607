using System.Text;
using Microsoft.ML.Tokenizers;

namespace GeneratedEncoder.Text;

/// <summary>
/// BERT's: words between blanks, each punctuation mark a word of its own, each word the longest pieces of the vocabulary from left
/// to right.
/// </summary>
/// <remarks>
/// The pieces are Microsoft.ML.Tokenizers'; normalization and splitting are done here, because its BertTokenizer (2.0.1) loses what
/// is neither a word character nor punctuation in Unicode's sense: "$", "+", "&lt;", "=", every emoji.
/// </remarks>
internal sealed class WordPieceModel : TokenModel
{
    // Microsoft.ML.Tokenizers keeps a word with its prefix on the stack, however long the model's file says that it may be.
    private const int MostCharacters = 1000;

    private readonly WordCache _words;
    private readonly WordTokens _unknown;
    private readonly int _longestWord;

    /// <param name="vocabulary">The tokens in the order of their ids.</param>
    /// <param name="unknownToken">What stands for a word that can't be put together.</param>
    /// <param name="continuingPrefix">What pieces that don't begin a word have before them.</param>
    /// <param name="longestWord">A word of more characters is unknown.</param>
    public WordPieceModel(IReadOnlyList<string> vocabulary, string unknownToken, string continuingPrefix, int longestWord)
    {
        if (longestWord > MostCharacters || continuingPrefix.Length > MostCharacters)
        {
            throw new NotSupportedException(
                $"The tokenizer's words may have {longestWord} characters (max_input_chars_per_word), and their pieces a prefix of {continuingPrefix.Length}; at most {MostCharacters} are supported.");
        }

        using MemoryStream lines = new(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary)));
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Create(lines, new WordPieceOptions
        {
            UnknownToken = unknownToken,
            ContinuingSubwordPrefix = continuingPrefix,
            MaxInputCharsPerWord = 2 * longestWord, // It counts UTF-16 units; characters are counted here.
        });
        _words = new WordCache(tokenizer);
        _unknown = new WordTokens([tokenizer.UnknownTokenId], []);
        _longestWord = longestWord;
    }

    public override void Encode(NormalizedText text, int begin, int end, TokenizerScratch scratch)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int word = begin, letters = 0;
        for (int at = begin, width; at < end; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..end], out Rune rune, out width);
            bool blank = Rune.IsWhiteSpace(rune), mark = !blank && Characters.IsPunctuation(rune);
            if (!blank && !mark)
            {
                letters++;
                continue;
            }

            Add(text, word, at, letters, scratch.Tokens);
            if (mark)
            {
                Add(text, at, at + width, 1, scratch.Tokens);
            }

            (word, letters) = (at + width, 0);
        }

        Add(text, word, end, letters, scratch.Tokens);
    }

    private void Add(NormalizedText text, int begin, int end, int letters, TokenList tokens)
    {
        if (begin == end)
        {
            return;
        }

        WordTokens found = letters > _longestWord ? _unknown : _words.Tokens(text.Chars[begin..end]);
        int at = begin;
        for (int i = 0; i < found.Ids.Length; i++)
        {
            int stop = i < found.Ids.Length - 1 ? begin + found.Ends[i] : end;
            tokens.Add(found.Ids[i], text.Start(at), text.End(stop - 1));
            at = stop;
        }
    }
}
