namespace GeneratedEncoder.Text;

/// <summary>Tokens, and which characters of the text each stands for.</summary>
internal sealed class TokenList
{
    private int[] _ids = new int[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];

    public int Count { get; private set; }

    /// <summary>Their ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Where in the text each begins.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    /// <summary>Where in the text each ends.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(int id, int start, int end)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, 2 * Count);
            Array.Resize(ref _starts, 2 * Count);
            Array.Resize(ref _ends, 2 * Count);
        }

        (_ids[Count], _starts[Count], _ends[Count]) = (id, start, end);
        Count++;
    }
}
