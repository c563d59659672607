using System.Text;

namespace GeneratedEncoder.Fuzz;

/// <summary>
/// Changes an input in ways that its readers' grammar knows: numbers become other numbers, strings other strings, whole values are
/// dropped, doubled, moved or nested. Now and then it changes bytes, whatever they mean.
/// </summary>
internal sealed class Mutator(Random random, IReadOnlyList<string> words)
{
    private const int MostBytes = 1 << 16;

    private static readonly string[] s_numbers =
    [
        "0", "1", "-1", "2", "3", "4", "7", "8", "15", "16", "255", "256", "32767", "65535", "65536", "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296",
        "1073741824", "4611686018427387904", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615", "18446744073709551616",
        "0.5", "-0", "1e5", "1e400", "-1e400", "1E-400", "00", "1.", ".5", "+1", "NaN", "Infinity", "123456789012345678901234567890",
    ];

    private static readonly string[] s_values =
        ["null", "true", "false", "{}", "[]", "\"\"", "[[]]", "{\"a\":1}", "[1,2,3]", "\"\\u0000\"", "\"\\ud800\"", "\"\\", "\"\u00e9\ufffd\"", ",", ":", "}", "]", "//", "/**/", " "];

    public byte[] Mutate(byte[] input, IReadOnlyList<byte[]> others)
    {
        byte[] changed = input;
        for (int times = 1 + random.Next(4); times > 0; times--)
        {
            changed = MutateOnce(changed, others);
        }

        return changed.Length <= MostBytes ? changed : changed[..MostBytes];
    }

    private byte[] MutateOnce(byte[] input, IReadOnlyList<byte[]> others)
    {
        switch (random.Next(16))
        {
            case 0: return Replace(input, At(input), 1, [(byte)random.Next(256)]);
            case 1: return Replace(input, At(input), 0, [(byte)random.Next(256)]);
            case 2: return Replace(input, At(input), random.Next(8), []);
            case 3: return input[..At(input)];
            case 4: return Flip(input);
            case 5: return Nested(input);
            case 6 or 7: return Splice(input, others[random.Next(others.Count)]);
            case 8 or 9: return OnSpan(input, (start, length) => Replace(input, start, length, Bytes(s_values[random.Next(s_values.Length)])));
            case 10: return OnSpan(input, (start, length) => Replace(input, start + length, 0, [(byte)',', .. input.AsSpan(start, length)]));
            case 11: return OnSpan(input, (start, length) => Replace(input, start, Math.Min(length + 1, input.Length - start), []));
            case 12: return OnSpan(input, (start, length) => Replace(input, At(input), 0, input[start..(start + length)]));
            case 13 when words.Count > 0: return OnSpan(input, (start, length) => Replace(input, start, length, Bytes($"\"{words[random.Next(words.Count)]}\"")));
            default: return OtherNumber(input);
        }
    }

    private int At(byte[] input) => random.Next(input.Length + 1);

    private byte[] Flip(byte[] input)
    {
        byte[] changed = [.. input];
        if (changed.Length > 0)
        {
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        }

        return changed;
    }

    private byte[] Nested(byte[] input)
    {
        int depth = random.Next(2) == 0 ? random.Next(100) : random.Next(10_000);
        string open = random.Next(2) == 0 ? "[" : "{\"a\":", close = open == "[" ? "]" : "}";
        string nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + (random.Next(2) == 0 ? string.Concat(Enumerable.Repeat(close, depth)) : "");
        return OnSpan(input, (start, length) => Replace(input, start, length, Bytes(nested)));
    }

    private byte[] Splice(byte[] input, byte[] other)
    {
        (int start, int length) = Span(other, random.Next(other.Length + 1));
        return OnSpan(input, (at, replaced) => Replace(input, at, replaced, other[start..(start + length)]));
    }

    private byte[] OtherNumber(byte[] input)
    {
        int at = At(input);
        for (int i = 0; i < input.Length; i++)
        {
            int start = (at + i) % input.Length;
            if (!IsDigit(input[start]))
            {
                continue;
            }

            int end = start;
            while (end < input.Length && IsDigit(input[end]))
            {
                end++;
            }

            string number = random.Next(3) == 0 && long.TryParse(input.AsSpan(start, end - start), out long value)
                ? unchecked(value + random.Next(-2, 3)).ToString(System.Globalization.CultureInfo.InvariantCulture)
                : s_numbers[random.Next(s_numbers.Length)];
            return Replace(input, start, end - start, Bytes(number));
        }

        return input;
    }

    private byte[] OnSpan(byte[] input, Func<int, int, byte[]> change)
    {
        (int start, int length) = Span(input, At(input));
        return change(start, length);
    }

    /// <summary>A JSON value, member or word from about <paramref name="at"/> on: to where what it opens is closed.</summary>
    private static (int Start, int Length) Span(byte[] input, int at)
    {
        int start = at;
        while (start < input.Length && !(input[start] is (byte)'{' or (byte)'[' or (byte)'"' || IsDigit(input[start])))
        {
            start++;
        }

        int end = start, depth = 0;
        bool quoted = false;
        for (; end < input.Length; end++)
        {
            byte c = input[end];
            if (quoted)
            {
                end += c == '\\' ? 1 : 0;
                quoted = c != '"';
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is (byte)'{' or (byte)'[')
            {
                depth++;
            }
            else if (c is (byte)'}' or (byte)']' && --depth <= 0)
            {
                end += depth == 0 ? 1 : 0;
                break;
            }
            else if (c == ',' && depth == 0)
            {
                break;
            }
        }

        return (start, Math.Min(end, input.Length) - start);
    }

    private static bool IsDigit(byte c) => c is >= (byte)'0' and <= (byte)'9';

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Replace(byte[] input, int start, int length, ReadOnlySpan<byte> by)
    {
        length = Math.Min(length, input.Length - start);
        return [.. input.AsSpan(0, start), .. by, .. input.AsSpan(start + length)];
    }
}
