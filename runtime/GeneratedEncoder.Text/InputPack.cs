namespace GeneratedEncoder.Text;

/// <summary>What an encoder is given: the tokens of texts, or of pairs of texts, end to end.</summary>
internal sealed class InputPack
{
    private int[] _ids = new int[1024];
    private int[] _types = new int[1024];
    private int[] _lengths = new int[64];
    private int[] _truncated = new int[64];
    private int[] _prompts = new int[64];
    private bool _hasTypes;

    /// <summary>Texts in it.</summary>
    public int Texts { get; private set; }

    /// <summary>Tokens of all of them.</summary>
    public int Tokens { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Tokens);

    /// <summary>The tokens' types; empty where all are 0.</summary>
    public ReadOnlySpan<int> Types => _hasTypes ? _types.AsSpan(0, Tokens) : [];

    /// <summary>Tokens of each text.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Texts);

    /// <summary>Tokens of each text's prompt, and of what stands before it; 0 where they don't matter.</summary>
    public ReadOnlySpan<int> Prompts => _prompts.AsSpan(0, Texts);

    /// <summary>How many tokens a text has in it, and how many were cut off.</summary>
    public TokenUsage Usage(int text) => new(_lengths[text], _truncated[text]);

    public void Clear() => (Texts, Tokens, _hasTypes) = (0, 0, false);

    /// <summary>Appends tokens of the text under way.</summary>
    public void Append(ReadOnlySpan<int> ids, int type)
    {
        if (Tokens + ids.Length > _ids.Length)
        {
            int size = Math.Max(Tokens + ids.Length, 2 * _ids.Length);
            Array.Resize(ref _ids, size);
            Array.Resize(ref _types, size);
        }

        ids.CopyTo(_ids.AsSpan(Tokens));
        _types.AsSpan(Tokens, ids.Length).Fill(type);
        _hasTypes |= type != 0;
        Tokens += ids.Length;
    }

    /// <summary>Ends the text under way.</summary>
    /// <param name="tokens">How many tokens it has.</param>
    /// <param name="truncated">How many were cut off.</param>
    /// <param name="prompt">How many of them are its prompt's.</param>
    public void EndText(int tokens, int truncated, int prompt = 0)
    {
        if (Texts == _lengths.Length)
        {
            Array.Resize(ref _lengths, 2 * Texts);
            Array.Resize(ref _truncated, 2 * Texts);
            Array.Resize(ref _prompts, 2 * Texts);
        }

        (_lengths[Texts], _truncated[Texts], _prompts[Texts]) = (tokens, truncated, Math.Min(prompt, tokens - 1));
        Texts++;
    }
}
