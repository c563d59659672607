using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Texts with their ids, and the CSV that has them.</summary>
internal sealed class Corpus
{
    private const string Words =
        "river harbour engine letter winter market garden signal bridge teacher forest kitchen battery museum island window copper thunder ledger orchard "
        + "moves carries repairs remembers measures opens forgets answers follows paints slowly quietly again never twice early bright heavy narrow broken";

    /// <summary>What goes wrong where a text is split, escaped, trimmed or normalised.</summary>
    private static readonly string[] s_odd =
    [
        "She said \"no\", and \"\"twice\"\" after that.", "two\nlines", "two\r\nlines of Windows", "a, b; c|d\te", " spaces around ", "", " ", "'; drop table embedding_cluster.vectors; --",
        @"\x00 \\ \n \u0041 are no escapes", "{\"json\": [1, 2]}", "%s {0} $1 @p :p ?", "na\u00EFve", "nai\u0308ve", "\uFB01ne \u2460", "\u00A0no\u00A0break\u00A0", "\u65E5\u672C\u8A9E\u306E\u6587\u7AE0\u3002",
        "\u0645\u0631\u062D\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645", "\U0001F469\u200D\U0001F680 \U0001F1EB\U0001F1F7 \U0001F680", "\uFEFFa mark at the beginning", "zero\u200Bwidth", "\u202Eturned", "=1+2", "NULL", "null", "NaN", "\\N",
    ];

    private Corpus(IReadOnlyList<(string Id, string Text)> rows) => Rows = rows;

    public IReadOnlyList<(string Id, string Text)> Rows { get; }

    public int Distinct => Rows.Select(row => row.Text).Distinct(StringComparer.Ordinal).Count();

    /// <summary>
    /// Sentences, odd texts between them, and every tenth text a second time: in the row after it, or far from it. The same rows have the same texts in every corpus.
    /// </summary>
    public static Corpus Varied(int rows)
    {
        string[] words = Words.Split(' ');
        Random random = new(19);
        List<(string, string)> all = [];
        for (int row = 0; row < rows; row++)
        {
            string text = row % 10 == 9 ? all[row % 20 == 9 ? row - 1 : row / 2].Item2
                : row % 10 == 4 && row / 10 < s_odd.Length ? s_odd[row / 10]
                : Sentence(random, words, 3 + random.Next(20));
            all.Add((string.Create(CultureInfo.InvariantCulture, $"r{row}"), text));
        }

        return new Corpus(all);
    }

    /// <summary>Different texts that keep an encoder busy: of about 150 tokens each.</summary>
    public static Corpus Long(int rows)
    {
        string[] words = Words.Split(' ');
        Random random = new(20);
        return new Corpus([.. Enumerable.Range(0, rows).Select(row => ($"{row:D6}", Sentence(random, words, 130)))]);
    }

    /// <summary>Writes the CSV: id, text, and a column that nobody asked for.</summary>
    public string WriteTo(TemporaryFolder folder, string name = "corpus.csv", string idColumn = "id", string textColumn = "text")
    {
        StringBuilder csv = new($"{idColumn},\"left, out\",{textColumn}\r\n");
        foreach ((string id, string text) in Rows)
        {
            csv.Append(id).Append(",x,\"").Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append("\"\r\n");
        }

        string path = folder.File(name);
        File.WriteAllText(path, csv.ToString());
        return path;
    }

    private static string Sentence(Random random, string[] words, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{random.Next(100_000)} {string.Join(' ', Enumerable.Range(0, length).Select(_ => words[random.Next(words.Length)]))}.");
}
