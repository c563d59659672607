namespace GeneratedEncoder.Text;

/// <summary>Replaces what a pattern finds.</summary>
internal sealed class Replacement(Pattern pattern, string content) : Normalizer
{
    public override int Apply(NormalizedText from, NormalizedText to, bool last)
    {
        if (!last && pattern.HasPlaces)
        {
            return 0; // Where the text begins and ends is known when all of it is there.
        }

        ReadOnlySpan<char> chars = from.Chars;
        DeadEnds known = pattern.Begin(chars);
        int at = 0, certain;
        while (pattern.Find(chars, at, ref known, last, out int begin, out int end, out certain))
        {
            to.Append(from, at, begin);
            to.Append(content, from.Start(begin), from.End(end - 1));
            at = end;
        }

        known.Dispose();
        to.Append(from, at, certain);
        return certain;
    }
}
