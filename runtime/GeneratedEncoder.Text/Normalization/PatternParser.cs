using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// Reads a Replace normalizer's pattern, which is one of Oniguruma's: characters, sets, alternatives, groups, greedy and lazy
/// quantifiers, places. Everything else, and every corner in which its dialects differ, is refused by name.
/// </summary>
internal sealed class PatternParser
{
    private const int MostRepeats = 1000, DeepestGroup = 100;

    private readonly string _pattern;
    private readonly int[] _runes;
    private int _at;
    private int _depth;

    private PatternParser(string pattern)
    {
        _pattern = pattern;
        _runes = [.. pattern.EnumerateRunes().Select(rune => rune.Value)];
    }

    private int Current => _at < _runes.Length ? _runes[_at] : -1;

    private int Next => _at + 1 < _runes.Length ? _runes[_at + 1] : -1;

    /// <exception cref="InvalidDataException">It is no pattern.</exception>
    /// <exception cref="NotSupportedException">It has something that is not supported.</exception>
    public static PatternNode Parse(string pattern)
    {
        PatternParser parser = new(pattern);
        PatternNode node = parser.Choice();
        return parser._at == parser._runes.Length ? node : throw parser.Bad("a ')' without its '('");
    }

    private PatternNode Choice()
    {
        if (++_depth > DeepestGroup)
        {
            throw Unsupported($"groups in more than {DeepestGroup} groups");
        }

        List<PatternNode> parts = [Sequence()];
        while (Take('|'))
        {
            parts.Add(Sequence());
        }

        _depth--;
        return parts.Count == 1 ? parts[0] : new ChoiceNode(parts);
    }

    private PatternNode Sequence()
    {
        List<PatternNode> parts = [];
        while (Current is not (-1 or '|' or ')'))
        {
            parts.Add(Quantified(Single()));
        }

        return parts.Count == 1 ? parts[0] : new SequenceNode(parts);
    }

    private PatternNode Single()
    {
        int c = _runes[_at++];
        switch (c)
        {
            case '.':
                return new CharacterNode(CodePoints.Of('\n').Others());
            case '^':
                return new PlaceNode(PatternPlace.LineBegin);
            case '$':
                return new PlaceNode(PatternPlace.LineEnd);
            case '[':
                return new CharacterNode(Set());
            case '(':
                return Group();
            case '\\':
                return Escape();
            case '*' or '+' or '?':
                throw Bad($"a '{(char)c}' with nothing before it");
            case '{':
                throw Unsupported("a '{' that is no quantifier");
            default:
                return new CharacterNode(CodePoints.Of(c));
        }
    }

    private PatternNode Group()
    {
        if (Take('?') && !Take(':'))
        {
            throw Unsupported($"the group (?{Shown(Current)}: lookaround, options, names, conditions and the like");
        }

        PatternNode node = Choice();
        return Take(')') ? node : throw Bad("a '(' without its ')'");
    }

    private PatternNode Escape()
    {
        switch (Current)
        {
            case 'A':
                _at++;
                return new PlaceNode(PatternPlace.TextBegin);
            case 'z':
                _at++;
                return new PlaceNode(PatternPlace.TextEnd);
            case 'Z':
                _at++;
                return new PlaceNode(PatternPlace.LastLineEnd);
            default:
                return new CharacterNode(EscapedSet(inSet: false) ?? CodePoints.Of(EscapedCharacter()));
        }
    }

    /// <summary>The class that stands behind a backslash; null where a character does.</summary>
    private CodePoints? EscapedSet(bool inSet)
    {
        if (Current is 'p' or 'P')
        {
            return Property();
        }

        if (Current is < 0 or > 0x7F || !char.IsAsciiLetter((char)Current) || CharacterClasses.Escaped(char.ToLowerInvariant((char)Current), inSet) is not { } set)
        {
            return null;
        }

        return char.IsAsciiLetterUpper((char)_runes[_at++]) ? set.Others() : set;
    }

    private CodePoints Property()
    {
        bool others = _runes[_at++] == 'P';
        if (!Take('{'))
        {
            throw Unsupported("\\p without braces");
        }

        if (Take('^'))
        {
            others = !others;
        }

        string name = Until('}', "\\p{");
        CodePoints set = CharacterClasses.Category(name) ?? throw Unsupported($"\\p{{{name}}}: only general categories by their short names are");
        return others ? set.Others() : set;
    }

