using Npgsql;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>A database for one test: what the sample's processes connect to, and questions about what they wrote.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<PostgresServer> s_shared = new(PostgresServer.Start);

    private readonly NpgsqlDataSource _source;

    private TestDatabase(string connectionString)
    {
        ConnectionString = connectionString;
        _source = NpgsqlDataSource.Create(connectionString + ";Application Name=tests;Maximum Pool Size=4");
    }

    /// <summary>What a user would type.</summary>
    public string ConnectionString { get; }

    /// <summary>A new one on the server that all tests share. The test is skipped where there is none.</summary>
    public static Task<TestDatabase> CreateAsync()
    {
        Skip.If(PostgresPrograms.Missing is not null, PostgresPrograms.Missing);
        return CreateAsync(s_shared.Value);
    }

    /// <summary>A server that a test may stop. The test is skipped where none can be started.</summary>
    public static PostgresServer StartServer()
    {
        Skip.If(PostgresPrograms.Missing is not null, PostgresPrograms.Missing);
        return PostgresServer.Start();
    }

    public static async Task<TestDatabase> CreateAsync(PostgresServer server)
    {
        TestDatabase database = new(await server.CreateDatabaseAsync());
        await using NpgsqlCommand command = database._source.CreateCommand(StepLog.Script);
        await command.ExecuteNonQueryAsync();
        return database;
    }

    /// <summary>A process' name among the connections.</summary>
    public static string NameOf(ClusterProcess process) => $"EmbeddingCluster {process.Id}";

    public async Task<NpgsqlConnection> OpenAsync()
    {
        NpgsqlConnection connection = new(ConnectionString + ";Application Name=tests;Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>One value.</summary>
    public async Task<T> ValueAsync<T>(string sql) => Assert.Single(await ListAsync<T>(sql));

    /// <summary>A column.</summary>
    public Task<IReadOnlyList<T>> ListAsync<T>(string sql) => RowsAsync(sql, row => row.GetFieldValue<T>(0));

    /// <summary>Rows, each as something.</summary>
    public async Task<IReadOnlyList<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using NpgsqlCommand command = _source.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Lets go of connections that a restart of the server has cut.</summary>
    public void Reconnect() => _source.Clear();

    public async ValueTask DisposeAsync() => await _source.DisposeAsync();
}
