using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>How tokens become a text again, as a tokenizer.json's "decoder" says.</summary>
internal abstract class TokenDecoder
{
    /// <summary>Of tokenizers that say nothing: blanks between tokens.</summary>
    public static TokenDecoder Blanks { get; } = new BlankDecoder();

    /// <summary>The text that tokens stand for.</summary>
    public abstract string Decode(IReadOnlyList<string> tokens);

    /// <summary>Reads a tokenizer.json's decoder. One that isn't known still leaves the tokenizer itself of use: only decoding is refused.</summary>
    /// <param name="decoder">The file's decoder; null where it has none.</param>
    public static TokenDecoder Read(Json? decoder)
    {
        if (decoder is null)
        {
            return Blanks;
        }

        string type = decoder.Get("type").Text();
        return type switch
        {
            "WordPiece" => new WordPieceDecoder(decoder.Get("prefix").Text(), decoder.Get("cleanup").Flag()),
            "ByteLevel" => new ByteLevelDecoder(),
            "Sequence" when Steps(decoder) is { } steps => new SequenceDecoder(steps),
            "Metaspace" when decoder.Get("replacement").Text() is [char mark] => new MetaspaceDecoder(mark, PrependsBlank(decoder)),
            _ => new UnknownDecoder(type),
        };
    }

    /// <summary>The steps of a sequence; null where one of them isn't known.</summary>
    private static List<Func<IReadOnlyList<string>, IReadOnlyList<string>>>? Steps(Json sequence)
    {
        List<Func<IReadOnlyList<string>, IReadOnlyList<string>>> steps = [];
        foreach (Json step in sequence.Get("decoders").Items())
        {
            switch (step.Get("type").Text())
            {
                case "Replace":
                    (Pattern pattern, string content) = TokenizerJson.Replacement(step);
                    steps.Add(tokens => SequenceDecoder.Replace(tokens, pattern, content));
                    break;
                case "ByteFallback":
                    steps.Add(SequenceDecoder.JoinBytes);
                    break;
                case "Fuse":
                    steps.Add(SequenceDecoder.Fuse);
                    break;
                default:
                    return null;
            }
        }

        return steps;
    }

    private static bool PrependsBlank(Json metaspace) => metaspace.Find("prepend_scheme") is { } scheme
        ? scheme.Text() != "never"
        : metaspace.Find("add_prefix_space")?.Flag() != false;

    private sealed class BlankDecoder : TokenDecoder
    {
        public override string Decode(IReadOnlyList<string> tokens) => string.Join(' ', tokens);
    }

    private sealed class UnknownDecoder(string type) : TokenDecoder
    {
        public override string Decode(IReadOnlyList<string> tokens) =>
            throw new NotSupportedException($"tokenizer.json: the decoder {type} is not supported; WordPiece, ByteLevel, Metaspace and a Sequence of Replace, ByteFallback and Fuse are.");
    }
}

/// <summary>BERT's: blanks between words, none before pieces that continue one, nor before some punctuation.</summary>
/// <param name="prefix">What a continuing piece has before it.</param>
/// <param name="cleanUp">Whether blanks go where English has none.</param>
internal sealed class WordPieceDecoder(string prefix, bool cleanUp) : TokenDecoder
{
    /// <summary>What a token with the blank before it becomes, one after the other.</summary>
    private static readonly (string Apart, string Joined)[] s_joins =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
        (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public override string Decode(IReadOnlyList<string> tokens)
    {
        StringBuilder text = new();
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            string part = i == 0 ? token : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : $" {token}";
            text.Append(cleanUp ? Joined(part) : part);
        }

        return text.ToString();
    }

    private static string Joined(string part)
    {
        foreach ((string apart, string joined) in s_joins)
        {
            part = part.Replace(apart, joined, StringComparison.Ordinal);
        }

        return part;
    }
}

/// <summary>RoBERTa's: each character of a token is a byte; what is no UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : TokenDecoder
{
    private static readonly Dictionary<char, byte> s_bytes = Bytes();

    public override string Decode(IReadOnlyList<string> tokens)
    {
        List<byte> bytes = [];
        foreach (string token in tokens)
        {
            // A token that someone added may have other characters: it stands for itself.
            bytes.AddRange(token.All(s_bytes.ContainsKey) ? token.Select(c => s_bytes[c]) : Encoding.UTF8.GetBytes(token));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>The byte that a character stands for: its own where it is printable, else the next in turn from U+0100 on.</summary>
    private static Dictionary<char, byte> Bytes()
    {
        Dictionary<char, byte> bytes = [];
        char next = '\u0100';
        for (int unit = 0; unit < 256; unit++)
        {
            bool printable = unit is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            bytes[printable ? (char)unit : next++] = (byte)unit;
        }

        return bytes;
    }
}

/// <summary>SentencePiece's: marks become blanks, but for the text's first.</summary>
/// <param name="mark">What stands for a blank.</param>
/// <param name="prependsBlank">Whether the text was given a blank at its beginning, which is taken away.</param>
internal sealed class MetaspaceDecoder(char mark, bool prependsBlank) : TokenDecoder
{
    public override string Decode(IReadOnlyList<string> tokens)
    {
        StringBuilder text = new();
        for (int i = 0; i < tokens.Count; i++)
        {
            text.Append(i == 0 && prependsBlank ? tokens[i].Replace($"{mark}", "", StringComparison.Ordinal) : tokens[i].Replace(mark, ' '));
        }

        return text.ToString();
    }
}
