using System.Globalization;

namespace GeneratedEncoder.Text;

/// <summary>
/// Classes of characters in a tokenizer's patterns, by the general categories of Unicode 16, which the library that such patterns are
/// written for (Oniguruma 6.9) has. A table of our own, since .NET's is another with every version.
/// </summary>
internal static class CharacterClasses
{
    private const string Marks = "Mn Mc Me", Letters = "Lu Ll Lt Lm Lo", Punctuation = "Pc Pd Ps Pe Pi Pf Po", Symbols = "Sm Sc Sk So", Numbers = "Nd Nl No";
    private const string WordCharacters = $"{Letters} {Marks} Nd Nl Pc";

    // Letters in circles and squares, which are symbols but alphabetic.
    private static readonly (int, int)[] s_circled = [(0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)];

    private static readonly Lazy<(int First, int Last, string Category)[]> s_categories = new(Read);

    /// <summary>
    /// A class by its letter behind a backslash ('s', 'd', 'w', 'h'); null if there is none of that letter. Outside of a set in brackets, \w has six more
    /// characters: superscript digits and fractions.
    /// </summary>
    public static CodePoints? Escaped(char letter, bool inSet) => letter switch
    {
        's' => Named("space"),
        'd' => Named("digit"),
        'w' when inSet => Named("word"),
        'w' => Of(WordCharacters, [.. s_circled, (0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE)]),
        'h' => Named("xdigit"),
        _ => null,
    };

    /// <summary>A class by its name in POSIX brackets; null if it is none that is known exactly.</summary>
    public static CodePoints? Named(string name) => name switch
    {
        "ascii" => CodePoints.Of([(0, 0x7F)]),
        "cntrl" => CodePoints.Of([(0, 0x1F), (0x7F, 0x9F)]),
        "xdigit" => CodePoints.Of([('0', '9'), ('A', 'F'), ('a', 'f')]),
        "blank" => Of("Zs", ('\t', '\t')),
        "space" => Of("Zs Zl Zp", ('\t', '\r'), (0x85, 0x85)),
        "digit" => Of("Nd"),
        "punct" => Of($"{Punctuation} {Symbols}"),
        "word" => Of(WordCharacters, s_circled),
        "graph" => Of($"{Letters} {Marks} {Numbers} {Punctuation} {Symbols} Cf Co"),
        "print" => Of($"{Letters} {Marks} {Numbers} {Punctuation} {Symbols} Cf Co Zs"),
        _ => null,
    };

    /// <summary>The characters of a general category ("Lu") or of a group of them ("L"); null if there is none of that name.</summary>
    public static CodePoints? Category(string name) =>
        name.Length is 1 or 2 && s_categories.Value.Any(range => range.Category.StartsWith(name, StringComparison.Ordinal))
            ? CodePoints.Of(s_categories.Value.Where(range => range.Category.StartsWith(name, StringComparison.Ordinal)).Select(range => (range.First, range.Last)))
            : null;

    private static CodePoints Of(string categories, params (int, int)[] more)
    {
        HashSet<string> names = [.. categories.Split(' ')];
        return CodePoints.Of([.. s_categories.Value.Where(range => names.Contains(range.Category)).Select(range => (range.First, range.Last)), .. more]);
    }

    /// <summary>The table: a line for each run of code points of one category, with its first one.</summary>
    private static (int, int, string)[] Read()
    {
        using StreamReader reader = new(typeof(CharacterClasses).Assembly.GetManifestResourceStream("categories.txt")!);
        List<(int First, string Category)> runs = [];
        while (reader.ReadLine() is { } line)
        {
            string[] parts = line.Split(' ');
            runs.Add((int.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), parts[1]));
        }

        return [.. runs.Select((run, i) => (run.First, i + 1 < runs.Count ? runs[i + 1].First - 1 : 0x10FFFF, run.Category))];
    }
}
