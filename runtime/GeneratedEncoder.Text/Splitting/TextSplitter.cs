using System.Buffers;
using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// Splits long texts into chunks that have at most so many tokens: at the ends of paragraphs, sentences or lines where there are any, else
/// between words, else between characters. Safe to use from any number of threads at once.
/// </summary>
/// <remarks>
/// <para>Each chunk's tokens are counted as the chunk has them by itself. Chunks begin and end with something else than white space, and
/// together they have every character of the text that isn't white space. A character that a reader sees as one is split only if it has
/// more tokens than a chunk may have.</para>
/// <para>The time grows with the text's length; of the text's tokens only one chunk's are held.</para>
/// </remarks>
public sealed class TextSplitter
{
    private const int CharactersPerToken = 6;
    private const int LeastSlice = 64;
    private const int LongestWord = 256;
    private const int LongestCharacter = 64;

    private static readonly SearchValues<char> s_blanks = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue).Select(c => (char)c).Where(char.IsWhiteSpace)]);

    private readonly TextTokenizer _tokenizer;
    private readonly ChunkCount _count;
    private readonly ChunkCheck _fits;

    /// <summary>A splitter for a tokenizer alone. <see cref="EncoderPipeline{T}.CreateSplitter"/> makes one for an encoder.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="maxTokensPerChunk">The most tokens that a chunk may have, without special ones.</param>
    /// <param name="overlapTokens">The most tokens that a chunk repeats of the one before it, as whole sentences or lines.</param>
    /// <exception cref="ArgumentOutOfRangeException">A chunk has no room, or none beside what it repeats.</exception>
    public TextSplitter(TextTokenizer tokenizer, int maxTokensPerChunk, int overlapTokens = 0)
        : this(tokenizer, maxTokensPerChunk, overlapTokens, chunk => tokenizer.CountTokens(chunk, addSpecialTokens: false), _ => true)
    {
    }

    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="maxTokensPerChunk">The most tokens that a chunk may have.</param>
    /// <param name="overlapTokens">The most tokens that a chunk repeats.</param>
    /// <param name="count">Counts a chunk's tokens.</param>
    /// <param name="fits">Whether a chunk of so many tokens fits with all that goes with it.</param>
    internal TextSplitter(TextTokenizer tokenizer, int maxTokensPerChunk, int overlapTokens, ChunkCount count, ChunkCheck fits)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokensPerChunk, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(overlapTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(overlapTokens, maxTokensPerChunk);
        (_tokenizer, MaxTokensPerChunk, OverlapTokens, _count, _fits) = (tokenizer, maxTokensPerChunk, overlapTokens, count, fits);
    }

    /// <summary>The most tokens that a chunk may have, without special ones and prompt.</summary>
    public int MaxTokensPerChunk { get; }

    /// <summary>The most tokens that a chunk repeats of the one before it.</summary>
    public int OverlapTokens { get; }

    /// <summary>The chunks of a text, found as they are asked for; none where it is nothing but white space.</summary>
    /// <exception cref="ArgumentException">While chunks are asked for: a single character has more tokens than a chunk may have.</exception>
    public IEnumerable<TextChunk> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Chunks(text);
    }

    private IEnumerable<TextChunk> Chunks(string text)
    {
        int done = SkipBlanks(text, 0), begin = done, slice = (int)Math.Min(text.Length, (1L * MaxTokensPerChunk * CharactersPerToken) + LeastSlice);
        while (done < text.Length)
        {
            if (Next(text, begin, done, slice) is not { } window)
            {
                begin = done; // What would be repeated leaves no room for another sentence.
                continue;
            }

            yield return new TextChunk(begin, Trimmed(text, begin, window.Cut) - begin, window.Tokens);
            slice = (int)Math.Min(text.Length, Math.Max(LeastSlice, 2L * (window.Cut - begin)));
            done = SkipBlanks(text, window.Cut);
            begin = window.Again < window.Cut ? window.Again : done;
        }
    }

    /// <summary>Finds where the chunk ends that begins at <paramref name="begin"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="begin">Where the chunk begins.</param>
    /// <param name="done">What stands before this is in a chunk already; where it lies behind <paramref name="begin"/>, a part is repeated.</param>
    /// <param name="slice">Characters to look at first.</param>
    /// <returns>Null where a chunk that repeats something would end within a sentence or line.</returns>
    private Window? Next(string text, int begin, int done, int slice)
    {
        TokenizerScratch scratch = _tokenizer.Rent();
        try
        {
            int end = SliceEnd(text, begin, slice);
            while (Tokenize(end) <= MaxTokensPerChunk && end < text.Length)
            {
                end = SliceEnd(text, begin, (int)Math.Min(text.Length, 2L * (end - begin)));
            }

            TokenList tokens = scratch.Tokens;
            int limit = tokens.Count > MaxTokensPerChunk ? begin + tokens.Starts[MaxTokensPerChunk] : text.Length;
            bool triedCharacter = false;
            for (int attempt = 0; ; attempt++)
            {
                (int cut, Boundary boundary) = Cut(text, begin, done, limit);
                if (begin < done && boundary <= Boundary.Word)
                {
                    return null;
                }

                bool single = false;
                if (cut <= done)
                {
                    // What a reader sees as one character, as a whole if it fits, or else as much as the limit allows.
                    int character = triedCharacter ? 0 : CharacterLength(text, done);
                    triedCharacter = true;
                    int least = char.IsSurrogatePair(text, done) ? 2 : 1;
                    cut = done + Math.Max(least, character is > 0 and <= LongestCharacter ? character : WithoutHalf(text, limit) - done);
                    single = cut == done + least;
                }

                ReadOnlySpan<char> chunk = text.AsSpan(begin, Trimmed(text, begin, cut) - begin);
                int count = _count(chunk);
                if (count <= MaxTokensPerChunk && _fits(chunk))
                {
                    return new Window(cut, count, Again(text, begin, cut, tokens));
                }

                if (single)
                {
                    throw new ArgumentException(
                        $"The character '{chunk}' at {begin} has {count} tokens by itself; a chunk of at most {MaxTokensPerChunk} can't hold it.", nameof(text));
                }

                // A word's piece may have other tokens than the word, and a prompt may change the first ones.
                int kept = MaxTokensPerChunk - Math.Max(1, count - MaxTokensPerChunk);
                int fewer = attempt == 0 && kept > 0 && kept < tokens.Count ? tokens.Starts[kept] : int.MaxValue;
                limit = begin + (fewer < cut - begin ? fewer : (cut - begin) / 2);
            }

            int Tokenize(int end)
            {
                _tokenizer.Begin(scratch, most: Math.Min(MaxTokensPerChunk, int.MaxValue - 1) + 1);
                _tokenizer.Tokenize(new InputText(text.AsSpan(begin, end - begin)), scratch, enough: MaxTokensPerChunk);
                return scratch.Tokens.Count;
            }
        }
        finally
        {
            _tokenizer.Return(scratch);
        }
    }

    /// <summary>
    /// The best place to cut up to a limit: the end of a paragraph, a sentence or a line in the second half; one before; between words;
    /// between characters.
    /// </summary>
    private static (int Cut, Boundary Boundary) Cut(string text, int begin, int done, int limit)
    {
        if (limit == text.Length)
        {
            return (limit, Boundary.Paragraph);
        }

        int half = Math.Max(done, begin + ((limit - begin) / 2));
        int word = 0, line = 0, sentence = 0, paragraph = 0;
        for (int at = limit; at > done; at--)
        {
            switch (TextBoundaries.At(text, at))
            {
                case Boundary.Paragraph when paragraph == 0:
                    paragraph = at;
                    break;
                case Boundary.Sentence when sentence == 0:
                    sentence = at;
                    break;
                case Boundary.Line when line == 0:
                    line = at;
                    break;
                case Boundary.Word when word == 0:
                    word = at;
                    break;
            }

            if (paragraph > half || (at <= half + 1 && (Math.Max(sentence, paragraph) > 0 || line > half)))
            {
                break;
            }
        }

        return
            paragraph > half ? (paragraph, Boundary.Paragraph) :
            sentence > half ? (sentence, Boundary.Sentence) :
            line > half ? (line, Boundary.Line) :
            Math.Max(sentence, paragraph) > 0 ? (Math.Max(sentence, paragraph), Boundary.Sentence) :
            line > 0 ? (line, Boundary.Line) :
            word > 0 ? (word, Boundary.Word) :
            (LastCharacter(text, done, limit), Boundary.None);
    }

    /// <summary>The end of the last whole character, as readers see them, up to a limit; <paramref name="from"/> where there is none.</summary>
    private static int LastCharacter(string text, int from, int limit)
    {
        // Whether a character goes on can be told from the code point that follows.
        ReadOnlySpan<char> span = text.AsSpan(0, Math.Min(text.Length, limit + 2));
        int at = from;
        while (at < limit && StringInfo.GetNextTextElementLength(span[at..]) is int length && at + length <= limit)
        {
            at += length;
        }

        return at;
    }

    private static int CharacterLength(string text, int at) =>
        StringInfo.GetNextTextElementLength(text.AsSpan(at, Math.Min(text.Length - at, LongestCharacter + 2)));

    /// <summary>The place, or the one before if it lies within a surrogate pair.</summary>
    private static int WithoutHalf(string text, int at) => at > 0 && at < text.Length && char.IsSurrogatePair(text, at - 1) ? at - 1 : at;

    /// <summary>Where the chunk after this one may begin: at the first sentence, or else line, from which on few enough tokens are repeated.</summary>
    private int Again(string text, int begin, int cut, TokenList tokens)
    {
        int last = Math.Min(tokens.Count, MaxTokensPerChunk);
        while (last > 0 && tokens.Starts[last - 1] >= cut - begin)
        {
            last--;
        }

        if (OverlapTokens == 0 || last == 0)
        {
            return cut;
        }

        int at = Math.Max(begin + 1, begin + tokens.Starts[Math.Max(0, last - OverlapTokens)]), line = cut;
        while (at > begin + 1 && char.IsWhiteSpace(text[at - 1]))
        {
            at--;
        }

        for (; at < cut; at++)
        {
            Boundary boundary = TextBoundaries.At(text, at);
            if (boundary >= Boundary.Sentence)
            {
                return SkipBlanks(text, at);
            }

            line = boundary == Boundary.Line && line == cut ? SkipBlanks(text, at) : line;
        }

        return line;
    }

    /// <summary>The end of a part to look at: not within a word, if it isn't too long, nor within a character.</summary>
    private static int SliceEnd(string text, int begin, int length)
    {
        if (length >= text.Length - begin)
        {
            return text.Length;
        }

        int end = begin + length, blank = text.AsSpan(end, Math.Min(LongestWord, text.Length - end)).IndexOfAny(s_blanks);
        return blank >= 0 ? end + blank : char.IsSurrogatePair(text, end - 1) ? end + 1 : end;
    }

    private static int SkipBlanks(string text, int at)
    {
        int blanks = text.AsSpan(at).IndexOfAnyExcept(s_blanks);
        return blanks < 0 ? text.Length : at + blanks;
    }

    /// <summary>The end of a part, without white space before it.</summary>
    private static int Trimmed(string text, int begin, int end) => begin + text.AsSpan(begin, end - begin).TrimEnd().Length;

    /// <summary>Where a chunk ends, what it has, and where the one after it may begin.</summary>
    private readonly record struct Window(int Cut, int Tokens, int Again);
}

/// <summary>Counts a chunk's tokens.</summary>
internal delegate int ChunkCount(ReadOnlySpan<char> chunk);

/// <summary>Whether a chunk fits with all that goes with it.</summary>
internal delegate bool ChunkCheck(ReadOnlySpan<char> chunk);
