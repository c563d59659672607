using System.Buffers;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// SentencePiece's BPE with byte fallback (Gemma): characters whose most frequent neighbours are joined, in bytes where the vocabulary
/// lacks one. Nothing splits a text into words.
/// </summary>
/// <remarks>
/// A text is still read in parts. Between two characters that stand beside each other inside of no token that a merge makes, no merge
/// ever joins anything, and what is on one side has no part in what becomes of the other: merges go by their rank alone. A vocabulary
/// with words has such places at the words' ends, and a part is no longer than a word then.
/// </remarks>
internal sealed class CharacterPairModel : TokenModel
{
    private const int None = -1;

    private readonly PairMerges _merges;
    private readonly Dictionary<int, int> _characters = [];
    private readonly int[] _byteIds = new int[256];

    /// <summary>Ids of characters that stand beside each other inside of a token.</summary>
    private readonly HashSet<ulong> _inside = [];

    private readonly bool _joinsBytes;
    private readonly bool _splitsBehindBlanks;

    /// <param name="vocabulary">Ids of the tokens.</param>
    /// <param name="merges">Pairs of tokens, the first to be joined first.</param>
    /// <param name="splitsBehindBlanks">Whether nothing is joined across a blank's end.</param>
    /// <exception cref="FormatException">A pair is one of tokens that are not in the vocabulary.</exception>
    /// <exception cref="NotSupportedException">The vocabulary lacks a byte.</exception>
    public CharacterPairModel(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges, bool splitsBehindBlanks)
    {
        for (int unit = 0; unit < _byteIds.Length; unit++)
        {
            _byteIds[unit] = vocabulary.TryGetValue($"<0x{unit:X2}>", out int id)
                ? id
                : throw new NotSupportedException($"tokenizer.json: a BPE model with byte_fallback that lacks the piece '<0x{unit:X2}>' is not supported.");
        }

        foreach ((string token, int id) in vocabulary)
        {
            if (Rune.DecodeFromUtf16(token, out Rune rune, out int width) == OperationStatus.Done && width == token.Length)
            {
                _characters[rune.Value] = id;
            }
        }

        _merges = new PairMerges(vocabulary, merges);
        _splitsBehindBlanks = splitsBehindBlanks;
        HashSet<int> bytes = [.. _byteIds];
        foreach ((string left, string right) in merges)
        {
            _ = Rune.DecodeLastFromUtf16(left, out Rune before, out _);
            _ = Rune.DecodeFromUtf16(right, out Rune after, out _);
            if (_characters.TryGetValue(before.Value, out int last) && _characters.TryGetValue(after.Value, out int first))
            {
                _inside.Add(PairMerges.Key(last, first));
            }

            // A byte that is joined with something is another neighbour than the last character of its name.
            _joinsBytes |= bytes.Contains(vocabulary[left]) || bytes.Contains(vocabulary[right]);
        }
    }

    public override int Encode(NormalizedText text, TextPiece part, TokenizerScratch scratch)
    {
        ReadOnlySpan<char> chars = text.Chars;
        Span<byte> bytes = stackalloc byte[4];
        Clear(scratch);
        int began = part.Begin, before = None;
        for (int at = part.Begin, width; at < part.End; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..part.End], out Rune rune, out width);
            int id = _characters.GetValueOrDefault(rune.Value, None);
            if (at > began && ((_splitsBehindBlanks && chars[at - 1] == ' ') || IsApart(before, id)))
            {
                Add(scratch);
                began = at;
            }

            int start = text.Start(at), end = text.End(at + width - 1);
            before = id;
            if (id != None)
            {
                Append(id, start, end, scratch);
                continue;
            }

            foreach (byte unit in bytes[..rune.EncodeToUtf8(bytes)])
            {
                Append(_byteIds[unit], start, end, scratch);
            }
        }

        if (!part.Last)
        {
            return began; // What follows may be joined with it.
        }

        Add(scratch);
        return part.End;
    }

    /// <summary>Whether nothing is ever joined across the place between two characters, of which one that isn't in the vocabulary has no id.</summary>
    private bool IsApart(int before, int after) => before == None || after == None ? !_joinsBytes : !_inside.Contains(PairMerges.Key(before, after));

    /// <summary>Joins what was appended, and adds the tokens.</summary>
    private void Add(TokenizerScratch scratch)
    {
        NormalizedText word = scratch.Word;
        SymbolChain chain = scratch.Chain;
        chain.Merge(_merges);
        int start = 0;
        for (int i = 0; i < chain.Count; i++)
        {
            scratch.Tokens.Add(chain.Ids[i], word.Start(start), word.End(chain.Ends[i] - 1));
            start = chain.Ends[i];
        }

        Clear(scratch);
    }

    private static void Clear(TokenizerScratch scratch)
    {
        scratch.Word.Clear();
        scratch.Chain.Clear();
    }

    /// <summary>Appends a character or a byte. Only where each is in the original is asked for later, not what it is.</summary>
    private static void Append(int id, int start, int end, TokenizerScratch scratch)
    {
        scratch.Word.Append(' ', start, end);
        scratch.Chain.Add(id, scratch.Word.Length);
    }
}
