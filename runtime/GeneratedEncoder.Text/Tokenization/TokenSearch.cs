using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>A piece of a text: an added token, or text between added tokens.</summary>
/// <param name="Token">The token; null for text between.</param>
/// <param name="Begin">Where it begins in the buffer.</param>
/// <param name="End">Where it ends.</param>
/// <param name="First">Whether text between begins here; some of it was taken before otherwise.</param>
/// <param name="Last">Whether it ends here; more of it may follow otherwise.</param>
internal readonly record struct TextPiece(AddedToken? Token, int Begin, int End, bool First, bool Last);

/// <summary>
/// Splits a text that comes in chunks at added tokens, by the rules of Hugging Face's library: matches are the leftmost, longest ones;
/// one that must be a word and isn't is passed over whole; white space goes with a token that takes it, unless another one did.
/// </summary>
internal sealed class TokenSearch
{
    /// <summary>The token that begins at each character from <see cref="_base"/> on.</summary>
    private int[] _found = [];
    private int _base;

    /// <summary>Where the next match may begin, and up to where what follows can't change it.</summary>
    private int _at, _certain;

    /// <summary>Text before this place belongs to a token or was taken.</summary>
    private int _from;

    /// <summary>Whether nothing of the text between tokens at <see cref="_from"/> was taken yet.</summary>
    private bool _fresh = true;

    /// <summary>The white space that a token took along, and whether what follows the buffer may belong to it.</summary>
    private int _eatenFrom, _eatenTo;
    private bool _eating;

    /// <summary>Whether the character before the buffer is one of a word.</summary>
    private bool _afterWord;

    private bool _last, _restGiven;
    private TextPiece? _pending;

    /// <summary>Forgets the text before.</summary>
    public void Clear()
    {
        (_base, _at, _certain, _from, _eatenFrom, _eatenTo) = (0, 0, 0, 0, 0, 0);
        (_fresh, _eating, _afterWord, _last, _restGiven, _pending) = (true, false, false, false, false, null);
    }

    /// <summary>Gives memory back that a long text needed.</summary>
    public void Trim() => _found = _found.Length > TokenizerScratch.MostKept ? [] : _found;

    /// <summary>Takes up the search after text was appended to the buffer.</summary>
    /// <param name="tokens">What is looked for.</param>
    /// <param name="text">The buffer.</param>
    /// <param name="last">Whether nothing follows it.</param>
    public void Look(AddedTokens tokens, NormalizedText text, bool last)
    {
        ReadOnlySpan<char> chars = text.Chars;
        (_last, _restGiven, _base) = (last, false, _at);

        // A match is certain where the longest token and the character after it would be in the buffer.
        _certain = last || tokens.LongestToken == 0 ? chars.Length : Math.Max(_at, chars.Length - tokens.LongestToken - 2);
        if (_certain > _at && _certain < chars.Length && char.IsLowSurrogate(chars[_certain]))
        {
            _certain--;
        }

        ReadOnlySpan<char> unread = chars[_at..];
        if (tokens.MayBegin(unread[..(_certain - _at)]))
        {
            if (_found.Length < unread.Length)
            {
                _found = new int[Math.Max(unread.Length, 256)];
            }

            tokens.FindAll(unread, _found);
        }
        else
        {
            _at = _certain;
        }

        if (_eating)
        {
            _eatenTo = _from = AfterBlanks(chars, _from);
            _eating = _from == chars.Length;
        }
    }

    /// <summary>
    /// The next piece of the buffer; false if there is none as long as the buffer stays as it is. Text that may go on is given once:
    /// <see cref="Took"/> says how much of it was used.
    /// </summary>
    public bool Next(AddedTokens tokens, NormalizedText text, out TextPiece piece)
    {
        if (_pending is { } token)
        {
            (piece, _pending) = (token, null);
            return true;
        }

        ReadOnlySpan<char> chars = text.Chars;
        for (; _at < _certain; _at++)
        {
            if (_found[_at - _base] >= 0 && Match(tokens[_found[_at - _base]], chars, out piece))
            {
                return true;
            }
        }

        piece = default;
        if (_restGiven)
        {
            return false;
        }

        _restGiven = true;
        int end = _certain;
        while (!_last && tokens.AnyLeftStrip && end > _from && char.IsWhiteSpace(chars[end - 1]))
        {
            end--; // A token that follows may take it.
        }

        piece = new TextPiece(null, _from, Math.Max(_from, end), _fresh, _last);
        return _from < end || (_last && !_fresh);
    }

    /// <summary>Says up to where text between tokens was used.</summary>
    public void Took(int end)
    {
        _fresh &= end == _from;
        _from = end;
    }

    /// <summary>Lets go of the characters that are done with.</summary>
    public void Drop(NormalizedText text)
    {
        int done = Math.Min(_from, _at);
        if (done > 0)
        {
            _afterWord = EndsWithWord(text.Chars[..done]);
            text.Drop(done);
            (_from, _at, _certain, _eatenFrom, _eatenTo) = (_from - done, _at - done, _certain - done, _eatenFrom - done, _eatenTo - done);
        }
    }

    /// <summary>Takes the match at <see cref="_at"/>, unless it must be a word and isn't: then it is passed over.</summary>
    private bool Match(AddedToken token, ReadOnlySpan<char> chars, out TextPiece piece)
    {
        int start = _at, stop = _at + token.Content.Length, begin = start;
        piece = default;
        if (token.SingleWord && (start > 0 ? EndsWithWord(chars[..start]) : _afterWord) | BeginsWithWord(chars[stop..]))
        {
            _at = stop - 1;
            return false;
        }

        while (token.LeftStrip && begin > _from && char.IsWhiteSpace(chars[begin - 1]))
        {
            begin--;
        }

        piece = new TextPiece(token, start, stop, First: true, Last: true);
        if (_from < begin || !_fresh)
        {
            _pending = piece;
            piece = new TextPiece(null, _from, Math.Max(_from, begin), _fresh, Last: true);
        }

        (_at, _from, _fresh, _eating) = (stop, stop, true, false);
        if (token.RightStrip)
        {
            // Tokens may begin in white space that one before took along; it is measured once.
            _from = stop >= _eatenFrom && stop <= _eatenTo ? _eatenTo : AfterBlanks(chars, stop);
            (_eatenFrom, _eatenTo, _eating) = (stop, _from, _from == chars.Length);
        }

        return true;
    }

    private static int AfterBlanks(ReadOnlySpan<char> chars, int at)
    {
        while (at < chars.Length && char.IsWhiteSpace(chars[at]))
        {
            at++;
        }

        return at;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> chars)
    {
        _ = Rune.DecodeLastFromUtf16(chars, out Rune rune, out _);
        return Characters.IsWord(rune);
    }

    private static bool BeginsWithWord(ReadOnlySpan<char> chars)
    {
        _ = Rune.DecodeFromUtf16(chars, out Rune rune, out _);
        return Characters.IsWord(rune);
    }
}
