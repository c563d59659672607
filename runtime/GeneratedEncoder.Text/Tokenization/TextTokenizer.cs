using System.Collections.Concurrent;

namespace GeneratedEncoder.Text;

/// <summary>
/// A model's tokenizer: normalization, words, pieces and special tokens as its model folder says. Safe to use from any number of
/// threads at once.
/// </summary>
/// <remarks>
/// The vocabulary's pieces are found by Microsoft.ML.Tokenizers, once a word: words seen before cost a look-up. What a tokenizer.json
/// says of a longest text and of padding is passed over; the encoder's longest text counts, and nothing is padded.
/// </remarks>
public sealed partial class TextTokenizer
{
    private readonly TokenModel _model;
    private readonly Normalizer[] _normalizers;
    private readonly AddedTokens _rawTokens;
    private readonly AddedTokens _normalizedTokens;
    private readonly IReadOnlyList<string> _vocabulary;
    private readonly TokenDecoder _decoder;
    private readonly ConcurrentBag<TokenizerScratch> _scratch = [];

    internal TextTokenizer(TokenizerParts parts)
    {
        (_model, _normalizers, _vocabulary, Template) = (parts.Model, [.. parts.Normalizers], parts.Vocabulary, parts.Template);
        _rawTokens = new AddedTokens(parts.RawTokens);
        _normalizedTokens = new AddedTokens(parts.NormalizedTokens);
        MaskTokenId = parts.MaskTokenId;
        (CutsLeft, LowersSentences) = (parts.CutsLeft, parts.LowersSentences);
        (_decoder, _ids, SpecialTokenIds) = (parts.Decoder, new Lazy<Dictionary<string, int>>(Ids), parts.SpecialTokenIds);
    }

    /// <summary>Tokens of the vocabulary, added ones among them.</summary>
    public int VocabularySize => _vocabulary.Count;

    /// <summary>The id of the token that stands for a word to be guessed; null where the model has none.</summary>
    public int? MaskTokenId { get; }

    /// <summary>
    /// Ids of the tokens that stand for no part of a text, such as [CLS]: those that the tokenizer's files call special.
    /// </summary>
    public IReadOnlySet<int> SpecialTokenIds { get; }

    /// <summary>Whether a text that is too long loses its first tokens, not its last.</summary>
    internal bool CutsLeft { get; }

    /// <summary>Whether texts to be embedded are put into lower case before this tokenizer sees them.</summary>
    internal bool LowersSentences { get; }

    /// <summary>Where special tokens stand.</summary>
    internal TokenTemplate Template { get; }

    /// <summary>
    /// Reads a model folder's tokenizer: tokenizer.json, or else vocab.txt (BERT), or vocab.json and merges.txt (RoBERTa), with
    /// tokenizer_config.json where there is one.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">It has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    /// <exception cref="NotSupportedException">The tokenizer does something that this library can't.</exception>
    public static TextTokenizer Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new TextTokenizer(TokenizerFolder.Read(folder));
    }

    /// <summary>A token as the vocabulary spells it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public string Token(int id) => id >= 0 && id < _vocabulary.Count
        ? _vocabulary[id]
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"Token id {id} is outside the vocabulary of {_vocabulary.Count}.");

    /// <summary>The token ids of a text, special tokens included, however many they are.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TokenizerScratch scratch = Rent();
        Tokenize(text, scratch);
        int[] ids = new int[scratch.Tokens.Count + Template.SpecialTokens(pair: false)];
        int at = 0;
        foreach (Slot slot in Template.Slots(pair: false))
        {
            ReadOnlySpan<int> part = slot.Kind == SlotKind.Special ? [slot.Id] : scratch.Tokens.Ids;
            part.CopyTo(ids.AsSpan(at));
            at += part.Length;
        }

        Return(scratch);
        return ids;
    }

    internal TokenizerScratch Rent() => _scratch.TryTake(out TokenizerScratch? scratch) ? scratch : new TokenizerScratch();

    internal void Return(TokenizerScratch scratch) => _scratch.Add(scratch);

    /// <summary>Finds a text's tokens, without special ones but for those that it spells out.</summary>
    internal void Tokenize(ReadOnlySpan<char> text, TokenizerScratch scratch)
    {
        scratch.Tokens.Clear();
        int at = 0;
        while (at < text.Length)
        {
            AddedToken? token = _rawTokens.Find(text, at, out int begin, out int content, out int end);
            Part(text[at..begin], at, scratch);
            if (token is not null)
            {
                scratch.Tokens.Add(token.Id, content, content + token.Content.Length);
            }

            at = end;
        }
    }

    /// <summary>Finds the tokens of what stands between added tokens.</summary>
    private void Part(ReadOnlySpan<char> part, int offset, TokenizerScratch scratch)
    {
        if (part.IsEmpty)
        {
            return;
        }

        scratch.Text.Set(part, offset);
        foreach (Normalizer step in _normalizers)
        {
            scratch.Apply(step);
        }

        NormalizedText text = scratch.Text;
        int at = 0;
        while (at < text.Length)
        {
            AddedToken? token = _normalizedTokens.Find(text.Chars, at, out int begin, out int content, out int end);
            if (begin > at)
            {
                _model.Encode(text, at, begin, scratch);
            }

            if (token is not null)
            {
                scratch.Tokens.Add(token.Id, text.Start(content), text.End(content + token.Content.Length - 1));
            }

            at = end;
        }
    }
}

/// <summary>What a tokenizer is put together of.</summary>
internal sealed record TokenizerParts
{
    /// <summary>The tokens in the order of their ids.</summary>
    public required IReadOnlyList<string> Vocabulary { get; init; }

    public required TokenModel Model { get; init; }

    public required IReadOnlyList<Normalizer> Normalizers { get; init; }

    public required TokenTemplate Template { get; init; }

    /// <summary>Tokens to be found in what the user wrote.</summary>
    public IReadOnlyList<AddedToken> RawTokens { get; init; } = [];

    /// <summary>Tokens to be found after normalization.</summary>
    public IReadOnlyList<AddedToken> NormalizedTokens { get; init; } = [];

    public int? MaskTokenId { get; init; }

    /// <summary>How tokens become text again.</summary>
    public TokenDecoder Decoder { get; init; } = TokenDecoder.Blanks;

    /// <summary>Ids of tokens that stand for no part of a text.</summary>
    public IReadOnlySet<int> SpecialTokenIds { get; init; } = new HashSet<int>();

    /// <summary>Whether a text that is too long loses its first tokens.</summary>
    public bool CutsLeft { get; init; }

    /// <summary>Whether texts to be embedded are put into lower case first.</summary>
    public bool LowersSentences { get; init; }

    /// <summary>Refuses ids that are no token's, and templates that have not one place for each text.</summary>
    public void Check()
    {
        if (!Template.HasPlaces)
        {
            throw new InvalidDataException("The post-processor's template has not exactly one place for each text.");
        }

        foreach (int id in RawTokens.Concat(NormalizedTokens).Select(token => token.Id).Concat(Template.SpecialIds))
        {
            if (id < 0 || id >= Vocabulary.Count)
            {
                throw new InvalidDataException($"A special token has id {id}, but the tokenizer has {Vocabulary.Count} tokens.");
            }
        }
    }
}
