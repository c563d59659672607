using System.Collections.Concurrent;
using Microsoft.ML.Tokenizers;

namespace GeneratedEncoder.Text;

/// <summary>A word's tokens.</summary>
/// <param name="Ids">Their ids.</param>
/// <param name="Ends">Where in the word each ends; the next one begins there.</param>
internal sealed record WordTokens(int[] Ids, int[] Ends);

/// <summary>
/// Words by Microsoft.ML.Tokenizers, which allocates lists and strings for each call; words that were seen before cost a look-up
/// and allocate nothing.
/// </summary>
internal sealed class WordCache
{
    private const int MostWords = 1 << 16;
    private const int LongestWord = 64;

    private readonly Tokenizer _tokenizer;
    private readonly ConcurrentDictionary<string, WordTokens> _words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WordTokens>.AlternateLookup<ReadOnlySpan<char>> _seen;
    private int _count;

    /// <param name="tokenizer">What splits a word; it neither normalizes nor splits into words.</param>
    public WordCache(Tokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _seen = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The tokens of a word.</summary>
    public WordTokens Tokens(ReadOnlySpan<char> word)
    {
        if (_seen.TryGetValue(word, out WordTokens? tokens))
        {
            return tokens;
        }

        tokens = Tokenize(word);
        if (word.Length <= LongestWord && Volatile.Read(ref _count) < MostWords && _words.TryAdd(word.ToString(), tokens))
        {
            Interlocked.Increment(ref _count);
        }

        return tokens;
    }

    private WordTokens Tokenize(ReadOnlySpan<char> word)
    {
        IReadOnlyList<EncodedToken> found = _tokenizer.EncodeToTokens(word, out _, considerPreTokenization: false, considerNormalization: false);
        int[] ids = new int[found.Count], ends = new int[found.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            (ids[i], ends[i]) = (found[i].Id, found[i].Offset.End.GetOffset(word.Length));
        }

        return new WordTokens(ids, ends);
    }
}
