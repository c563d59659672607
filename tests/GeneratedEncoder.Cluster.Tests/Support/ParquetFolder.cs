using System.Globalization;
using DuckDB.NET.Data;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>A row of a Parquet file.</summary>
internal sealed record ParquetRow(string File, string Id, string Text, float[] Vector);

/// <summary>The files that the sample writes, read by DuckDB.</summary>
internal static class ParquetFolder
{
    /// <summary>Their names, in order.</summary>
    public static string[] Files(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.parquet").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Their bytes.</summary>
    public static Dictionary<string, byte[]> Contents(string folder) => Files(folder).ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)));

    /// <summary>All rows, in the files' order.</summary>
    public static IReadOnlyList<ParquetRow> Read(string folder)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"select filename, id, text, embedding from read_parquet('{folder}/*.parquet', filename = true, file_row_number = true) order by filename, file_row_number");
        using DuckDBDataReader reader = command.ExecuteReader();
        List<ParquetRow> rows = [];
        while (reader.Read())
        {
            rows.Add(new ParquetRow(Path.GetFileName(reader.GetString(0)), reader.GetString(1), reader.GetString(2), [.. reader.GetFieldValue<List<float>>(3)]));
        }

        return rows;
    }
}
