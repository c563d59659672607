using System.Globalization;
using Npgsql;

namespace EmbeddingCluster;

/// <summary>Opens the database.</summary>
internal static class DatabaseConnection
{
    private const int SecondsToConnect = 10;

    /// <summary>Opens it, and tries whether it can be reached.</summary>
    /// <exception cref="ClusterException">It can't, or the connection string is none.</exception>
    public static async Task<NpgsqlDataSource> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = string.Create(CultureInfo.InvariantCulture, $"EmbeddingCluster {Environment.ProcessId}") };
        }
        catch (ArgumentException e)
        {
            throw new ClusterException($"The connection string can't be read ({e.Message.TrimEnd('.')}). It looks like 'Host=localhost;Username=me;Database=vectors'.");
        }

        if (!builder.ContainsKey("Timeout"))
        {
            builder.Timeout = SecondsToConnect;
        }

        NpgsqlDataSource database = NpgsqlDataSource.Create(builder);
        try
        {
            await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
            return database;
        }
        catch (NpgsqlException e)
        {
            await database.DisposeAsync();
            throw new ClusterException($"The database can't be reached: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
