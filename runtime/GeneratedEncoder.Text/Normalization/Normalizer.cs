using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>One step from what a user wrote to what the model's words are made of.</summary>
internal abstract class Normalizer
{
    /// <summary>
    /// How many characters the steps may make of each of a text's, beside <see cref="FreeGrowth"/>. Unicode's own forms make up to 18 of
    /// one; more comes of files that mean harm.
    /// </summary>
    public const int MostGrowth = 64;

    /// <summary>How many characters the steps may make of a text however short it is.</summary>
    public const int FreeGrowth = 4096;

    /// <summary>Rewrites what can be rewritten without knowing what follows.</summary>
    /// <param name="from">The text, or as much of it as was read; without halves of surrogate pairs.</param>
    /// <param name="to">The rewritten characters are appended to it.</param>
    /// <param name="last">Whether nothing follows; everything is to be rewritten then.</param>
    /// <returns>How many characters were rewritten. The others are given again, with what follows them.</returns>
    public abstract int Apply(NormalizedText from, NormalizedText to, bool last);

    /// <summary>Applies steps to a text as a whole.</summary>
    public static string Apply(IReadOnlyList<Normalizer> steps, string text)
    {
        NormalizedText from = new();
        from.AppendOriginal(text, 0);
        foreach (Normalizer step in steps)
        {
            NormalizedText to = new();
            to.Limit(MostAfter(text.Length));
            step.Apply(from, to, last: true);
            from = to;
        }

        return from.Chars.ToString();
    }

    /// <summary>How many characters the steps may make of so many.</summary>
    public static long MostAfter(long length) => MostGrowth * length + FreeGrowth;
}

/// <summary>What BERT's tokenizer does first: drops controls, makes all white space blanks, sets Chinese characters apart.</summary>
internal sealed class BertCleaning(bool cleanText, bool handleChineseChars) : Normalizer
{
    public override int Apply(NormalizedText from, NormalizedText to, bool last)
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

        return chars.Length;
    }
}

/// <summary>Decomposes characters and drops their accents.</summary>
internal sealed class Unaccenting : Normalizer
{
    public override int Apply(NormalizedText from, NormalizedText to, bool last)
    {
        ReadOnlySpan<char> chars = from.Chars;
        for (int at = 0, width; at < chars.Length; at += width)
        {
            _ = Rune.DecodeFromUtf16(chars[at..], out Rune rune, out width);
            Unaccented.Append(rune, to, from.Start(at), from.End(at + width - 1));
        }

        return chars.Length;
    }
}

/// <summary>Lower case by Unicode's own rules, whatever the machine's language.</summary>
internal sealed class LowerCase : Normalizer
{
    // The one letter whose lower case is longer: it becomes i and a dot above.
    private const int DottedI = 0x130;

    public override int Apply(NormalizedText from, NormalizedText to, bool last)
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

        return chars.Length;
    }
}

/// <summary>Drops marks that stand as characters of their own, spacing ones too: accents, vowel signs.</summary>
internal sealed class StripAccents : Normalizer
{
    public override int Apply(NormalizedText from, NormalizedText to, bool last)
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

        return chars.Length;
    }
}

/// <summary>Drops white space at the ends.</summary>
internal sealed class Trimming(bool left, bool right) : Normalizer
{
    public override int Apply(NormalizedText from, NormalizedText to, bool last)
    {
        ReadOnlySpan<char> chars = from.Chars;
        int begin = left && to.Total == 0 ? chars.Length - chars.TrimStart().Length : 0;
        int end = right ? Math.Max(begin, chars.TrimEnd().Length) : chars.Length;
        to.Append(from, begin, end);
        return last ? chars.Length : end;
    }
}
