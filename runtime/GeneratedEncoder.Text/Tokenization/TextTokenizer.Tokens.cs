namespace GeneratedEncoder.Text;

// What a server asks of a tokenizer: counts, ids, places of tokens, and the way back to text.
public sealed partial class TextTokenizer
{
    private readonly Lazy<Dictionary<string, int>> _ids;

    /// <summary>Counts a text's tokens, however many they are, and allocates nothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">Whether those count that are put about a text ([CLS] and [SEP]).</param>
    public int CountTokens(ReadOnlySpan<char> text, bool addSpecialTokens = true)
    {
        TokenizerScratch scratch = Rent();
        try
        {
            Begin(scratch, most: 0);
            Tokenize(new InputText(text), scratch);
            return checked((int)(scratch.Tokens.Total + (addSpecialTokens ? Template.SpecialTokens(pair: false) : 0)));
        }
        finally
        {
            Return(scratch);
        }
    }

    /// <summary>The tokens of a text, with their ids, types and places, however many they are.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">Whether to put special tokens about it.</param>
    public TokenizedText Tokenize(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        TokenizerScratch scratch = Rent();
        try
        {
            Tokenize(text, scratch);
            TokenList tokens = scratch.Tokens;
            TokenizedTextBuilder builder = new(this, typed: true);
            if (addSpecialTokens)
            {
                builder.Add(Template.Slots(pair: false), tokens, 0, tokens.Count);
            }
            else
            {
                builder.Add(tokens, 0, tokens.Count, TokenSource.Text, type: 0);
            }

            return builder.Build(truncatedTokens: 0);
        }
        finally
        {
            Return(scratch);
        }
    }

    /// <summary>The tokens of two texts as one input, with special tokens, however many they are.</summary>
    /// <exception cref="NotSupportedException">The tokenizer doesn't say how two texts are put together.</exception>
    public TokenizedText TokenizePair(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (!Template.TakesPairs)
        {
            throw new NotSupportedException("The tokenizer doesn't say how two texts are put together.");
        }

        TokenizerScratch one = Rent(), two = Rent();
        try
        {
            Tokenize(first, one);
            Tokenize(second, two);
            TokenizedTextBuilder builder = new(this, typed: true);
            builder.Add(Template.Slots(pair: true), one.Tokens, 0, one.Tokens.Count, two.Tokens, 0, two.Tokens.Count);
            return builder.Build(truncatedTokens: 0);
        }
        finally
        {
            Return(one);
            Return(two);
        }
    }

    /// <summary>The text that token ids stand for, as the tokenizers library of Hugging Face has it.</summary>
    /// <remarks>
    /// It isn't always what was tokenized: what normalization did (lower case, accents, white space) stays done, and unknown words stay
    /// unknown. BERT's decoders drop blanks before punctuation; further cleaning, as transformers' <c>clean_up_tokenization_spaces</c>
    /// asks for, is not done.
    /// </remarks>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether to leave special tokens out.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    /// <exception cref="NotSupportedException">The tokenizer's decoder is not supported.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        List<string> tokens = new(ids.Length);
        foreach (int id in ids)
        {
            string token = Token(id);
            if (!skipSpecialTokens || !SpecialTokenIds.Contains(id))
            {
                tokens.Add(token);
            }
        }

        return _decoder.Decode(tokens);
    }

    /// <summary>A token's id.</summary>
    /// <param name="token">The token as the vocabulary spells it: "##ing", "Ġthe", "[MASK]".</param>
    /// <returns>Its id; null where the vocabulary lacks it.</returns>
    public int? TokenId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _ids.Value.TryGetValue(token, out int id) ? id : null;
    }

    private Dictionary<string, int> Ids()
    {
        Dictionary<string, int> ids = new(_vocabulary.Count, StringComparer.Ordinal);
        for (int id = 0; id < _vocabulary.Count; id++)
        {
            if (_vocabulary[id].Length > 0)
            {
                ids[_vocabulary[id]] = id;
            }
        }

        return ids;
    }
}
