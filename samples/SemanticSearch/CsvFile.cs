using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;

namespace SemanticSearch;

/// <summary>
/// A CSV as RFC 4180 has it, read strictly: of a file with a mistake in any line nothing is taken, since what follows a quote too many or
/// a separator too few is another text than was meant.
/// </summary>
internal static class CsvFile
{
    /// <summary>All values of a column.</summary>
    /// <param name="path">
    /// The file; its first line names the columns. A .tsv is separated by tabs; in others the separator is found out: comma, semicolon, tab
    /// or bar.
    /// </param>
    /// <param name="column">The column; if null, "text", or the only one.</param>
    /// <exception cref="SearchException">There is no such column, or the file is no CSV; the message names the line.</exception>
    public static List<string> Read(string path, string? column)
    {
        CsvReaderOptions options = new()
        {
            HasHeader = false, // It is read as a record, and has to be as well-formed as one.
            Separator = Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : null,
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Throw,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
        };
        try
        {
            using CsvReader reader = CsvReader.FromText(ReadText(path), options);
            string[] columns = Next(reader, path)
                ? [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]
                : throw new SearchException($"'{path}' is empty: a CSV has at least a line that names its columns.");
            int index = IndexOf(column, columns, path);
            List<string> values = [];
            while (Next(reader, path))
            {
                values.Add(reader.GetString(index));
            }

            return values;
        }
        catch (CsvFormatException e)
        {
            throw Refused(path, e.LineNumber, e.Message);
        }
    }

    /// <summary>The file's text in UTF-8, or in what its byte order mark says.</summary>
    private static string ReadText(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string text;
        try
        {
            using StreamReader reader = new(new MemoryStream(bytes), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            text = reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            ReadOnlySpan<byte> rest = bytes;
            while (Rune.DecodeFromUtf8(rest, out _, out int length) == OperationStatus.Done)
            {
                rest = rest[length..];
            }

            ReadOnlySpan<byte> before = bytes.AsSpan(0, bytes.Length - rest.Length);
            throw Refused(path, before.Count((byte)'\n') + 1, $"the byte 0x{(rest.IsEmpty ? 0 : rest[0]):X2} is not UTF-8. Save the file in UTF-8");
        }

        return text.IndexOf('\0') is >= 0 and int nul
            ? throw Refused(path, text.AsSpan(0, nul).Count('\n') + 1, "it has a NUL character, so it is not a text")
            : text;
    }

    private static int IndexOf(string? column, string[] columns, string path)
    {
        string name = column ?? "text";
        int[] found = [.. columns.Index().Where(c => c.Item.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(c => c.Index)];
        return found switch
        {
            [int only] => only,
            [] when column is null && columns.Length == 1 => 0,
            [] => throw new SearchException(
                $"'{path}' has no column '{name}'. It has: '{string.Join("', '", columns)}'." + (column is null ? " Name the one to index: --column <name>." : "")),
            _ => throw new SearchException($"'{path}' has {found.Length} columns '{name}'. Rename all but one."),
        };
    }

    /// <summary>
    /// Goes on to the next line that isn't empty. A quote within a field that doesn't begin with one the library keeps; the standard doesn't
    /// allow it.
    /// </summary>
    private static bool Next(CsvReader reader, string path)
    {
        if (!reader.Read())
        {
            return false;
        }

        for (int field = 0; field < reader.FieldCount; field++)
        {
            ReadOnlySpan<byte> raw = reader.GetRawSpan(field);
            if (raw.Contains((byte)'"') && raw[0] != (byte)'"')
            {
                throw Refused(path, reader.LineNumber, $"""field {field + 1} has a quote in its middle. A field with quotes is quoted itself, and they are doubled: "a ""b"" c".""");
            }
        }

        return true;
    }

    private static SearchException Refused(string path, long line, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"'{path}' can't be read as a CSV, and nothing of it was indexed: line {line}: {why.TrimEnd('.')}."));
}
