namespace GeneratedEncoder.Text;

/// <summary>
/// The ways of putting a word together of pieces: for each place the most probable one of those that end there (Viterbi's algorithm).
/// </summary>
internal sealed class PieceLattice
{
    private const int Unreached = -1;

    private double[] _scores = [];
    private int[] _ids = [];
    private int[] _starts = [];
    private int _length;

    /// <summary>Gives memory back that a long word needed.</summary>
    public void Trim()
    {
        if (_scores.Length > TokenizerScratch.MostKept)
        {
            (_scores, _ids, _starts) = ([], [], []);
        }
    }

    /// <summary>Begins with a word.</summary>
    public void Begin(int length)
    {
        _length = length;
        if (_scores.Length <= length)
        {
            int size = Math.Max(length + 1, 256);
            (_scores, _ids, _starts) = (new double[size], new int[size], new int[size]);
        }

        _starts.AsSpan(0, length + 1).Fill(Unreached);
        _scores[0] = 0;
    }

    /// <summary>The score of the best way to a place.</summary>
    public double Score(int at) => _scores[at];

    /// <summary>Goes on with a piece; of two ways with the same score the first one stays.</summary>
    public void Add(int id, int start, int end, double score)
    {
        if (_starts[end] == Unreached || score > _scores[end])
        {
            (_scores[end], _ids[end], _starts[end]) = (score, id, start);
        }
    }

    /// <summary>Turns the best way to the end round, so that it can be walked from the beginning.</summary>
    public void Turn()
    {
        // Where a piece begins it is noted where it ends, and which it is.
        int end = _length, id = _ids[end], start = _starts[end];
        while (end > 0)
        {
            (int nextId, int nextStart) = (_ids[start], _starts[start]);
            (_ids[start], _starts[start]) = (id, end);
            (end, id, start) = (start, nextId, nextStart);
        }
    }

    /// <summary>The piece of the best way that begins at a place, once it was turned round.</summary>
    public (int Id, int End) Piece(int start) => (_ids[start], _starts[start]);
}
