using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>A set of code points: ranges in their order, none touching the next.</summary>
internal sealed class CodePoints
{
    private const int Last = 0x10FFFF;

    // First and last of each range, one after the other.
    private readonly int[] _bounds;
    private readonly bool[] _ascii = new bool[128];

    private CodePoints(int[] bounds)
    {
        _bounds = bounds;
        for (int c = 0; c < _ascii.Length; c++)
        {
            _ascii[c] = Search(c);
        }
    }

    /// <param name="ranges">First and last of each, in any order.</param>
    public static CodePoints Of(IEnumerable<(int First, int Last)> ranges)
    {
        List<int> bounds = [];
        foreach ((int first, int last) in ranges.OrderBy(range => range.First))
        {
            if (bounds.Count > 0 && first <= bounds[^1] + 1)
            {
                bounds[^1] = Math.Max(bounds[^1], last);
            }
            else
            {
                bounds.AddRange([first, last]);
            }
        }

        return new CodePoints([.. bounds]);
    }

    public static CodePoints Of(int codePoint) => Of([(codePoint, codePoint)]);

    /// <summary>The ranges.</summary>
    public IEnumerable<(int First, int Last)> Ranges => Enumerable.Range(0, _bounds.Length / 2).Select(i => (_bounds[2 * i], _bounds[2 * i + 1]));

    /// <summary>All other code points.</summary>
    public CodePoints Others()
    {
        List<(int, int)> others = [];
        int next = 0;
        foreach ((int first, int last) in Ranges)
        {
            if (first > next)
            {
                others.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= Last)
        {
            others.Add((next, Last));
        }

        return Of(others);
    }

    public bool Contains(Rune rune) => rune.Value < _ascii.Length ? _ascii[rune.Value] : Search(rune.Value);

    private bool Search(int codePoint)
    {
        int index = Array.BinarySearch(_bounds, codePoint);
        return index >= 0 || (~index & 1) == 1;
    }
}
