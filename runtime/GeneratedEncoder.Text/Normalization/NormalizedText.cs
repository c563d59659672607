using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// A buffer of a text on its way to the tokenizer's model: each character knows which of the original's it came from. Steps append at
/// the end, and the next step drops at the front what it has read.
/// </summary>
internal sealed class NormalizedText
{
    private char[] _chars = [];
    private int[] _starts = [];
    private int[] _ends = [];
    private long _dropped;
    private long _most = long.MaxValue;

    /// <summary>Characters that can be appended before <see cref="Grow"/> must be asked.</summary>
    private int _room;

    /// <summary>Characters (UTF-16 units).</summary>
    public int Length { get; private set; }

    /// <summary>Characters appended since the text began, those among them that were dropped.</summary>
    public long Total => _dropped + Length;

    /// <summary>What the step that reads this text remembers from chunk to chunk; 0 at the beginning.</summary>
    public int Note { get; set; }

    /// <summary>The text as it now is.</summary>
    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    /// <summary>Where in the original the character at <paramref name="index"/> begins.</summary>
    public int Start(int index) => _starts[index];

    /// <summary>Where in the original the character at <paramref name="index"/> ends.</summary>
    public int End(int index) => _ends[index];

    /// <summary>Begins with another text, of any length.</summary>
    public void Clear()
    {
        (Length, _dropped, Note, _most) = (0, 0, 0, long.MaxValue);
        _room = _chars.Length;
    }

    /// <summary>Limits <see cref="Total"/>.</summary>
    public void Limit(long most)
    {
        _most = most;
        _room = (int)Math.Min(_chars.Length, most - _dropped);
    }

    /// <summary>Drops characters at the front.</summary>
    public void Drop(int count)
    {
        if (count == 0)
        {
            return;
        }

        int left = Length - count;
        Array.Copy(_chars, count, _chars, 0, left);
        Array.Copy(_starts, count, _starts, 0, left);
        Array.Copy(_ends, count, _ends, 0, left);
        (Length, _dropped) = (left, _dropped + count);
        _room = (int)Math.Min(_chars.Length, _most - _dropped);
    }

    /// <summary>Gives memory back that a long text needed.</summary>
    public void Trim()
    {
        if (_chars.Length > TokenizerScratch.MostKept)
        {
            (_chars, _starts, _ends) = ([], [], []);
            Clear();
        }
    }

    /// <summary>Appends a part of the original, with U+FFFD in place of halves of surrogate pairs.</summary>
    /// <param name="text">The part.</param>
    /// <param name="offset">Where it stands in the original.</param>
    public void AppendOriginal(ReadOnlySpan<char> text, int offset)
    {
        Reserve(text.Length);
        for (int at = 0, width; at < text.Length; at += width)
        {
            width = 1;
            if (char.IsSurrogate(text[at]))
            {
                _ = Rune.DecodeFromUtf16(text[at..], out Rune rune, out width);
                Append(rune, offset + at, offset + at + width);
            }
            else
            {
                (_chars[Length], _starts[Length], _ends[Length]) = (text[at], offset + at, offset + at + 1);
                Length++;
            }
        }
    }

    public void Append(char c, int start, int end)
    {
        if (Length >= _room)
        {
            Grow(1);
        }

        (_chars[Length], _starts[Length], _ends[Length]) = (c, start, end);
        Length++;
    }

    /// <summary>Appends a character; both halves of a surrogate pair stand for the whole.</summary>
    public void Append(Rune rune, int start, int end)
    {
        if (rune.IsBmp)
        {
            Append((char)rune.Value, start, end);
            return;
        }

        Span<char> pair = stackalloc char[2];
        rune.EncodeToUtf16(pair);
        Append(pair, start, end);
    }

    public void Append(ReadOnlySpan<char> chars, int start, int end)
    {
        Reserve(chars.Length);
        chars.CopyTo(_chars.AsSpan(Length));
        _starts.AsSpan(Length, chars.Length).Fill(start);
        _ends.AsSpan(Length, chars.Length).Fill(end);
        Length += chars.Length;
    }

    /// <summary>Appends a part of another text as it is.</summary>
    public void Append(NormalizedText text, int begin, int end)
    {
        Reserve(end - begin);
        text._chars.AsSpan(begin, end - begin).CopyTo(_chars.AsSpan(Length));
        text._starts.AsSpan(begin, end - begin).CopyTo(_starts.AsSpan(Length));
        text._ends.AsSpan(begin, end - begin).CopyTo(_ends.AsSpan(Length));
        Length += end - begin;
    }

    private void Reserve(int more)
    {
        if (more > _room - Length)
        {
            Grow(more);
        }
    }

    private void Grow(int more)
    {
        long needed = (long)Length + more;
        if (_dropped + needed > _most)
        {
            throw new InvalidDataException(
                $"The tokenizer's normalizers would make more than {_most} characters of a part of the text; at most {Normalizer.MostGrowth} for each of its characters, and {Normalizer.FreeGrowth} more, are allowed.");
        }

        int size = (int)Math.Min(Math.Max(needed, Math.Max(2L * _chars.Length, 256)), Math.Max(needed, Array.MaxLength));
        Array.Resize(ref _chars, size);
        Array.Resize(ref _starts, size);
        Array.Resize(ref _ends, size);
        _room = (int)Math.Min(size, _most - _dropped);
    }
}
