namespace GeneratedEncoder.Text;

/// <summary>The neighbours that byte-pair encoding joins, and what they become.</summary>
internal sealed class PairMerges
{
    private readonly Dictionary<ulong, int> _ranks = [];
    private readonly List<int> _joined = [];

    /// <param name="vocabulary">Ids of the tokens.</param>
    /// <param name="merges">Pairs of tokens, the first to be joined first; of two that are the same the later one counts.</param>
    /// <exception cref="FormatException">A pair is one of tokens that are not in the vocabulary, or becomes one that isn't.</exception>
    public PairMerges(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<(string Left, string Right)> merges)
    {
        foreach ((string left, string right) in merges)
        {
            int Id(string token) => vocabulary.TryGetValue(token, out int id)
                ? id
                : throw new FormatException($"The merge '{left} {right}' needs the token '{token}', which is not in the vocabulary.");
            _ranks[Key(Id(left), Id(right))] = _joined.Count;
            _joined.Add(Id(left + right));
        }
    }

    /// <summary>Reads a pair as files write it, with a blank between.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (string Left, string Right) Parse(string merge)
    {
        int blank = merge.IndexOf(' ');
        string left = blank < 0 ? "" : merge[..blank], right = merge[(blank + 1)..];
        return left.Length == 0 || right.Length == 0 || right.Contains(' ')
            ? throw new FormatException($"The merge '{merge}' is not one of two tokens.")
            : (left, right);
    }

    /// <summary>When two neighbours are joined; false if never.</summary>
    public bool TryRank(int left, int right, out int rank) => _ranks.TryGetValue(Key(left, right), out rank);

    /// <summary>What the pair of this rank becomes.</summary>
    public int Joined(int rank) => _joined[rank];

    /// <summary>Two ids as a key of a table.</summary>
    /// <remarks>Both are spread over all bits, since a dictionary's own hash of a number is the same for (a, b) and (b, a).</remarks>
    public static ulong Key(int left, int right) => ((ulong)(uint)left << 32 | (uint)right) * 0x9E3779B97F4A7C15;
}
