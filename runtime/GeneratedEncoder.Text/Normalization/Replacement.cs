namespace GeneratedEncoder.Text;

/// <summary>Replaces what a pattern finds.</summary>
internal sealed class Replacement(Pattern pattern, string content) : Normalizer
{
    public override int Apply(NormalizedText from, NormalizedText to, bool last)
    {
        if (!last)
        {
            return 0; // What a pattern finds may depend on all that follows.
        }

        ReadOnlySpan<char> chars = from.Chars;
        int at = 0;
        while (pattern.Find(chars, at, out int begin, out int end))
        {
            to.Append(from, at, begin);
            to.Append(content, from.Start(begin), from.End(end - 1));
            at = end;
        }

        to.Append(from, at, chars.Length);
        return chars.Length;
    }
}
