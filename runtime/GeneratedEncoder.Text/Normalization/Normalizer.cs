using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>One step from what a user wrote to what the model's words are made of.</summary>
internal abstract class Normalizer
{
    /// <summary>Rewrites <paramref name="from"/> into <paramref name="to"/>, which is empty.</summary>
    public abstract void Apply(NormalizedText from, NormalizedText to);

    /// <summary>The text, with U+FFFD in place of halves of surrogate pairs, which the runtime refuses to normalize.</summary>
    public static string WellFormed(string text) => string.Concat(text.EnumerateRunes());

    /// <summary>Refuses steps that the runtime would silently skip.</summary>
    public static void RequireUnicodeForms(string step)
    {
        if ("\u00E9".Normalize(NormalizationForm.FormD).Length == 1)
        {
            throw new NotSupportedException(
                $"The tokenizer's normalizer '{step}' needs Unicode normalization, which this application has switched off with InvariantGlobalization; install ICU and set InvariantGlobalization to false.");
        }
    }
}

/// <summary>What BERT's tokenizer does first: drops controls, makes all white space blanks, sets Chinese characters apart.</summary>
internal sealed class BertCleaning(bool cleanText, bool handleChineseChars) : Normalizer
{
    public override void Apply(NormalizedText from, NormalizedText to)
    {
        ReadOnlySpan<char> chars = from.Chars;
        for (int at = 0, width; at < chars.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..], out Rune rune, out width);
            if (cleanText && (rune.Value is 0 or 0xFFFD || Characters.IsControl(rune)))
            {
                continue;
            }

            int start = from.Start(at), end = from.End(at + width - 1);
            bool apart = handleChineseChars && Characters.IsCjk(rune);
            if (apart)
            {
                to.Append(' ', start, end);
            }

            to.Append(cleanText && Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune, start, end);
            if (apart)
            {
                to.Append(' ', start, end);
            }
        }
    }
}

/// <summary>Decomposes characters and drops their accents.</summary>
internal sealed class Unaccenting : Normalizer
{
    public override void Apply(NormalizedText from, NormalizedText to)
    {
        ReadOnlySpan<char> chars = from.Chars;
        for (int at = 0, width; at < chars.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..], out Rune rune, out width);
            Unaccented.Append(rune, to, from.Start(at), from.End(at + width - 1));
        }
    }
}

/// <summary>Lower case by Unicode's own rules, whatever the machine's language.</summary>
internal sealed class LowerCase : Normalizer
{
    // The one letter whose lower case is longer: it becomes i and a dot above.
    private const int DottedI = 0x130;

    public override void Apply(NormalizedText from, NormalizedText to)
    {
        ReadOnlySpan<char> chars = from.Chars;
        for (int at = 0, width; at < chars.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..], out Rune rune, out width);
            int start = from.Start(at), end = from.End(at + width - 1);
            if (rune.Value == DottedI)
            {
                to.Append("i\u0307", start, end);
            }
            else
            {
                to.Append(Rune.ToLowerInvariant(rune), start, end);
            }
        }
    }
}

/// <summary>Drops marks that stand as characters of their own, spacing ones too: accents, vowel signs.</summary>
internal sealed class StripAccents : Normalizer
{
    public override void Apply(NormalizedText from, NormalizedText to)
    {
        ReadOnlySpan<char> chars = from.Chars;
        for (int at = 0, width; at < chars.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..], out Rune rune, out width);
            if (!Characters.IsMark(rune))
            {
                to.Append(rune, from.Start(at), from.End(at + width - 1));
            }
        }
    }
}

/// <summary>Drops white space at the ends.</summary>
internal sealed class Trimming(bool left, bool right) : Normalizer
{
    public override void Apply(NormalizedText from, NormalizedText to)
    {
        ReadOnlySpan<char> chars = from.Chars;
        int begin = left ? chars.Length - chars.TrimStart().Length : 0;
        int end = right ? chars.TrimEnd().Length : chars.Length;
        to.Append(from, begin, Math.Max(begin, end));
    }
}

/// <summary>
/// Rewrites what a reader sees as one character, a letter and its accents, at a time; plain ASCII stays.
/// </summary>
/// <param name="rewrite">What becomes of it.</param>
internal sealed class ByCharacter(Func<string, string> rewrite) : Normalizer
{
    private const int MostSeen = 1 << 14;
    private readonly ConcurrentDictionary<string, string> _seen = new(StringComparer.Ordinal);

    public override void Apply(NormalizedText from, NormalizedText to)
    {
        ReadOnlySpan<char> chars = from.Chars;
        for (int at = 0, width; at < chars.Length; at += width)
        {
            width = StringInfo.GetNextTextElementLength(chars[at..]);
            ReadOnlySpan<char> character = chars.Slice(at, width);
            string? rewritten = width == 1 && character[0] is >= ' ' and < '\x7F' ? null : Rewritten(character);
            if (rewritten is null || character.SequenceEqual(rewritten))
            {
                to.Append(from, at, at + width);
            }
            else
            {
                to.Append(rewritten, from.Start(at), from.End(at + width - 1));
            }
        }
    }

    private string Rewritten(ReadOnlySpan<char> character)
    {
        if (_seen.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(character, out string? known))
        {
            return known;
        }

        // Half a surrogate pair and U+FFFE, which .NET refuses to normalize, stay.
        string text = character.ToString(), rewritten = IsRefused(character) ? text : rewrite(text);
        if (_seen.Count < MostSeen)
        {
            _seen.TryAdd(text, rewritten);
        }

        return rewritten;
    }

    private static bool IsRefused(ReadOnlySpan<char> character)
    {
        for (int at = 0, width; at < character.Length; at += width)
        {
            if (Rune.DecodeFromUtf16(character[at..], out Rune rune, out width) != OperationStatus.Done || rune.Value == 0xFFFE)
            {
                return true;
            }
        }

        return false;
    }
}
