using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// Normalization of characters with any number of accents, in time that grows with their number: the runtime decomposes them one by
/// one, they are put into Unicode's canonical order by counting, and the runtime composes what is in order already.
/// </summary>
internal static class CombiningMarks
{
    // A mark of each canonical combining class, in the classes' order. A mark moves before one of a higher class, and the runtime
    // shows which do: so it need not be asked for the classes themselves, which it doesn't tell.
    private static readonly Rune[] s_ofEachClass = [.. (
        "\u0334\U00016FF0\u093C\u3099\u094D\u05B0\u05B1\u05B2\u05B3\u05B4\u05B5\u05B6\u05B7\u05B8\u05B9\u05BB\u05BC\u05BD\u05BF\u05C1\u05C2" +
        "\uFB1E\u064B\u064C\u064D\u064E\u064F\u0650\u0651\u0652\u0670\u0711\u0C55\u0C56\u0E38\u0E48\u0EB8\u0EC8\u0F71\u0F72\u0F74\u0321" +
        "\u1DCE\u031B\u302A\u0316\u059A\u302E\U0001D16D\u05AE\u0300\u0315\u035C\u035D\u0345").EnumerateRunes()];

    /// <summary>A text's form, in memory of its own.</summary>
    public static ReadOnlySpan<char> Normalize(ReadOnlySpan<char> text, NormalizationForm form)
    {
        bool composes = form is NormalizationForm.FormC or NormalizationForm.FormKC;
        NormalizationForm apart = form is NormalizationForm.FormC or NormalizationForm.FormD ? NormalizationForm.FormD : NormalizationForm.FormKD;
        Dictionary<Rune, string> decomposed = [];
        Dictionary<Rune, int> classes = [];
        List<Rune>[] marks = new List<Rune>[s_ofEachClass.Length + 1];
        bool any = false;
        StringBuilder ordered = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!decomposed.TryGetValue(rune, out string? parts))
            {
                decomposed.Add(rune, parts = rune.ToString().Normalize(apart));
            }

            foreach (Rune part in parts.EnumerateRunes())
            {
                if (!classes.TryGetValue(part, out int order))
                {
                    classes.Add(part, order = Class(part));
                }

                if (order == 0)
                {
                    Flush();
                    Append(part);
                }
                else
                {
                    (marks[order] ??= []).Add(part);
                    any = true;
                }
            }
        }

        Flush();
        if (!composes)
        {
            return ordered.ToString();
        }

        // Written to memory of our own: what the runtime rents for a long text it keeps. No text gets longer by being composed.
        char[] composed = new char[ordered.Length];
        return ordered.ToString().AsSpan().TryNormalize(composed, out int length, NormalizationForm.FormC)
            ? composed.AsSpan(0, length)
            : throw new InvalidOperationException("A text became longer by being composed.");

        void Flush()
        {
            for (int order = 1; any && order < marks.Length; order++)
            {
                marks[order]?.ForEach(Append);
                marks[order]?.Clear();
            }

            any = false;
        }

        void Append(Rune rune)
        {
            Span<char> units = stackalloc char[2];
            ordered.Append(units[..rune.EncodeToUtf16(units)]);
        }
    }

    /// <summary>A number that orders characters by their combining classes: 0 for those that are no marks, and never move.</summary>
    private static int Class(Rune rune)
    {
        int higher = 0;
        while (higher < s_ofEachClass.Length && !MovesBefore(s_ofEachClass[higher], rune))
        {
            higher++;
        }

        // A mark of the highest class moves before none, a character that is no mark neither; but the mark lets others move before it.
        return higher < s_ofEachClass.Length || MovesBefore(rune, s_ofEachClass[0]) ? higher : 0;
    }

    /// <summary>Whether the second of two characters is put before the first.</summary>
    private static bool MovesBefore(Rune first, Rune second) =>
        $"{first}{second}".Normalize(NormalizationForm.FormD).StartsWith(second.ToString(), StringComparison.Ordinal) && first != second;
}
