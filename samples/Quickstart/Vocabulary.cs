namespace Quickstart;

/// <summary>The model's words, one a line in vocab.txt; the line's number is the token id.</summary>
public sealed class Vocabulary
{
    private static readonly char[] s_separators = [' ', '\t', '\n', ',', '.', '!', '?', ';', ':', '"'];
    private readonly Dictionary<string, int> _ids;

    private Vocabulary(Dictionary<string, int> ids) => _ids = ids;

    /// <summary>Words and special tokens.</summary>
    public int Count => _ids.Count;

    public static Vocabulary Load(string path) => Of(File.ReadLines(path));

    /// <summary>The words in the order of their ids.</summary>
    public static Vocabulary Of(IEnumerable<string> words)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach (string word in words)
        {
            ids.Add(word, ids.Count);
        }

        return new Vocabulary(ids);
    }

    /// <summary>Reads a sentence: lower-case words between [CLS] and [SEP].</summary>
    /// <param name="text">Words of the vocabulary; punctuation is dropped.</param>
    /// <param name="maxTokens">The longest text that the encoder takes, in tokens.</param>
    /// <exception cref="SentenceException">It is empty, too long, or has a word that the model doesn't know.</exception>
    public Sentence Read(string text, int maxTokens)
    {
        string[] words = text.ToLowerInvariant().Split(s_separators, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            throw new SentenceException("The sentence is empty.");
        }

        if (words.Length + 2 > maxTokens)
        {
            throw new SentenceException($"The sentence has {words.Length} words, but this model reads at most {maxTokens - 2}.");
        }

        if (Array.Find(words, word => !_ids.ContainsKey(word)) is { } unknown)
        {
            throw new SentenceException(
                $"'{unknown}' is not among the {Count} words that this model knows (Model/vocab.txt). Close to it are: {string.Join(", ", Closest(unknown))}.");
        }

        string[] tokens = ["[CLS]", .. words, "[SEP]"];
        return new Sentence(text, tokens, Array.ConvertAll(tokens, token => _ids[token]));
    }

    private IEnumerable<string> Closest(string word) =>
        _ids.Keys.Where(known => known[0] != '[').OrderBy(known => EditDistance(known, word)).ThenBy(known => known, StringComparer.Ordinal).Take(3);

    /// <summary>Levenshtein's distance: the fewest letters to insert, delete or replace.</summary>
    private static int EditDistance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        foreach ((int i, char letter) in a.Index())
        {
            int[] row = new int[b.Length + 1];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                row[j + 1] = Math.Min(Math.Min(row[j], previous[j + 1]) + 1, previous[j] + (letter == b[j] ? 0 : 1));
            }

            previous = row;
        }

        return previous[^1];
    }
}

/// <summary>A sentence as the encoder reads it.</summary>
/// <param name="Text">As it was given.</param>
/// <param name="Tokens">[CLS], the words, [SEP].</param>
/// <param name="Ids">Each token's id.</param>
public sealed record Sentence(string Text, string[] Tokens, int[] Ids)
{
    /// <summary>The token of a word, or -1.</summary>
    public int IndexOf(string word) => Array.IndexOf(Tokens, word);
}

/// <summary>A sentence that the model can't read; the message says why.</summary>
public sealed class SentenceException(string message) : Exception(message);
