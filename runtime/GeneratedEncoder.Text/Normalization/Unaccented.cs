using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// Characters without their accents. A table of our own, because <see cref="string.Normalize()"/> silently does nothing where an
/// application runs with invariant globalization, as it does by default in small containers.
/// </summary>
internal static class Unaccented
{
    // Hangul syllables: 19 leading consonants, 21 vowels, 27 trailing consonants or none.
    private const int FirstSyllable = 0xAC00, Syllables = 11172, Vowels = 21, Trailing = 28;
    private const int FirstLeading = 0x1100, FirstVowel = 0x1161, BeforeTrailing = 0x11A7;

    private static readonly Dictionary<int, string> s_table = Read();

    /// <summary>Appends what is left of a character when it is decomposed and its accents are dropped.</summary>
    public static void Append(Rune rune, NormalizedText to, int start, int end)
    {
        int syllable = rune.Value - FirstSyllable;
        if (syllable is >= 0 and < Syllables)
        {
            to.Append((char)(FirstLeading + syllable / (Vowels * Trailing)), start, end);
            to.Append((char)(FirstVowel + syllable / Trailing % Vowels), start, end);
            if (syllable % Trailing > 0)
            {
                to.Append((char)(BeforeTrailing + syllable % Trailing), start, end);
            }
        }
        else if (!rune.IsAscii && s_table.TryGetValue(rune.Value, out string? kept))
        {
            to.Append(kept, start, end);
        }
        else if (!Characters.IsAccent(rune))
        {
            to.Append(rune, start, end);
        }
    }

    private static Dictionary<int, string> Read()
    {
        using StreamReader reader = new(typeof(Unaccented).Assembly.GetManifestResourceStream("unaccented.txt")!);
        Dictionary<int, string> table = [];
        while (reader.ReadLine() is { } line)
        {
            int[] codes = Array.ConvertAll(line.Split(' '), code => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            table.Add(codes[0], string.Concat(codes.Skip(1).Select(char.ConvertFromUtf32)));
        }

        return table;
    }
}
