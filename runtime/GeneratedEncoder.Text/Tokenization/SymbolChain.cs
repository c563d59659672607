namespace GeneratedEncoder.Text;

/// <summary>
/// A word whose most important neighbours are joined until none are left. A chain of symbols, and a queue of neighbours: a word of n
/// characters takes n log n.
/// </summary>
internal sealed class SymbolChain
{
    private const int Gone = -1, None = -1;

    private readonly PriorityQueue<int, ulong> _queue = new();
    private int[] _ids = [];
    private int[] _ends = [];
    private int[] _before = [];
    private int[] _after = [];

    /// <summary>Symbols.</summary>
    public int Count { get; private set; }

    /// <summary>The symbols' ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Where in the word each ends.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Gives memory back that a long word needed.</summary>
    public void Trim()
    {
        if (_ids.Length > TokenizerScratch.MostKept)
        {
            (_ids, _ends, _before, _after) = ([], [], [], []);
            Count = 0;
            _queue.TrimExcess();
        }
    }

    /// <summary>Appends a symbol.</summary>
    public void Add(int id, int end)
    {
        if (Count == _ids.Length)
        {
            int size = Math.Max(2 * Count, 256);
            Array.Resize(ref _ids, size);
            Array.Resize(ref _ends, size);
            Array.Resize(ref _before, size);
            Array.Resize(ref _after, size);
        }

        (_ids[Count], _ends[Count]) = (id, end);
        Count++;
    }

    /// <summary>Makes the last symbol longer.</summary>
    public void Extend(int end) => _ends[Count - 1] = end;

    /// <summary>Joins neighbours, those of the lowest rank first, of the same rank the first in the word.</summary>
    public void Merge(PairMerges merges)
    {
        for (int i = 0; i < Count; i++)
        {
            (_before[i], _after[i]) = (i - 1, i + 1 < Count ? i + 1 : None);
            Enqueue(merges, i);
        }

        bool any = _queue.Count > 0;
        while (_queue.TryDequeue(out int at, out ulong priority))
        {
            // What was queued may have been joined with something else meanwhile.
            int joined = merges.Joined((int)(priority >> 32)), next = _after[at];
            if (_ids[at] == Gone || next == None || !merges.TryRank(_ids[at], _ids[next], out int rank) || merges.Joined(rank) != joined)
            {
                continue;
            }

            (_ids[at], _ends[at], _after[at]) = (joined, _ends[next], _after[next]);
            _ids[next] = Gone;
            if (_after[at] != None)
            {
                _before[_after[at]] = at;
            }

            if (_before[at] != None)
            {
                Enqueue(merges, _before[at]);
            }

            Enqueue(merges, at);
        }

        if (any)
        {
            Compact();
        }
    }

    private void Enqueue(PairMerges merges, int at)
    {
        if (_after[at] is not None and int next && merges.TryRank(_ids[at], _ids[next], out int rank))
        {
            _queue.Enqueue(at, (ulong)rank << 32 | (uint)at);
        }
    }

    private void Compact()
    {
        int left = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_ids[i] != Gone)
            {
                (_ids[left], _ends[left]) = (_ids[i], _ends[i]);
                left++;
            }
        }

        Count = left;
    }
}
