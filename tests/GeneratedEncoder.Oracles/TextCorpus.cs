using System.Text;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// More than a thousand texts for tests of real models: 487 sentences of some forty subjects, scripts and programming languages, the forms
/// of corpus/forms.txt filled in with corpus/words.txt, paragraphs of one subject, and long texts of several, from one word to more tokens
/// than a model reads. The same on every machine, in the same order.
/// </summary>
public static partial class TextCorpus
{
    private const int TextsPerForm = 10, LongTexts = 40;

    /// <summary>Sections of corpus/sentences.txt that make no sense as a paragraph.</summary>
    private static readonly string[] s_apart = ["short", "code", "numbers", "shouting and noise", "other languages", "other scripts", "paraphrases"];

    /// <summary>All texts; no two are the same.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Sections().SelectMany(section => section.Sentences).Concat(Forms()).Concat(Paragraphs()).Concat(Long()).Distinct()];

    /// <summary>The sentences as they were written, by subject.</summary>
    private static IEnumerable<(string Subject, string[] Sentences)> Sections()
    {
        const string Heading = "## ";
        string? subject = null;
        List<string> sentences = [];
        foreach (string line in Lines("sentences.txt").Append(Heading))
        {
            if (!line.StartsWith(Heading, StringComparison.Ordinal))
            {
                sentences.Add(line);
                continue;
            }

            if (subject is not null)
            {
                yield return (subject, [.. sentences]);
            }

            (subject, sentences) = (line[Heading.Length..], []);
        }
    }

    private static IEnumerable<string> Forms()
    {
        Dictionary<string, string[]> words = Lines("words.txt").Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[1].Split(" | "));
        foreach (string form in Lines("forms.txt"))
        {
            Draw draw = new(form);
            for (int i = 0; i < TextsPerForm; i++)
            {
                yield return Slot().Replace(form, slot => draw.Of(words[slot.Groups[1].Value]));
            }
        }
    }

    /// <summary>Four of each subject, from two sentences to all of them.</summary>
    private static IEnumerable<string> Paragraphs()
    {
        foreach ((string subject, string[] sentences) in Prose())
        {
            Draw draw = new(subject);
            foreach (int count in new[] { 2, 3, 6, sentences.Length })
            {
                yield return string.Join(' ', draw.Shuffled(sentences).Take(count));
            }
        }
    }

    /// <summary>Paragraphs of several subjects, up to twice as long as a model reads.</summary>
    private static IEnumerable<string> Long()
    {
        string[] paragraphs = [.. Prose().Select(section => string.Join(' ', section.Sentences))];
        Draw draw = new("long texts");
        for (int i = 0; i < LongTexts; i++)
        {
            yield return string.Join("\n\n", draw.Shuffled(paragraphs).Take(2 + i % 3));
        }
    }

    private static IEnumerable<(string Subject, string[] Sentences)> Prose() => Sections().Where(section => !s_apart.Contains(section.Subject));

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "corpus", file), Encoding.UTF8);

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Slot();

    /// <summary>Random choices that a name decides.</summary>
    private sealed class Draw(string name)
    {
        private int _drawn;

        /// <summary>A number below <paramref name="count"/>.</summary>
        public int Next(int count)
        {
            Span<float> value = [0];
            RandomNumbers.Fill(value, seed: 15, name, center: 0.5, spread: 0.5, _drawn++);
            return Math.Min((int)(value[0] * count), count - 1);
        }

        public string Of(string[] values) => values[Next(values.Length)];

        public string[] Shuffled(string[] values)
        {
            string[] order = [.. values];
            for (int i = order.Length - 1; i > 0; i--)
            {
                int other = Next(i + 1);
                (order[i], order[other]) = (order[other], order[i]);
            }

            return order;
        }
    }
}
