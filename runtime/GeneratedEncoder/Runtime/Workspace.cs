using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>What one call works with, rented from an <see cref="EncoderMemory"/>: scratch memory, and the texts of a pack. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Workspace
{
    private readonly int[] _pack;
    private int _packed;

    internal Workspace(long bytes, int packTokens)
    {
        Memory = new AlignedMemory(bytes);
        _pack = new int[packTokens];
    }

    /// <summary>The first float of the scratch memory, at the start of a cache line.</summary>
    public ref float Start => ref Memory.Start;

    /// <summary>The call as work for a team, kept for the workspace's next call.</summary>
    public TeamWork? Work { get; set; }

    /// <summary>The lengths that <see cref="TakePack"/> took last.</summary>
    public ReadOnlySpan<int> Pack => _pack.AsSpan(0, _packed);

    internal AlignedMemory Memory { get; }

    /// <summary>Another one that nobody uses, of those that its memory's owner has.</summary>
    internal Workspace? Next { get; set; }

    /// <summary>Copies the lengths of as many texts as go through the layers together: at least one.</summary>
    /// <param name="lengths">The lengths of the texts still to do.</param>
    /// <param name="maxTokens">The longest text.</param>
    /// <param name="packTokens">The most tokens of a pack of several texts; a longer text goes alone.</param>
    /// <param name="tokens">Their tokens.</param>
    /// <exception cref="ArgumentException">A length is out of range.</exception>
    public ReadOnlySpan<int> TakePack(ReadOnlySpan<int> lengths, int maxTokens, int packTokens, out int tokens)
    {
        tokens = 0;
        _packed = 0;
        foreach (int length in lengths)
        {
            CallGuard.Length(length, maxTokens, nameof(lengths));
            if (_packed > 0 && tokens + length > packTokens)
            {
                break;
            }

            _pack[_packed++] = length;
            tokens += length;
        }

        return Pack;
    }
}
