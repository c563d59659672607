namespace GeneratedEncoder.Text;

/// <summary>Tokens, and which characters of the text each stands for: the first ones of a text, or the last ones, and how many there were.</summary>
internal sealed class TokenList
{
    private int[] _ids = [];
    private int[] _starts = [];
    private int[] _ends = [];
    private int _most = int.MaxValue;
    private bool _keepsLast;
    private int _stored;

    /// <summary>Tokens found, kept or not.</summary>
    public long Total { get; private set; }

    /// <summary>Tokens kept.</summary>
    public int Count => Math.Min(_stored, _most);

    /// <summary>Their ids.</summary>
    public ReadOnlySpan<int> Ids => Kept(_ids);

    /// <summary>Where in the text each begins.</summary>
    public ReadOnlySpan<int> Starts => Kept(_starts);

    /// <summary>Where in the text each ends.</summary>
    public ReadOnlySpan<int> Ends => Kept(_ends);

    /// <summary>Forgets all tokens.</summary>
    /// <param name="most">How many of the next ones to keep.</param>
    /// <param name="keepsLast">Whether to keep the last ones, not the first.</param>
    public void Clear(int most = int.MaxValue, bool keepsLast = false) => (_most, _keepsLast, _stored, Total) = (Math.Max(most, 0), keepsLast, 0, 0);

    public void Add(int id, int start, int end)
    {
        Total++;
        if (_stored >= _most && (!_keepsLast || _most == 0))
        {
            return;
        }

        if (_keepsLast && _stored == 2L * _most)
        {
            // The last ones stand at the end of twice as much memory as they need: moving them costs each token one copy.
            foreach (int[] list in (ReadOnlySpan<int[]>)[_ids, _starts, _ends])
            {
                list.AsSpan(_most, _most).CopyTo(list);
            }

            _stored = _most;
        }

        if (_stored == _ids.Length)
        {
            int size = (int)Math.Min(Math.Max(2L * _stored, 256), Array.MaxLength);
            Array.Resize(ref _ids, size);
            Array.Resize(ref _starts, size);
            Array.Resize(ref _ends, size);
        }

        (_ids[_stored], _starts[_stored], _ends[_stored]) = (id, start, end);
        _stored++;
    }

    /// <summary>Gives memory back that many tokens needed, but for that of as many as it was told to keep.</summary>
    public void Trim()
    {
        long most = _most == int.MaxValue ? 0 : (_keepsLast ? 4L : 2L) * _most;
        if (_ids.Length > Math.Max(most, TokenizerScratch.MostKept))
        {
            (_ids, _starts, _ends) = ([], [], []);
            Clear();
        }
    }

    private ReadOnlySpan<int> Kept(int[] list) => list.AsSpan(_keepsLast ? _stored - Count : 0, Count);
}
