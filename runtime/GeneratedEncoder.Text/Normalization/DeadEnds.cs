using System.Buffers;

namespace GeneratedEncoder.Text;

/// <summary>
/// Which steps of a pattern lead to no match from which places of a text. What one search found out behind its match spares the
/// next ones the way: without it, <c>a.*b|a</c> would read a line without b to its end from each a.
/// </summary>
/// <param name="steps">The pattern's steps.</param>
/// <param name="length">The text's characters.</param>
internal struct DeadEnds(int steps, int length) : IDisposable
{
    /// <summary>How far a search reads behind its match before it takes notes. Few patterns ever read as far.</summary>
    public const int FirstAfter = 64;

    // A bit for each step at each place; null until there is one.
    private ulong[]? _bits;

    /// <summary>Whether a step at a place is known to lead nowhere.</summary>
    public readonly bool Contains(int step, int at)
    {
        if (_bits is null)
        {
            return false;
        }

        long bit = (long)at * steps + step;
        return (_bits[bit >> 6] >> (int)(bit & 63) & 1) != 0;
    }

    /// <summary>Notes that steps lead nowhere from a place.</summary>
    public void Add(ReadOnlySpan<int> which, int at)
    {
        if (_bits is null)
        {
            int words = checked((int)(((length + 1L) * steps >> 6) + 1));
            _bits = ArrayPool<ulong>.Shared.Rent(words);
            _bits.AsSpan(0, words).Clear();
        }

        foreach (int step in which)
        {
            long bit = (long)at * steps + step;
            _bits[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    public void Dispose()
    {
        if (_bits is not null)
        {
            ArrayPool<ulong>.Shared.Return(_bits);
            _bits = null;
        }
    }
}
