using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>A text as it is read, chunk by chunk: a prompt and what the user wrote.</summary>
internal readonly ref struct InputText
{
    private readonly ReadOnlySpan<char> _prompt;
    private readonly ReadOnlySpan<char> _text;

    /// <param name="text">The text.</param>
    public InputText(ReadOnlySpan<char> text) => _text = text;

    private InputText(ReadOnlySpan<char> prompt, ReadOnlySpan<char> text, bool lowers, int textStart)
    {
        _prompt = prompt;
        _text = text;
        IsLowered = lowers;
        TextStart = textStart;
    }

    /// <summary>Characters (UTF-16 units).</summary>
    public int Length => checked(_prompt.Length + _text.Length);

    /// <summary>Characters of the prompt, which stand before the text's.</summary>
    public int PromptLength => _prompt.Length;

    /// <summary>Where in it the text begins as the user wrote it; less than 0 where white space before it isn't read.</summary>
    public int TextStart { get; }

    /// <summary>Whether it is put into lower case as it is read.</summary>
    public bool IsLowered { get; }

    /// <summary>A text to be embedded: a prompt and a text as one, without the white space at its ends.</summary>
    public static InputText Sentence(ReadOnlySpan<char> prompt, ReadOnlySpan<char> text, bool lowers)
    {
        prompt = Text.Sentence.TrimStart(prompt);
        int length = text.Length;
        text = prompt.IsEmpty ? Text.Sentence.TrimStart(text) : text;
        int start = prompt.Length - (length - text.Length);
        text = Text.Sentence.TrimEnd(text);
        return new InputText(text.IsEmpty ? Text.Sentence.TrimEnd(prompt) : prompt, text, lowers, start);
    }

    /// <summary>Appends about <paramref name="count"/> characters from <paramref name="begin"/> on; no surrogate pair is torn apart.</summary>
    /// <returns>How many.</returns>
    public int Read(int begin, int count, NormalizedText to)
    {
        bool isPrompt = begin < _prompt.Length;
        ReadOnlySpan<char> rest = isPrompt ? _prompt[begin..] : _text[(begin - _prompt.Length)..];
        count = Math.Min(Math.Max(count, 2), rest.Length);
        if (count < rest.Length && char.IsHighSurrogate(rest[count - 1]))
        {
            count--;
        }

        to.AppendOriginal(rest[..count], begin);
        return count;
    }
}
