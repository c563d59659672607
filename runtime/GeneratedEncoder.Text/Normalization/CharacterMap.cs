using System.Buffers.Binary;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// SentencePiece's compiled character map, which a tokenizer.json carries as "Precompiled": mostly Unicode's NFKC and white space.
/// </summary>
/// <remarks>
/// <para>The map is a double-array trie over UTF-8 bytes in units of 32 bits, whose leaves say where in a block of null-terminated
/// texts the replacement stands. </para>
/// <para>What a reader sees as one character is looked up as a whole if it has at most 5 bytes, and the shortest rule that it begins
/// with decides, as in the library that tokenizer.json is written for; otherwise each code point is looked up.</para>
/// </remarks>
internal sealed class CharacterMap : Normalizer
{
    private const int LongestCluster = 5;
    private const int LongestRune = 4;

    private readonly uint[] _trie;
    private readonly string[] _replacements;
    private readonly Dictionary<int, int> _replacementAt = [];

    /// <param name="file">The map: bytes of the trie, the trie, the replacements.</param>
    /// <exception cref="InvalidDataException">It is not such a map.</exception>
    public CharacterMap(ReadOnlySpan<byte> file)
    {
        int size = file.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(file) : -1;
        if (size < 4 || size % 4 != 0 || size > file.Length - 4)
        {
            throw new InvalidDataException($"tokenizer.json: the character map of {file.Length} bytes says that its trie has {size}.");
        }

        _trie = new uint[size / 4];
        for (int i = 0; i < _trie.Length; i++)
        {
            _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(file[(4 + 4 * i)..]);
        }

        List<string> replacements = [];
        ReadOnlySpan<byte> texts = file[(4 + size)..];
        for (int at = 0; at < texts.Length;)
        {
            int length = texts[at..].IndexOf((byte)0);
            length = length < 0 ? texts.Length - at : length;
            _replacementAt.Add(at, replacements.Count);
            replacements.Add(Encoding.UTF8.GetString(texts.Slice(at, length)));
            at += length + 1;
        }

        _replacements = [.. replacements];
    }

    public override int Apply(NormalizedText from, NormalizedText to, bool last)
    {
        ReadOnlySpan<char> chars = from.Chars;
        int at = 0;
        for (int width; at < chars.Length; at += width)
        {
            width = Characters.ClusterLength(chars[at..]);
            if (at + width == chars.Length && !last)
            {
                break; // An accent may follow.
            }

            if (Find(chars.Slice(at, width), LongestCluster) is { } replacement)
            {
                to.Append(replacement, from.Start(at), from.End(at + width - 1));
                continue;
            }

            for (int i = at, units; i < at + width; i += units)
            {
                _ = Rune.DecodeFromUtf16(chars[i..], out _, out units);
                if (Find(chars.Slice(i, units), LongestRune) is { } part)
                {
                    to.Append(part, from.Start(i), from.End(i + units - 1));
                }
                else
                {
                    to.Append(from, i, i + units);
                }
            }
        }

        return at;
    }

    /// <summary>What the shortest rule that a text begins with makes of it; null without one, or where it has too many bytes.</summary>
    private string? Find(ReadOnlySpan<char> text, int longest)
    {
        // Room for more bytes than a rule can have: for want of room the runtime would allocate.
        Span<byte> bytes = stackalloc byte[3 * LongestCluster];
        int length = text.Length > longest ? int.MaxValue : Encoding.UTF8.GetBytes(text, bytes);
        if (length > longest)
        {
            return null;
        }

        uint node = Offset(_trie[0]);
        foreach (byte unit in bytes[..length])
        {
            node ^= unit;
            if (node >= _trie.Length || (_trie[node] & 0x8000_00FF) != unit)
            {
                return null;
            }

            bool leaf = (_trie[node] >> 8 & 1) == 1;
            node ^= Offset(_trie[node]);
            if (leaf)
            {
                return node < _trie.Length && _replacementAt.TryGetValue((int)(_trie[node] & 0x7FFF_FFFF), out int replacement)
                    ? _replacements[replacement]
                    : null;
            }
        }

        return null;
    }

    /// <summary>How far, by exclusive or, a unit's children are.</summary>
    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
}
