using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>From places in what a tokenizer read, prompt and text trimmed and perhaps in lower case, to places in the text.</summary>
internal sealed class SentencePlaces
{
    /// <summary>Where the text as it was written begins in what was read; below 0 where white space was trimmed.</summary>
    private readonly int _textAt;
    private readonly bool _prompted;
    private readonly (int Start, int End)[]? _beforeLowering;

    /// <param name="prompt">What stands before the text.</param>
    /// <param name="text">The text as the user wrote it.</param>
    /// <param name="lowered">Whether the tokenizer read both in lower case.</param>
    public SentencePlaces(string prompt, string text, bool lowered)
    {
        ReadOnlySpan<char> joined = prompt + text, sentence = Sentence.Trim(joined);
        joined.Overlaps(sentence, out int trimmed);
        (_textAt, _prompted) = (prompt.Length - trimmed, prompt.Length > 0);
        _beforeLowering = lowered ? BeforeLowering(sentence) : null;
    }

    /// <summary>A token's place in the text; null where it belongs to the prompt.</summary>
    /// <param name="start">Where it begins in what was read.</param>
    /// <param name="end">Where it ends there.</param>
    public (int Start, int End)? InText(int start, int end)
    {
        if (_beforeLowering is not null)
        {
            // Of what a character became, each part stands for the whole.
            end = end > start ? _beforeLowering[end - 1].End : _beforeLowering[start].Start;
            start = _beforeLowering[start].Start;
        }

        return _prompted && end <= _textAt ? null : (Math.Max(0, start - _textAt), end - _textAt);
    }

    /// <summary>For each UTF-16 unit of a text in lower case, and its end, the character of the text before.</summary>
    private static (int Start, int End)[] BeforeLowering(ReadOnlySpan<char> sentence)
    {
        List<(int, int)> places = [];
        Span<char> lower = stackalloc char[2 * Sentence.LowerGrowth];
        for (int at = 0, width; at < sentence.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(sentence[at..], out _, out width);
            int length = Sentence.Lower(sentence.Slice(at, width), lower);
            for (int i = 0; i < length; i++)
            {
                places.Add((at, at + width));
            }
        }

        places.Add((sentence.Length, sentence.Length));
        return [.. places];
    }
}
