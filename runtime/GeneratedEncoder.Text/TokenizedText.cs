using System.Collections;

namespace GeneratedEncoder.Text;

/// <summary>What a token of an encoder's input comes from.</summary>
public enum TokenSource
{
    /// <summary>The tokenizer put it there: [CLS], [SEP].</summary>
    Special,

    /// <summary>The prompt that stands before the text.</summary>
    Prompt,

    /// <summary>The text, or the first of two.</summary>
    Text,

    /// <summary>The second of two texts.</summary>
    Second,
}

/// <summary>A token of an encoder's input.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Token">The token as the vocabulary spells it.</param>
/// <param name="TypeId">Its type (segment).</param>
/// <param name="Source">What it comes from.</param>
/// <param name="Start">Where in its text it begins, in UTF-16 units; 0 where it comes from no text.</param>
/// <param name="Length">How many UTF-16 units of its text it stands for; 0 where it comes from no text.</param>
public readonly record struct TextToken(int Id, string Token, int TypeId, TokenSource Source, int Start, int Length);

/// <summary>The tokens that an encoder is given for a text, or for two, and where in the texts they stand.</summary>
/// <remarks>
/// Places point into the text as it was written, whatever normalization made of it. Several tokens may stand for the same characters
/// (the bytes of one character), and characters that normalization drops belong to none.
/// </remarks>
public sealed class TokenizedText : IReadOnlyList<TextToken>
{
    private readonly TextTokenizer _tokenizer;
    private readonly int[] _ids;
    private readonly int[] _types;
    private readonly (TokenSource Source, int Start, int Length)[] _places;

    internal TokenizedText(TextTokenizer tokenizer, int[] ids, int[] types, (TokenSource Source, int Start, int Length)[] places, int truncatedTokens)
    {
        (_tokenizer, _ids, _types, _places) = (tokenizer, ids, types, places);
        Usage = new TokenUsage(ids.Length, truncatedTokens);
    }

    /// <summary>How many tokens there are, special ones among them.</summary>
    public int Count => _ids.Length;

    /// <summary>The tokens' ids, [Count].</summary>
    public ReadOnlySpan<int> InputIds => _ids;

    /// <summary>The tokens' types (segments), [Count]; 0 for all of a model without types.</summary>
    public ReadOnlySpan<int> TokenTypeIds => _types;

    /// <summary>How many tokens there are, and how many were cut off.</summary>
    public TokenUsage Usage { get; }

    /// <summary>The token at a position of the input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public TextToken this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            (TokenSource source, int start, int length) = _places[index];
            return new TextToken(_ids[index], _tokenizer.Token(_ids[index]), _types[index], source, start, length);
        }
    }

    /// <summary>The tokens in their order.</summary>
    public IEnumerator<TextToken> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Puts a <see cref="TokenizedText"/> together.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="typed">Whether the model knows types.</param>
internal sealed class TokenizedTextBuilder(TextTokenizer tokenizer, bool typed)
{
    private readonly List<int> _ids = [], _types = [];
    private readonly List<(TokenSource, int, int)> _places = [];

    /// <summary>Adds what a template has: special tokens, and the texts' tokens that were kept.</summary>
    public void Add(
        ReadOnlySpan<Slot> slots, TokenList first, int firstAt, int firstCount, TokenList? second = null, int secondAt = 0, int secondCount = 0,
        InputText text = default)
    {
        foreach (Slot slot in slots)
        {
            switch (slot.Kind)
            {
                case SlotKind.Special:
                    Add(slot.Id, slot.Type, TokenSource.Special, 0, 0);
                    break;
                case SlotKind.First:
                    Add(first, firstAt, firstCount, TokenSource.Text, slot.Type, text);
                    break;
                case SlotKind.Second:
                    Add(second!, secondAt, secondCount, TokenSource.Second, slot.Type);
                    break;
            }
        }
    }

    /// <summary>Adds a text's tokens.</summary>
    public void Add(TokenList tokens, int at, int count, TokenSource source, int type, InputText text = default)
    {
        for (int i = at; i < at + count; i++)
        {
            if (tokens.Ends[i] <= text.PromptLength && text.PromptLength > 0)
            {
                Add(tokens.Ids[i], type, TokenSource.Prompt, 0, 0);
                continue;
            }

            int start = Math.Max(0, tokens.Starts[i] - text.TextStart);
            Add(tokens.Ids[i], type, source, start, tokens.Ends[i] - text.TextStart - start);
        }
    }

    public TokenizedText Build(int truncatedTokens) => new(tokenizer, [.. _ids], [.. _types], [.. _places], truncatedTokens);

    private void Add(int id, int type, TokenSource source, int start, int length)
    {
        _ids.Add(id);
        _types.Add(typed ? type : 0);
        _places.Add((source, start, length));
    }
}
