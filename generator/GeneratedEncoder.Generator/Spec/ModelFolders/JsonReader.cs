using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>Text that is not JSON, and where.</summary>
internal sealed class JsonFormatException(string message) : Exception(message);

/// <summary>
/// A strict JSON reader (RFC 8259), bounded in depth. Ours, since System.Text.Json is not in every compiler host, and what
/// netstandard2.0 has, JsonReaderWriterFactory, takes "[1,]" and "01x" for JSON and loses members called "__type".
/// </summary>
internal sealed class JsonReader
{
    private const int MaxDepth = 32;

    // The largest headers and configs have some thousands; what a file makes the compiler allocate shall be bounded.
    private const int MaxValues = 1_000_000;

    private readonly string _text;
    private int _position, _values;

    private JsonReader(string text) => _text = text;

    /// <summary>Parses one value; only white space may follow.</summary>
    /// <exception cref="JsonFormatException">It is not JSON, or nested deeper than any model's file.</exception>
    public static JsonValue Parse(string text)
    {
        JsonReader reader = new(text);
        JsonValue value = reader.ReadValue(0);
        reader.SkipSpace();
        return reader._position == text.Length ? value : throw reader.Error("the end");
    }

    private JsonValue ReadValue(int depth)
    {
        if (depth > MaxDepth)
        {
            throw new JsonFormatException($"{Place()}: nested more than {MaxDepth} deep");
        }

        if (++_values > MaxValues)
        {
            throw new JsonFormatException($"{Place()}: more than {MaxValues.ToString(CultureInfo.InvariantCulture)} values");
        }

        SkipSpace();
        switch (Peek())
        {
            case '{':
                return JsonValue.Of(ReadList('{', '}', () => ReadMember(depth)));
            case '[':
                return JsonValue.Of(ReadList('[', ']', () => ReadValue(depth + 1)));
            case '"':
                return JsonValue.Of(JsonKind.String, ReadString());
            case 't':
                return ReadWord("true", JsonKind.Boolean);
            case 'f':
                return ReadWord("false", JsonKind.Boolean);
            case 'n':
                return ReadWord("null", JsonKind.Null);
            default:
                return ReadNumber();
        }
    }

    private List<T> ReadList<T>(char open, char close, Func<T> readElement)
    {
        List<T> elements = [];
        Expect(open);
        SkipSpace();
        if (Peek() == close)
        {
            _position++;
            return elements;
        }

        while (true)
        {
            elements.Add(readElement());
            SkipSpace();
            if (Peek() == close)
            {
                _position++;
                return elements;
            }

            Expect(',');
        }
    }

    private KeyValuePair<string, JsonValue> ReadMember(int depth)
    {
        SkipSpace();
        string name = ReadString();
        SkipSpace();
        Expect(':');
        return new(name, ReadValue(depth + 1));
    }

    private JsonValue ReadWord(string word, JsonKind kind)
    {
        if (string.CompareOrdinal(_text, _position, word, 0, word.Length) != 0)
        {
            throw Error(word);
        }

        _position += word.Length;
        return JsonValue.Of(kind, word);
    }

    private JsonValue ReadNumber()
    {
        int start = _position;
        SkipOne("-");
        if (!SkipOne("0"))
        {
            SkipDigits("a value");
        }

        if (SkipOne("."))
        {
            SkipDigits("a digit");
        }

        if (SkipOne("eE"))
        {
            SkipOne("+-");
            SkipDigits("a digit");
        }

        return JsonValue.Of(JsonKind.Number, _text.Substring(start, _position - start));
    }

    private string ReadString()
    {
        Expect('"');
        StringBuilder text = new();
        while (Peek() != '"')
        {
            if (Peek() < ' ')
            {
                throw Error("a string's closing quote");
            }

            text.Append(Peek() == '\\' ? ReadEscape() : _text[_position++]);
        }

        _position++;
        return text.ToString();
    }

    private char ReadEscape()
    {
        const string escapes = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        _position++;
        char escape = Peek();
        if (escape == 'u' && _position + 5 <= _text.Length
            && ushort.TryParse(_text.Substring(_position + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
        {
            _position += 5;
            return (char)code;
        }

        int index = escapes.IndexOf(escape);
        if (index < 0)
        {
            throw Error("an escape");
        }

        _position++;
        return meanings[index];
    }

    private void SkipSpace()
    {
        while (Peek() is ' ' or '\t' or '\n' or '\r')
        {
            _position++;
        }
    }

    private void SkipDigits(string expected)
    {
        int start = _position;
        while (Peek() is >= '0' and <= '9')
        {
            _position++;
        }

        if (_position == start)
        {
            throw Error(expected);
        }
    }

    private bool SkipOne(string characters)
    {
        bool found = characters.IndexOf(Peek()) >= 0;
        _position += found ? 1 : 0;
        return found;
    }

    private void Expect(char c)
    {
        if (Peek() != c)
        {
            throw Error($"'{c}'");
        }

        _position++;
    }

    /// <summary>The next character; at the end one that stands for nothing in JSON.</summary>
    private char Peek() => _position < _text.Length ? _text[_position] : '\0';

    private JsonFormatException Error(string expected) => new(
        $"{Place()}: expected {expected}, but found {(_position < _text.Length ? $"'{_text[_position]}'" : "the end")}");

    private string Place()
    {
        string before = _text.Substring(0, _position);
        int line = before.Count(c => c == '\n') + 1, column = _position - before.LastIndexOf('\n');
        return $"line {line.ToString(CultureInfo.InvariantCulture)}, column {column.ToString(CultureInfo.InvariantCulture)}";
    }
}
