using System.Text;

namespace SemanticSearch;

/// <summary>A text to be found: a file, or a row of a CSV.</summary>
/// <param name="Name">What results call it; no other document of its corpus has the same.</param>
/// <param name="Text">The whole text.</param>
public sealed record Document(string Name, string Text)
{
    /// <summary>Changes whenever the text does.</summary>
    public string Hash { get; } = TextHash.Of(Text);
}

/// <summary>Documents that are indexed together.</summary>
/// <param name="Source">Full path of the folder or CSV.</param>
/// <param name="Documents">All that have any text.</param>
/// <param name="Unreadable">Files that are not text.</param>
public sealed record Corpus(string Source, IReadOnlyList<Document> Documents, IReadOnlyList<string> Unreadable)
{
    private static readonly string[] s_textFiles = [".txt", ".md"];
    private static readonly string[] s_tables = [".csv", ".tsv"];

    /// <summary>Reads a folder of text files, or a CSV.</summary>
    /// <param name="path">The folder or CSV.</param>
    /// <param name="column">The CSV's column that holds the text; if null, "text", or the only one.</param>
    /// <exception cref="SearchException">There is nothing to index; the message says why.</exception>
    public static Corpus Read(string path, string? column = null)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(path))
        {
            return column is null
                ? ReadFolder(path)
                : throw new SearchException($"--column names a column of a CSV, but '{path}' is a folder.");
        }

        if (!File.Exists(path))
        {
            throw new SearchException($"There is neither a folder nor a file '{path}'.");
        }

        if (!s_tables.Contains(Path.GetExtension(path).ToLowerInvariant()))
        {
            throw new SearchException($"'{path}' is neither a folder nor a CSV ({string.Join(", ", s_tables)}). To index text files, name their folder.");
        }

        List<Document> rows = [.. CsvFile.Read(path, column)
            .Index()
            .Where(row => !string.IsNullOrWhiteSpace(row.Item))
            .Select(row => new Document($"{Path.GetFileName(path)} row {row.Index + 1}", row.Item))];
        return rows.Count > 0 ? new Corpus(path, rows, []) : throw new SearchException($"No row of '{path}' has any text.");
    }

    private static Corpus ReadFolder(string folder)
    {
        List<Document> documents = [];
        List<string> unreadable = [];
        foreach (string path in Directory
            .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(path => s_textFiles.Contains(Path.GetExtension(path).ToLowerInvariant()))
            .Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (ReadText(path) is not { } text)
            {
                unreadable.Add(name);
            }
            else if (!string.IsNullOrWhiteSpace(text))
            {
                documents.Add(new Document(name, text));
            }
        }

        return documents.Count > 0
            ? new Corpus(folder, documents, unreadable)
            : throw new SearchException($"The folder '{folder}' has no text: no {string.Join(" or ", s_textFiles)} with anything in it.");
    }

    /// <summary>A file's text, or null where it is none; a byte order mark may say that it isn't UTF-8.</summary>
    private static string? ReadText(string path)
    {
        try
        {
            string text = File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return text.Contains('\0') ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
