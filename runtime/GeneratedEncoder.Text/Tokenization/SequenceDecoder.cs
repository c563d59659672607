using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace GeneratedEncoder.Text;

/// <summary>Gemma's: one step after the other makes other tokens of the tokens, and what is left is written without blanks.</summary>
/// <param name="steps">The steps.</param>
internal sealed class SequenceDecoder(IReadOnlyList<Func<IReadOnlyList<string>, IReadOnlyList<string>>> steps) : TokenDecoder
{
    public override string Decode(IReadOnlyList<string> tokens)
    {
        foreach (Func<IReadOnlyList<string>, IReadOnlyList<string>> step in steps)
        {
            tokens = step(tokens);
        }

        return string.Concat(tokens);
    }

    /// <summary>Replaces in each token what a pattern finds.</summary>
    public static IReadOnlyList<string> Replace(IReadOnlyList<string> tokens, Pattern pattern, string content) => [.. tokens.Select(token =>
    {
        StringBuilder text = new();
        DeadEnds known = pattern.Begin(token);
        int at = 0;
        while (pattern.Find(token, at, ref known, last: true, out int begin, out int end, out _))
        {
            text.Append(token, at, begin - at).Append(content);
            at = end;
        }

        known.Dispose();
        return text.Append(token, at, token.Length - at).ToString();
    })];

    /// <summary>Makes text of bytes beside each other ("&lt;0xC3&gt;", "&lt;0xA9&gt;"); of each that is part of no UTF-8, as all beside it, U+FFFD.</summary>
    public static IReadOnlyList<string> JoinBytes(IReadOnlyList<string> tokens)
    {
        List<string> joined = [];
        List<byte> bytes = [];
        foreach (string token in tokens)
        {
            if (Byte(token) is { } unit)
            {
                bytes.Add(unit);
                continue;
            }

            AddBytes(bytes, joined);
            joined.Add(token);
        }

        AddBytes(bytes, joined);
        return joined;
    }

    /// <summary>Makes one token of all.</summary>
    public static IReadOnlyList<string> Fuse(IReadOnlyList<string> tokens) => [string.Concat(tokens)];

    private static void AddBytes(List<byte> bytes, List<string> to)
    {
        byte[] run = [.. bytes];
        if (run.Length > 0)
        {
            to.Add(Utf8.IsValid(run) ? Encoding.UTF8.GetString(run) : new string('\uFFFD', run.Length));
            bytes.Clear();
        }
    }

    private static byte? Byte(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[^1] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte unit) ? unit : null;
}
