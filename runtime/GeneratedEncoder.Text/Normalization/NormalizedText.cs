using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>A text on its way to the tokenizer's model: each character knows which of the original's it came from.</summary>
internal sealed class NormalizedText
{
    private char[] _chars = new char[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];

    /// <summary>Characters (UTF-16 units).</summary>
    public int Length { get; private set; }

    /// <summary>The text as it now is.</summary>
    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    /// <summary>Where in the original the character at <paramref name="index"/> begins.</summary>
    public int Start(int index) => _starts[index];

    /// <summary>Where in the original the character at <paramref name="index"/> ends.</summary>
    public int End(int index) => _ends[index];

    public void Clear() => Length = 0;

    /// <summary>Takes a part of the original as it is.</summary>
    /// <param name="text">The part.</param>
    /// <param name="offset">Where it stands in the original.</param>
    public void Set(ReadOnlySpan<char> text, int offset)
    {
        Length = 0;
        Reserve(text.Length);
        text.CopyTo(_chars);
        int at = 0;
        while (at < text.Length)
        {
            // Both halves of a surrogate pair stand for the whole character.
            _ = Rune.DecodeFromUtf16(text[at..], out _, out int width);
            for (int i = 0; i < width; i++)
            {
                _starts[at + i] = offset + at;
                _ends[at + i] = offset + at + width;
            }

            at += width;
        }

        Length = text.Length;
    }

    public void Append(char c, int start, int end)
    {
        Reserve(1);
        _chars[Length] = c;
        _starts[Length] = start;
        _ends[Length] = end;
        Length++;
    }

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
        foreach (char c in chars)
        {
            Append(c, start, end);
        }
    }

    /// <summary>Appends a part of another text as it is.</summary>
    public void Append(NormalizedText text, int begin, int end)
    {
        for (int i = begin; i < end; i++)
        {
            Append(text.Chars[i], text.Start(i), text.End(i));
        }
    }

    private void Reserve(int more)
    {
        if (Length + more > _chars.Length)
        {
            int size = Math.Max(Length + more, 2 * _chars.Length);
            Array.Resize(ref _chars, size);
            Array.Resize(ref _starts, size);
            Array.Resize(ref _ends, size);
        }
    }
}
