namespace GeneratedEncoder.Text;

/// <summary>
/// A model's pieces with their ids, and the tokens that are added to them, which are names of ids and no pieces: no word is split into
/// them. A token that the model has keeps its id; another one gets the next free id as the tokenizers library counts.
/// </summary>
internal sealed class AddedVocabulary
{
    // An id that no token has costs memory, too. The largest vocabularies of encoders have half as many.
    private const int MostIds = 1_000_000;

    private readonly IReadOnlyDictionary<string, int> _pieces;
    private readonly int _pieceCount;
    private readonly bool _normalizes;
    private readonly List<string> _order = [];
    private readonly Dictionary<string, AddedToken> _added = [];
    private int _lastId = -1;

    /// <param name="pieces">The model's pieces.</param>
    /// <param name="pieceCount">How many there are, which may be more than different ones.</param>
    /// <param name="normalizes">Whether texts are normalized at all.</param>
    public AddedVocabulary(IReadOnlyDictionary<string, int> pieces, int pieceCount, bool normalizes) =>
        (_pieces, _pieceCount, _normalizes) = (pieces, pieceCount, normalizes);

    /// <summary>The added tokens, those first that were added first.</summary>
    public IEnumerable<AddedToken> Tokens => _order.Select(content => _added[content]);

    /// <summary>An added token; null where none has that name.</summary>
    public AddedToken? Find(string content) => _added.GetValueOrDefault(content);

    /// <summary>Whether an added token or a piece has that name.</summary>
    public bool Knows(string content) => _added.ContainsKey(content) || _pieces.ContainsKey(content);

    /// <summary>Adds a token, or says of one that is there how it is found.</summary>
    /// <param name="token">The token; its id is what a file says, or -1.</param>
    /// <exception cref="InvalidDataException">It would get another id than a file says.</exception>
    /// <exception cref="NotSupportedException">It was to be found before normalization, and now after it, or the other way round.</exception>
    public void Add(AddedToken token)
    {
        if (token.Content.Length == 0)
        {
            return;
        }

        if (_added.TryGetValue(token.Content, out AddedToken? there) && there.Normalized != token.Normalized && _normalizes)
        {
            throw new NotSupportedException(
                $"The added token '{token.Content}' is normalized in one file or place and not in another: files that contradict each other are not supported.");
        }

        int id = there?.Id ?? (_pieces.TryGetValue(token.Content, out int piece) ? piece : NextId());
        if (token.Id >= 0 && token.Id != id)
        {
            throw new InvalidDataException(
                $"The added token '{token.Content}' has id {token.Id} in a file, but {(there is null && !_pieces.ContainsKey(token.Content) ? "the next one to be added has" : "it has")} id {id}.");
        }

        if (there is null)
        {
            _order.Add(token.Content);
            _lastId = Math.Max(_lastId, id);
        }

        _added[token.Content] = token with { Id = id };
    }

    /// <summary>The names of all ids from 0 on; the empty string where none has the id.</summary>
    public string[] Names()
    {
        string[] names = ByIds(_pieces);
        if (_lastId >= names.Length)
        {
            names = [.. names, .. Enumerable.Repeat("", _lastId + 1 - names.Length)];
        }

        foreach (AddedToken token in Tokens)
        {
            names[token.Id] = token.Content;
        }

        return names;
    }

    /// <summary>Pieces in the order of their ids; the empty string where none has the id.</summary>
    /// <exception cref="InvalidDataException">An id is no id, or two pieces'.</exception>
    public static string[] ByIds(IReadOnlyDictionary<string, int> ids)
    {
        int count = 0;
        foreach ((string piece, int id) in ids)
        {
            if (id is < 0 or >= MostIds)
            {
                throw new InvalidDataException($"The vocabulary's token '{piece}' has id {id}, but ids go from 0 to {MostIds - 1}.");
            }

            count = Math.Max(count, id + 1);
        }

        string[] pieces = new string[count];
        foreach ((string piece, int id) in ids)
        {
            pieces[id] = pieces[id] is { } other ? throw new InvalidDataException($"The vocabulary's tokens '{other}' and '{piece}' both have id {id}.") : piece;
        }

        for (int id = 0; id < count; id++)
        {
            pieces[id] ??= "";
        }

        return pieces;
    }

    /// <summary>As the tokenizers library counts: behind the pieces, or behind the last token added there.</summary>
    private int NextId() => _lastId >= _pieceCount || _pieceCount == 0 ? _lastId + 1 : _pieceCount;
}
