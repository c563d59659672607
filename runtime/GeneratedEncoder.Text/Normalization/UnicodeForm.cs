using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// Unicode's NFC, NFD, NFKC or NFKD, of what a reader sees as one character, a letter and its accents, at a time; plain ASCII stays.
/// Nothing is allocated here, but the runtime's precompiled code allocates 96 bytes for what isn't ASCII until it is compiled anew: in a process's first tenth of a
/// second, or always where tiered compilation is off.
/// </summary>
internal sealed class UnicodeForm : Normalizer
{
    /// <summary>Characters of a heap of accents from which on they are put in order here: the runtime's time grows with their square.</summary>
    private const int Heap = 32;

    /// <summary>Characters that one character may become.</summary>
    private const int MostOfOne = 18;

    // The runtime, and with it what they are rewritten as, refuses them.
    private const char NoCharacter = '\uFFFE';

    private readonly NormalizationForm _form;

    /// <summary>Of each character that stands alone: 1 where it stays, 2 where it doesn't, 0 where that isn't known yet.</summary>
    private readonly byte[] _alone = new byte[1 << 16];

    /// <param name="form">The form.</param>
    /// <param name="name">What the file calls it.</param>
    /// <exception cref="NotSupportedException">The application has switched it off.</exception>
    public UnicodeForm(NormalizationForm form, string name)
    {
        // The runtime would silently do nothing.
        if ("\u00E9".Normalize(NormalizationForm.FormD).Length == 1)
        {
            throw new NotSupportedException(
                $"The tokenizer's normalizer '{name}' needs Unicode normalization, which this application has switched off with InvariantGlobalization; install ICU and set InvariantGlobalization to false.");
        }

        _form = form;
    }

    public override int Apply(NormalizedText from, NormalizedText to, bool last)
    {
        ReadOnlySpan<char> chars = from.Chars;
        Span<char> rewritten = stackalloc char[Heap * MostOfOne];
        int at = 0;
        for (int width; at < chars.Length; at += width)
        {
            width = Characters.ClusterLength(chars[at..]);
            if (at + width == chars.Length && !last)
            {
                break; // An accent may follow.
            }

            ReadOnlySpan<char> cluster = chars.Slice(at, width);
            if (width == 1 ? Stays(cluster) : cluster.Contains(NoCharacter))
            {
                to.Append(from, at, at + width);
                continue;
            }

            ReadOnlySpan<char> result = width > Heap
                ? CombiningMarks.Normalize(cluster, _form)
                : cluster.TryNormalize(rewritten, out int length, _form) ? rewritten[..length] : throw new InvalidOperationException("A character became more than 18.");
            if (result.SequenceEqual(cluster))
            {
                to.Append(from, at, at + width);
            }
            else
            {
                to.Append(result, from.Start(at), from.End(at + width - 1));
            }
        }

        return at;
    }

    private bool Stays(ReadOnlySpan<char> character)
    {
        if (char.IsAscii(character[0]) || character[0] == NoCharacter)
        {
            return true;
        }

        ref byte known = ref _alone[character[0]];
        if (known == 0)
        {
            known = (byte)(character.IsNormalized(_form) ? 1 : 2);
        }

        return known == 1;
    }
}
