using System.Text;
using Microsoft.ML.Tokenizers;

namespace GeneratedEncoder.Text;

/// <summary>
/// SentencePiece's Unigram model (XLM-R, CamemBERT, ALBERT): words that begin with a mark in place of the blank, each the most
/// probable pieces.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    private readonly WordCache _words;
    private readonly Metaspace _metaspace;
    private readonly int _unknownId;

    /// <param name="pieces">The pieces in the order of their ids, with their log-probabilities.</param>
    /// <param name="unknownId">What stands for characters that no piece has.</param>
    /// <param name="metaspace">How blanks are marked.</param>
    public UnigramModel(IReadOnlyList<(string Piece, float Score)> pieces, int unknownId, Metaspace metaspace)
    {
        _words = new WordCache(SentencePieceFile.Open(pieces, unknownId));
        _metaspace = metaspace;
        _unknownId = unknownId;
    }

    public override void Encode(NormalizedText text, int begin, int end, TokenizerScratch scratch)
    {
        ReadOnlySpan<char> chars = text.Chars;
        NormalizedText word = scratch.Word;
        word.Clear();
        bool prefix = _metaspace.PrependAlways || (_metaspace.PrependFirst && text.Start(begin) == 0);
        for (int at = begin, width; at < end; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..end], out Rune rune, out width);
            bool blank = _metaspace.SplitsWhiteSpace ? Rune.IsWhiteSpace(rune) : rune.Value == ' ';
            if (blank || rune.Value == _metaspace.Mark)
            {
                Add(word, scratch.Tokens);
                word.Clear();
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

        Add(word, scratch.Tokens);
    }

    private void Add(NormalizedText word, TokenList tokens)
    {
        if (word.Length == 0)
        {
            return;
        }

        WordTokens found = _words.Tokens(word.Chars);
        int start = 0;
        for (int i = 0; i < found.Ids.Length; i++)
        {
            if (found.Ids[i] == _unknownId && i < found.Ids.Length - 1 && found.Ids[i + 1] == _unknownId)
            {
                continue; // Unknown characters beside each other are one token.
            }

            int stop = i < found.Ids.Length - 1 ? found.Ends[i] : word.Length;
            tokens.Add(found.Ids[i], word.Start(start), word.End(stop - 1));
            start = stop;
        }
    }
}

/// <summary>How a Unigram model's text marks its blanks.</summary>
/// <param name="Mark">What stands for a blank.</param>
/// <param name="PrependAlways">Whether every part of a text, between special tokens, begins with a mark.</param>
/// <param name="PrependFirst">Whether only the first one does.</param>
/// <param name="SplitsWhiteSpace">Whether all white space separates words and is dropped.</param>
internal sealed record Metaspace(char Mark, bool PrependAlways, bool PrependFirst, bool SplitsWhiteSpace);
