using System.Text.RegularExpressions;

namespace SemanticSearch;

/// <summary>A part of a document that gets an embedding of its own.</summary>
/// <param name="Document">The document's name.</param>
/// <param name="Number">Its place in the document, from 1.</param>
/// <param name="Text">Its text, which the model reads whole.</param>
public sealed record Passage(string Document, int Number, string Text)
{
    /// <summary>Passages of the same text have the same embedding.</summary>
    public string Hash { get; } = TextHash.Of(Text);
}

/// <summary>
/// Splits documents into paragraphs, and those that a model can't read whole into halves, until it can.
/// </summary>
public sealed partial class PassageSplitter(SearchModel model)
{
    /// <summary>The passages of a document. Together they have all of its words.</summary>
    public IEnumerable<Passage> Split(Document document) =>
        BlankLines().Split(document.Text)
            .SelectMany(Fitting)
            .Select((text, index) => new Passage(document.Name, index + 1, text));

    private IEnumerable<string> Fitting(string text)
    {
        text = text.Trim();
        if (text.Length == 0)
        {
            return [];
        }

        if (model.CountTokens(text) <= model.MaxTokens)
        {
            return [text];
        }

        int cut = Cut(text);
        return Fitting(text[..cut]).Concat(Fitting(text[cut..]));
    }

    /// <summary>Where to cut a text: at the sentence's end nearest to its middle, or between words, or, without any blank, anywhere.</summary>
    private static int Cut(string text)
    {
        int middle = text.Length / 2;
        foreach (Regex boundary in (Regex[])[SentenceEnd(), Blank()])
        {
            int[] ends = [.. boundary.Matches(text).Select(match => match.Index + match.Length).Where(end => end < text.Length)];
            if (ends.Length > 0)
            {
                return ends.MinBy(end => Math.Abs(end - middle));
            }
        }

        return char.IsLowSurrogate(text[middle]) ? middle + 1 : middle;
    }

    /// <summary>Between paragraphs; but a Markdown heading goes with what it stands above.</summary>
    [GeneratedRegex(@"(?<!^\#[^\r\n]*)\r?\n\s*\r?\n", RegexOptions.Multiline)]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"[.!?]+[""')\]\u201D\u2019]*\s+|\u3002")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
