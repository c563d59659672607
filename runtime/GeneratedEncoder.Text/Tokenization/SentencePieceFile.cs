using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace GeneratedEncoder.Text;

/// <summary>
/// A tokenizer.json's Unigram model in the form that Microsoft.ML.Tokenizers opens: SentencePiece's own file, a protocol buffer.
/// </summary>
internal static class SentencePieceFile
{
    private const int Normal = 1, Unknown = 2, Unigram = 1;
    private const int Varint = 0, Bytes = 2, Fixed32 = 5;

    /// <summary>Opens a model that neither adds blanks nor special tokens.</summary>
    /// <param name="pieces">Pieces in the order of their ids, with their log-probabilities.</param>
    /// <param name="unknownId">The piece for unknown characters.</param>
    public static SentencePieceTokenizer Open(IReadOnlyList<(string Piece, float Score)> pieces, int unknownId)
    {
        using MemoryStream file = new(Write(pieces, unknownId));
        return SentencePieceTokenizer.Create(file, addBeginningOfSentence: false, addEndOfSentence: false);
    }

    private static byte[] Write(IReadOnlyList<(string Piece, float Score)> pieces, int unknownId)
    {
        MemoryStream model = new();
        Span<byte> score = stackalloc byte[4];
        for (int id = 0; id < pieces.Count; id++)
        {
            MemoryStream piece = new();
            WriteBytes(piece, 1, Encoding.UTF8.GetBytes(pieces[id].Piece));
            WriteKey(piece, 2, Fixed32);
            BinaryPrimitives.WriteSingleLittleEndian(score, pieces[id].Score);
            piece.Write(score);
            WriteNumber(piece, 3, id == unknownId ? Unknown : Normal);
            WriteBytes(model, 1, piece.ToArray());
        }

        MemoryStream trainer = new();
        WriteNumber(trainer, 3, Unigram);
        for (int role = 0; role < 3; role++)
        {
            // unk, bos, eos: some piece must bear each role, and only the first is ever used.
            WriteNumber(trainer, 40 + role, unknownId);
            WriteBytes(trainer, 45 + role, Encoding.UTF8.GetBytes(pieces[unknownId].Piece));
        }

        WriteBytes(model, 2, trainer.ToArray());

        MemoryStream normalizer = new();
        WriteNumber(normalizer, 3, 0); // add_dummy_prefix
        WriteNumber(normalizer, 4, 0); // remove_extra_whitespaces
        WriteNumber(normalizer, 5, 0); // escape_whitespaces
        WriteBytes(model, 3, normalizer.ToArray());
        return model.ToArray();
    }

    private static void WriteKey(Stream stream, int field, int kind) => WriteVarint(stream, (uint)(field << 3 | kind));

    private static void WriteNumber(Stream stream, int field, int value)
    {
        WriteKey(stream, field, Varint);
        WriteVarint(stream, (uint)value);
    }

    private static void WriteBytes(Stream stream, int field, ReadOnlySpan<byte> bytes)
    {
        WriteKey(stream, field, Bytes);
        WriteVarint(stream, (uint)bytes.Length);
        stream.Write(bytes);
    }

    private static void WriteVarint(Stream stream, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }
}
