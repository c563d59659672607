namespace GeneratedEncoder.Text;

/// <summary>Replaces what a pattern finds.</summary>
internal sealed class Replacement(Pattern pattern, string content) : Normalizer
{
    public override void Apply(NormalizedText from, NormalizedText to)
    {
        ReadOnlySpan<char> chars = from.Chars;
        int at = 0;
        while (pattern.Find(chars, at, out int begin, out int end))
        {
            to.Append(from, at, begin);
            to.Append(content, from.Start(begin), from.End(end - 1));
            at = end;
        }

        to.Append(from, at, chars.Length);
    }
}