    private int EscapedCharacter()
    {
        int c = Current;
        if (c < 0)
        {
            throw Bad("a backslash at its end");
        }

        _at++;
        switch (c)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 'f':
                return '\f';
            case 'v':
                return '\v';
            case 'a':
                return '\a';
            case 'e':
                return 0x1B;
            case 'x' when Take('{'):
                return CodePoint(Until('}', "\\x{"), "\\x{...}");
            case 'x':
                int unit = CodePoint(Digits(2), "\\x");
                return unit < 0x80 ? unit : throw Unsupported("\\x with a byte that is no ASCII character");
            case 'u':
                return CodePoint(Digits(4), "\\u");
            default:
                return c < 0x80 && !char.IsAsciiLetterOrDigit((char)c) && c >= ' ' && c != 0x7F ? c : throw Unsupported($"\\{Shown(c)}");
        }
    }

    private string Digits(int count)
    {
        int end = Math.Min(_at + count, _runes.Length);
        string digits = string.Concat(_runes[_at..end].Select(c => char.ConvertFromUtf32(c)));
        _at = end;
        return digits.Length == count ? digits : throw Unsupported("an escape with too few digits");
    }

    private int CodePoint(string digits, string what) =>
        digits.Length is > 0 and <= 8 && digits.All(char.IsAsciiHexDigit) && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) && Rune.IsValid(value)
            ? value
            : throw Unsupported($"{what} with '{digits}', which is no character");

    /// <summary>A set in brackets, behind the first of them.</summary>
    private CodePoints Set()
    {
        bool others = Take('^');
        List<(int, int)> ranges = [];
        bool first = true;
        while (Current != ']' || first)
        {
            int before = Current;
            switch (before)
            {
                case -1:
                    throw Bad("a '[' without its ']'");
                case ']':
                    throw Unsupported("a set that begins with ']', or has nothing in it");
                case '&' when Next == '&':
                    throw Unsupported("&& in a set");
                case '[' when Next == ':':
                    ranges.AddRange(Posix().Ranges);
                    break;
                case '[':
                    throw Unsupported("a set in a set");
                default:
                    Range(ranges, first);
                    break;
            }

            first = false;
        }

        _at++;
        CodePoints set = CodePoints.Of(ranges);
        return others ? set.Others() : set;
    }

    /// <summary>A character, a class behind a backslash, or all from a character to another.</summary>
    private void Range(List<(int, int)> ranges, bool first)
    {
        if (Current == '-' && !first && Next is not (']' or -1))
        {
            throw Unsupported("a '-' in a set that is neither a range's nor at an end");
        }

        bool escaped = Take('\\');
        if (escaped && EscapedSet(inSet: true) is { } set)
        {
            ranges.AddRange(set.Ranges);
            return;
        }

        int from = escaped ? EscapedCharacter() : _runes[_at++], to = from;
        if (Current == '-' && Next is not (']' or -1))
        {
            _at++;
            if (Current == '[' || (Current == '&' && Next == '&'))
            {
                throw Unsupported("a range to a set");
            }

            to = !Take('\\') ? _runes[_at++] : EscapedSet(inSet: true) is null ? EscapedCharacter() : throw Bad("a range to a class");

            if (to < from)
            {
                throw Bad("a range that ends before it begins");
            }
        }

        ranges.Add((from, to));
    }

    private CodePoints Posix()
    {
        _at += 2;
        bool others = Take('^');
        string name = Until(':', "[:");
        if (!Take(']'))
        {
            throw Unsupported("[: without :]");
        }

        CodePoints set = CharacterClasses.Named(name) ?? throw Unsupported($"[:{name}:]");
        return others ? set.Others() : set;
    }

    private PatternNode Quantified(PatternNode node)
    {
        int least = 0;
        int? most = null;
        bool counted = false;
        switch (Current)
        {
            case '*':
                break;
            case '+':
                least = 1;
                break;
            case '?':
                most = 1;
                break;
            case '{':
                counted = true;
                _at++;
                (least, most) = Interval(Until('}', "{"));
                _at--;
                break;
            default:
                return node;
        }

        _at++;
        bool lazy = Take('?');
        if (lazy && counted && least == most)
        {
            throw Unsupported("{n}?, which dialects read in two ways");
        }

        if (Current is '+' or '*' or '?' or '{')
        {
            throw Unsupported("a quantifier behind a quantifier, possessive ones among them");
        }

        return node.CanBeEmpty
            ? throw Unsupported("a quantifier of what may be empty")
            : new RepeatNode(node, least, most, lazy);
    }

    private (int Least, int? Most) Interval(string text)
    {
        int comma = text.IndexOf(',', StringComparison.Ordinal);
        string low = comma < 0 ? text : text[..comma], high = comma < 0 ? text : text[(comma + 1)..];
        if (!IsNumber(low, emptyToo: comma >= 0) || !IsNumber(high, emptyToo: comma >= 0) || (low.Length == 0 && high.Length == 0))
        {
            throw Unsupported("a '{' that is no quantifier");
        }

        int least = Number(low);
        int? most = high.Length == 0 ? null : Number(high);
        return most < least ? throw Unsupported($"{{{text}}}") : (least, most);
    }

    private static bool IsNumber(string text, bool emptyToo) => text.Length > 0 ? text.All(char.IsAsciiDigit) : emptyToo;

    private int Number(string digits) =>
        digits.Length == 0 ? 0 :
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= MostRepeats
            ? number
            : throw Unsupported($"more than {MostRepeats} repeats");

    private bool Take(char c)
    {
        if (Current != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>What stands before the next character of that kind, which is passed over.</summary>
    private string Until(char end, string begin)
    {
        int stop = Array.IndexOf(_runes, end, _at);
        if (stop < 0)
        {
            throw Unsupported($"'{begin}' without its '{end}'");
        }

        string text = string.Concat(_runes[_at..stop].Select(c => char.ConvertFromUtf32(c)));
        _at = stop + 1;
        return text;
    }

    private static string Shown(int c) => c < 0 ? "" : char.ConvertFromUtf32(c);

    private InvalidDataException Bad(string what) => new($"The pattern '{_pattern}' of a Replace normalizer has {what}.");

    private NotSupportedException Unsupported(string what) => new($"The pattern '{_pattern}' of a Replace normalizer has {what}, which is not supported.");
}
