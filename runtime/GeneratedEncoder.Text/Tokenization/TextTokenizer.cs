using GeneratedEncoder.Runtime;
using System.Collections.Concurrent;

namespace GeneratedEncoder.Text;

/// <summary>
/// A model's tokenizer: normalization, words, pieces and special tokens as its model folder says. Safe to use from any number of
/// threads at once.
/// </summary>
/// <remarks>
/// A text is read in chunks, and no more of it than the encoder takes tokens; memory doesn't grow with its length. What a
/// tokenizer.json says of a longest text and of padding is passed over; the encoder's longest text counts, and nothing is padded.
/// </remarks>
public sealed partial class TextTokenizer
{
    private static readonly SentenceLowerCase s_lowerCase = new();

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
        (MaskTokenId, PadTokenId, UnknownTokenId, ClsTokenId, SepTokenId) =
            (parts.MaskTokenId, parts.PadTokenId, parts.UnknownTokenId, parts.ClsTokenId, parts.SepTokenId);
        (CutsLeft, LowersSentences) = (parts.CutsLeft, parts.LowersSentences);
        (_decoder, _ids, SpecialTokenIds) = (parts.Decoder, new Lazy<Dictionary<string, int>>(Ids), parts.SpecialTokenIds);
    }

    /// <summary>Tokens of the vocabulary, added ones among them.</summary>
    public int VocabularySize => _vocabulary.Count;

    /// <summary>The id of the token that stands for a word to be guessed; null where the model has none.</summary>
    public int? MaskTokenId { get; }

    /// <summary>The id of the token that fills texts up to a length; null where the model has none. Encoders here need none.</summary>
    public int? PadTokenId { get; }

    /// <summary>The id of the token that stands for what the vocabulary lacks; null where the model has none.</summary>
    public int? UnknownTokenId { get; }

    /// <summary>The id of the token that stands for a text as a whole, before it: [CLS]; null where the model has none.</summary>
    public int? ClsTokenId { get; }

    /// <summary>The id of the token that ends a text: [SEP]; null where the model has none.</summary>
    public int? SepTokenId { get; }

    /// <summary>
    /// Ids of the tokens that stand for no part of a text, such as [CLS]: those that the tokenizer's files call special.
    /// </summary>
    public IReadOnlySet<int> SpecialTokenIds { get; }

    /// <summary>
    /// The largest id, but for special tokens behind all others: Gemma's tokenizer has one for images, which a model of texts alone has
    /// no vector for. An encoder refuses texts that spell it out.
    /// </summary>
    internal int LargestId
    {
        get
        {
            int id = VocabularySize - 1;
            while (SpecialTokenIds.Contains(id))
            {
                id--;
            }

            return id;
        }
    }

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

    /// <summary>Reads the tokenizer of a model folder's files in memory, likewise.</summary>
    /// <param name="files">Each file's bytes by its path in the folder: "tokenizer.json". They are of no use afterwards.</param>
    /// <exception cref="FileNotFoundException">There is no tokenizer among them.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    /// <exception cref="NotSupportedException">The tokenizer does something that this library can't.</exception>
    public static TextTokenizer Load(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files) => new(TokenizerFolder.Read(ModelSource.InMemory(files)));

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

    internal void Return(TokenizerScratch scratch)
    {
        scratch.Trim();
        _scratch.Add(scratch);
    }

    /// <summary>Finds a text's tokens, without special ones but for those that it spells out.</summary>
    internal void Tokenize(ReadOnlySpan<char> text, TokenizerScratch scratch)
    {
        Begin(scratch);
        Tokenize(new InputText(text), scratch);
    }

    /// <summary>Begins with a text, of which <see cref="Tokenize(InputText, TokenizerScratch, long, CancellationToken)"/> then finds tokens.</summary>
    /// <param name="scratch">Memory of this call.</param>
    /// <param name="most">How many tokens to keep; the others are only counted.</param>
    /// <param name="keepsLast">Whether to keep the last ones, not the first.</param>
    internal void Begin(TokenizerScratch scratch, int most = int.MaxValue, bool keepsLast = false) => scratch.Begin(_normalizers.Length, most, keepsLast);

    /// <summary>Finds tokens until there are more than <paramref name="enough"/>, or the text ends. May be called again to go on.</summary>
    /// <param name="text">The text, the same each time.</param>
    /// <param name="scratch">Memory of this call, which knows how far it is.</param>
    /// <param name="enough">How many tokens are wanted at least, if the text has more.</param>
    /// <param name="cancellationToken">Is listened to between chunks.</param>
    internal void Tokenize(InputText text, TokenizerScratch scratch, long enough = long.MaxValue, CancellationToken cancellationToken = default)
    {
        while (!scratch.Ended && scratch.Tokens.Total <= enough)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read(text, scratch);
        }
    }

    /// <summary>Reads a chunk, and finds the tokens that are certain with it.</summary>
    private void Read(InputText text, TokenizerScratch scratch)
    {
        NormalizedText raw = scratch.Raw, read = text.IsLowered ? scratch.Original : raw;
        if (scratch.Read < text.Length)
        {
            // As much again as waits for what follows, so that what is read twice is no more than what is read.
            scratch.Read += text.Read(scratch.Read, Math.Max(scratch.Chunk, scratch.Held), read);
        }

        bool last = scratch.Ended = scratch.Read == text.Length;
        if (text.IsLowered)
        {
            read.Drop(s_lowerCase.Apply(read, raw, last));
        }

        scratch.RawSearch.Look(_rawTokens, raw, last);
        while (scratch.RawSearch.Next(_rawTokens, raw, out TextPiece piece))
        {
            if (piece.Token is { } token)
            {
                scratch.Tokens.Add(token.Id, raw.Start(piece.Begin), raw.End(piece.End - 1));
                continue;
            }

            scratch.Steps[0].Append(raw, piece.Begin, piece.End);
            Normalize(piece.Last, scratch);
            if (!piece.Last)
            {
                scratch.RawSearch.Took(piece.End);
            }
        }

        scratch.RawSearch.Drop(raw);
    }

    /// <summary>Passes text through the steps, and finds the tokens that are certain with it.</summary>
    private void Normalize(bool last, TokenizerScratch scratch)
    {
        NormalizedText[] steps = scratch.Steps;
        for (int i = 0; i < _normalizers.Length; i++)
        {
            steps[i + 1].Limit(Normalizer.MostAfter(steps[0].Total));
            steps[i].Drop(_normalizers[i].Apply(steps[i], steps[i + 1], last));
        }

        NormalizedText text = steps[^1];
        TokenSearch search = scratch.StepsSearch;
        search.Look(_normalizedTokens, text, last);
        while (search.Next(_normalizedTokens, text, out TextPiece piece))
        {
            if (piece.Token is { } token)
            {
                scratch.Tokens.Add(token.Id, text.Start(piece.Begin), text.End(piece.End - 1));
                continue;
            }

            int end = _model.Encode(text, piece, scratch);
            if (!piece.Last)
            {
                search.Took(end);
            }
        }

        if (last)
        {
            scratch.BeginPart();
        }
        else
        {
            search.Drop(text);
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

    public int? PadTokenId { get; init; }

    public int? UnknownTokenId { get; init; }

    public int? ClsTokenId { get; init; }

    public int? SepTokenId { get; init; }

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
