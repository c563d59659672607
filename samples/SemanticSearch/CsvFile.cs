using DuckDB.NET.Data;

namespace SemanticSearch;

/// <summary>A CSV as DuckDB reads it: separator, quotes and line ends are found out.</summary>
internal static class CsvFile
{
    /// <summary>All values of a column, null where a row has none.</summary>
    /// <param name="path">The file; its first line names the columns.</param>
    /// <param name="column">The column; if null, "text", or the only one.</param>
    /// <exception cref="SearchException">There is no such column, or the file is no CSV.</exception>
    public static List<string?> Read(string path, string? column)
    {
        using DuckDBConnection connection = new("Data Source=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();

        // Lines that don't fit are an error: by itself it might skip some at the top.
        command.CommandText = "SELECT * FROM read_csv($path, header = true, all_varchar = true, skip = 0)";
        command.Parameters.Add(new DuckDBParameter("path", Literally(path)));
        try
        {
            using DuckDBDataReader reader = command.ExecuteReader();
            string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
            int index = IndexOf(column, columns, path);
            List<string?> values = [];
            while (reader.Read())
            {
                values.Add(reader.IsDBNull(index) ? null : reader.GetString(index));
            }

            return values;
        }
        catch (DuckDBException e)
        {
            // Its first paragraph says what is wrong where; the rest is advice for those who write SQL.
            throw new SearchException($"'{path}' can't be read as a CSV: {e.Message.Split("\n\n")[0].ReplaceLineEndings(" ")}");
        }
    }

    private static int IndexOf(string? column, string[] columns, string path)
    {
        int index = Array.FindIndex(columns, name => name.Equals(column ?? "text", StringComparison.OrdinalIgnoreCase));
        return
            index >= 0 ? index :
            column is null && columns.Length == 1 ? 0 :
            throw new SearchException(
                $"'{path}' has no column '{column ?? "text"}'. It has: '{string.Join("', '", columns)}'." + (column is null ? " Name the one to index: --column <name>." : ""));
    }

    /// <summary>A path as read_csv's patterns write it: what would stand for other files is put in brackets.</summary>
    private static string Literally(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString()));
}
