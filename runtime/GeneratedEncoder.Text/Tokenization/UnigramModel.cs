using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// SentencePiece's Unigram model (XLM-R, CamemBERT, ALBERT): words that begin with a mark in place of the blank, each the most
/// probable pieces.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    /// <summary>How much less probable an unknown character is than the least probable piece.</summary>
    private const double UnknownPenalty = 10;

    private readonly CharTrie _pieces = new();
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly Metaspace _metaspace;
    private readonly int _unknownId;

    /// <param name="pieces">The pieces in the order of their ids, with their log-probabilities.</param>
    /// <param name="unknownId">What stands for characters that no piece has.</param>
    /// <param name="metaspace">How blanks are marked.</param>
    /// <exception cref="InvalidDataException">There is no such piece.</exception>
    public UnigramModel(IReadOnlyList<(string Piece, double Score)> pieces, int unknownId, Metaspace metaspace)
    {
        if (unknownId < 0 || unknownId >= pieces.Count)
        {
            throw new InvalidDataException($"The tokenizer's piece for unknown characters has id {unknownId}, but there are {pieces.Count} pieces.");
        }

        _scores = [.. pieces.Select(piece => piece.Score)];
        for (int id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Piece.Length > 0)
            {
                _pieces.Add(pieces[id].Piece, id);
            }
        }

        _unknownScore = _scores.Min() - UnknownPenalty;
        _metaspace = metaspace;
        _unknownId = unknownId;
    }

    public override int Encode(NormalizedText text, TextPiece part, TokenizerScratch scratch)
    {
        ReadOnlySpan<char> chars = text.Chars;
        NormalizedText word = scratch.Word;
        word.Clear();
        int began = part.Begin;
        bool prefix = part.First && part.Begin < part.End && (_metaspace.PrependAlways || (_metaspace.PrependFirst && text.Start(part.Begin) == 0));
        for (int at = part.Begin, width; at < part.End; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..part.End], out Rune rune, out width);
            bool blank = _metaspace.SplitsWhiteSpace ? Rune.IsWhiteSpace(rune) : rune.Value == ' ';
            if (blank || rune.Value == _metaspace.Mark)
            {
                Add(word, scratch);
                word.Clear();
                began = at;
                if (blank && _metaspace.SplitsWhiteSpace)
                {
                    prefix = _metaspace.PrependAlways;
                    continue;
                }

                word.Append(_metaspace.Mark, text.Start(at), text.End(at + width - 1));
                prefix = false;
                continue;
            }

            if (prefix)
            {
                word.Append(_metaspace.Mark, text.Start(at), text.End(at + width - 1));
                prefix = false;
            }

            word.Append(text, at, at + width);
        }

        if (!part.Last)
        {
            return began; // The last word may go on.
        }

        Add(word, scratch);
        return part.End;
    }

    private void Add(NormalizedText word, TokenizerScratch scratch)
    {
        if (word.Length == 0)
        {
            return;
        }

        PieceLattice lattice = scratch.Lattice;
        FindWays(word.Chars, lattice);
        lattice.Turn();
        for (int start = 0; start < word.Length;)
        {
            (int id, int end) = lattice.Piece(start);
            if (id == _unknownId)
            {
                // Unknown characters beside each other are one token; should they spell a piece together, it is that.
                int first = end;
                while (end < word.Length && lattice.Piece(end).Id == _unknownId)
                {
                    end = lattice.Piece(end).End;
                }

                int node = end > first ? _pieces.Find(word.Chars[start..end]) : CharTrie.None;
                id = node != CharTrie.None && _pieces.Value(node) is >= 0 and int spelled ? spelled : id;
            }

            scratch.Tokens.Add(id, word.Start(start), word.End(end - 1));
            start = end;
        }
    }

    /// <summary>Finds the most probable pieces up to each character's end.</summary>
    private void FindWays(ReadOnlySpan<char> word, PieceLattice lattice)
    {
        lattice.Begin(word.Length);
        for (int at = 0, width; at < word.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(word[at..], out _, out width);
            double score = lattice.Score(at);
            bool known = false;
            int node = CharTrie.Root;
            for (int i = at; i < word.Length; i++)
            {
                node = _pieces.Next(node, word[i]);
                if (node == CharTrie.None)
                {
                    break;
                }

                if (_pieces.Value(node) is >= 0 and int id)
                {
                    lattice.Add(id, at, i + 1, score + _scores[id]);
                    known |= i + 1 == at + width;
                }
            }

            if (!known)
            {
                lattice.Add(_unknownId, at, at + width, score + _unknownScore);
            }
        }
    }
}

/// <summary>How a Unigram model's text marks its blanks.</summary>
/// <param name="Mark">What stands for a blank.</param>
/// <param name="PrependAlways">Whether every part of a text, between special tokens, begins with a mark.</param>
/// <param name="PrependFirst">Whether only the first one does.</param>
/// <param name="SplitsWhiteSpace">Whether all white space separates words and is dropped.</param>
internal sealed record Metaspace(char Mark, bool PrependAlways, bool PrependFirst, bool SplitsWhiteSpace);
