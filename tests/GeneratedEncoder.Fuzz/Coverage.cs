using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace GeneratedEncoder.Fuzz;

/// <summary>
/// Which branches an input took, where SharpFuzz has instrumented the libraries: their code then counts into a map that AFL's fuzzers
/// would share with it. Here the map stays in the process, which makes an execution some hundred times cheaper.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16;

    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    public Coverage() => Trace.SharedMem = _map;

    /// <summary>Places of the map that anything was counted in so far.</summary>
    public int Places { get; private set; }

    public void Clear()
    {
        new Span<byte>(_map, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether the last input took a branch that none before took, or took one many more times.</summary>
    public bool IsNew()
    {
        bool isNew = false;
        ReadOnlySpan<ulong> words = new(_map, Size / 8);
        for (int i = 0, next; (next = words[i..].IndexOfAnyExcept(0ul)) >= 0; i += next + 1)
        {
            for (int place = 8 * (i + next); place < 8 * (i + next + 1); place++)
            {
                byte bucket = Bucket(_map[place]);
                Places += _seen[place] == 0 && bucket != 0 ? 1 : 0;
                isNew |= (_seen[place] | bucket) != _seen[place];
                _seen[place] |= bucket;
            }
        }

        return isNew;
    }

    private static byte Bucket(byte count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        <= 7 => 8,
        <= 15 => 16,
        <= 31 => 32,
        <= 127 => 64,
        _ => 128,
    };
}
