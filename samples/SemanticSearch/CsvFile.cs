using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace SemanticSearch;

/// <summary>
/// A CSV as RFC 4180 has it, read strictly: of a file with a mistake in any line nothing is taken, since what follows a quote too many or
/// a separator too few is another text than was meant.
/// </summary>
internal static class CsvFile
{
    /// <summary>All values of a column.</summary>
    /// <param name="path">The file, as <see cref="ReadRows"/> takes it.</param>
    /// <param name="column">The column; if null, "text", or the only one.</param>
    /// <exception cref="SearchException">There is no such column, or the file is no CSV; the message names the line.</exception>
    public static List<string> Read(string path, string? column) => [.. ReadRows(path, column).Select(row => row[0])];

    /// <summary>The values of some columns, a row at a time: a file may be larger than memory.</summary>
    /// <param name="path">
    /// The file; its first line names the columns. A .tsv is separated by tabs; in others the separator is found out: comma, semicolon, tab
    /// or bar.
    /// </param>
    /// <param name="columns">The columns; a null is "text", or the only one.</param>
    /// <returns>Rows in the order of the file, [columns] values each.</returns>
    /// <exception cref="SearchException">
    /// There is no such column, or the file is no CSV; the message names the line. It may come after rows of lines before that one.
    /// </exception>
    public static IEnumerable<string[]> ReadRows(string path, params string?[] columns)
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

        // UTF-8, or what the byte order mark says.
        using StreamReader text = new(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        using CsvReader reader = CsvReader.Create(text, options);
        string[] names = Next(reader, path)
            ? [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]
            : throw new SearchException($"'{path}' is empty: a CSV has at least a line that names its columns.");
        int[] indexes = [.. columns.Select(column => IndexOf(column, names, path))];
        while (Next(reader, path))
        {
            yield return Array.ConvertAll(indexes, reader.GetString);
        }
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
        try
        {
            if (!reader.Read())
            {
                return false;
            }
        }
        catch (CsvFormatException e)
        {
            throw Refused(path, e.LineNumber, e.Message);
        }
        catch (DecoderFallbackException)
        {
            throw NotUtf8(path);
        }

        for (int field = 0; field < reader.FieldCount; field++)
        {
            ReadOnlySpan<byte> raw = reader.GetRawSpan(field);
            if (raw.Contains((byte)0))
            {
                throw Refused(path, reader.LineNumber, "it has a NUL character, so it is not a text");
            }

            if (raw.Contains((byte)'"') && raw[0] != (byte)'"')
            {
                throw Refused(path, reader.LineNumber, $"""field {field + 1} has a quote in its middle. A field with quotes is quoted itself, and they are doubled: "a ""b"" c".""");
            }
        }

        return true;
    }

    /// <summary>Looks for the line of the first byte that is not UTF-8, which no reader tells.</summary>
    private static SearchException NotUtf8(string path)
    {
        using BufferedStream bytes = new(File.OpenRead(path));
        List<byte> line = [];
        int number = 1;
        for (int next = bytes.ReadByte(); next >= 0; next = bytes.ReadByte())
        {
            line.Add((byte)next);
            if (next == '\n' && Utf8.IsValid(CollectionsMarshal.AsSpan(line)))
            {
                line.Clear();
                number++;
            }
            else if (next == '\n')
            {
                break;
            }
        }

        ReadOnlySpan<byte> rest = CollectionsMarshal.AsSpan(line);
        while (Rune.DecodeFromUtf8(rest, out _, out int length) == OperationStatus.Done)
        {
            rest = rest[length..];
        }

        return Refused(path, number, $"the byte 0x{(rest.IsEmpty ? 0 : rest[0]):X2} is not UTF-8. Save the file in UTF-8");
    }

    private static SearchException Refused(string path, long line, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"'{path}' can't be read as a CSV, and nothing of it was taken: line {line}: {why.TrimEnd('.')}."));
}
