namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// A WordPiece vocabulary of 30,522: that of bert-base-uncased if shared/models is beside the repository or further up, otherwise one
/// of made-up words.
/// </summary>
internal static class Vocabulary
{
    private const int Size = 30522;
    private const int SpecialTokens = 2;

    private static readonly string? s_real = Real();

    /// <summary>Where the words come from.</summary>
    public static string Origin => s_real is null ? "a made-up vocabulary" : "bert-base-uncased's vocabulary";

    /// <summary>Writes it, a token a line. Returns the tokens.</summary>
    public static string[] Write(string path)
    {
        string[] vocabulary = s_real is null ? MadeUp() : File.ReadAllLines(s_real);
        File.WriteAllLines(path, vocabulary);
        return vocabulary;
    }

    /// <summary>Texts of so many tokens, special ones among them: words of the vocabulary at random, the same in every run.</summary>
    public static string[] Texts(string[] vocabulary, int[] lengths)
    {
        string[] words = [.. vocabulary.Where(word => word.All(char.IsAsciiLetterLower))];
        Random random = new(Seed: 2);
        return Array.ConvertAll(lengths, tokens => string.Join(' ', random.GetItems(words, tokens - SpecialTokens)));
    }

    /// <summary>Special tokens, letters, and words counted through in base 26.</summary>
    private static string[] MadeUp()
    {
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        IEnumerable<string> words = Enumerable.Range(0, Size - special.Length).Select(number =>
        {
            char[] letters = new char[4];
            for (int i = letters.Length - 1; i >= 0; i--, number /= 26)
            {
                letters[i] = (char)('a' + number % 26);
            }

            return new string(letters);
        });
        return [.. special, .. words];
    }

    private static string? Real()
    {
        for (DirectoryInfo? above = new(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            string path = Path.Combine(above.FullName, "shared", "models", "all-MiniLM-L6-v2", "vocab.txt");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
