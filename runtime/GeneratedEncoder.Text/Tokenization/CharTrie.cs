namespace GeneratedEncoder.Text;

/// <summary>
/// Texts by their beginnings, each a node: from a node and a character to the node of the longer beginning. One flat table, eight
/// bytes a slot; looking up allocates nothing.
/// </summary>
internal sealed class CharTrie
{
    /// <summary>The node of the empty text.</summary>
    public const int Root = 0;

    /// <summary>No node, or no value.</summary>
    public const int None = -1;

    private const int NodeBits = 24, CharBits = 16;
    private const int MostNodes = 1 << NodeBits;

    // Spreads neighbouring nodes and characters over the table: 2^64 divided by the golden ratio.
    private const ulong Spread = 0x9E3779B97F4A7C15;

    // A slot is a node, a character and the node that they lead to: 24, 16 and 24 bits. An empty one is 0, since nothing leads to the root.
    private ulong[] _slots = new ulong[64];
    private int[] _values = [None, None, None, None];
    private int _shift = 64 - 6;

    /// <summary>Nodes, the root among them.</summary>
    public int Nodes { get; private set; } = 1;

    /// <summary>The node after a character; <see cref="None"/> where no text goes on so.</summary>
    public int Next(int node, char c)
    {
        ulong key = Key(node, c);
        int mask = _slots.Length - 1;
        for (int slot = (int)(key * Spread >> _shift); ; slot = (slot + 1) & mask)
        {
            ulong found = _slots[slot];
            if (found == 0)
            {
                return None;
            }

            if ((found ^ key) < MostNodes)
            {
                return (int)(found & (MostNodes - 1));
            }
        }
    }

    /// <summary>The value of the text that ends at a node; <see cref="None"/> where none does.</summary>
    public int Value(int node) => _values[node];

    /// <summary>The node of a text; <see cref="None"/> where none begins so.</summary>
    public int Find(ReadOnlySpan<char> text)
    {
        int node = Root;
        for (int i = 0; i < text.Length && node != None; i++)
        {
            node = Next(node, text[i]);
        }

        return node;
    }

    /// <summary>Adds a text; of two that are the same the later one counts.</summary>
    /// <exception cref="NotSupportedException">There are too many.</exception>
    public void Add(ReadOnlySpan<char> text, int value)
    {
        int node = Root;
        foreach (char c in text)
        {
            int next = Next(node, c);
            node = next == None ? Grow(node, c) : next;
        }

        _values[node] = value;
    }

    private int Grow(int node, char c)
    {
        if (Nodes == MostNodes)
        {
            throw new NotSupportedException($"The tokenizer's vocabulary has more than {MostNodes} different beginnings of tokens.");
        }

        // At most 5 of 8 slots are taken, so that what isn't there is soon known not to be.
        if (8L * (Nodes + 1) > 5L * _slots.Length)
        {
            ulong[] slots = _slots;
            _slots = new ulong[2 * slots.Length];
            _shift--;
            foreach (ulong slot in slots)
            {
                if (slot != 0)
                {
                    Put(slot);
                }
            }
        }

        int added = Nodes++;
        Put(Key(node, c) | (uint)added);
        if (added == _values.Length)
        {
            Array.Resize(ref _values, 2 * added);
            _values.AsSpan(added).Fill(None);
        }

        return added;
    }

    private void Put(ulong entry)
    {
        int mask = _slots.Length - 1;
        int slot = (int)((entry & ~(ulong)(MostNodes - 1)) * Spread >> _shift);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        _slots[slot] = entry;
    }

    private static ulong Key(int node, char c) => ((ulong)(uint)node << CharBits | c) << NodeBits;
}
