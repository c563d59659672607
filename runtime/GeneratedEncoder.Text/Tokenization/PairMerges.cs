namespace GeneratedEncoder.Text;

/// <summary>The neighbours that byte-pair encoding joins, and what they become.</summary>
internal sealed class PairMerges
{
    private readonly Dictionary<ulong, int> _ranks = [];
    private readonly List<int> _joined = [];

    /// <summary>Adds a pair, which is joined after those before it; of two that are the same the later one counts.</summary>
    public void Add(int left, int right, int joined)
    {
        _ranks[Key(left, right)] = _joined.Count;
        _joined.Add(joined);
    }

    /// <summary>When two neighbours are joined; false if never.</summary>
    public bool TryRank(int left, int right, out int rank) => _ranks.TryGetValue(Key(left, right), out rank);

    /// <summary>What the pair of this rank becomes.</summary>
    public int Joined(int rank) => _joined[rank];

    // Both ids spread over all bits, since the dictionary's own hash of a number is the same for (a, b) and (b, a).
    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32 | (uint)right) * 0x9E3779B97F4A7C15;
}
