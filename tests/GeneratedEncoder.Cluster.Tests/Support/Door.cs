using System.Globalization;
using Npgsql;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>
/// A door before the end of a step's transaction. While it is shut, each process does so many steps and then stands in the middle of one, computed and not committed.
/// So "killed in the middle" is a fact and no matter of timing.
/// </summary>
internal sealed class Door : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _connection;

    private Door(TestDatabase database, NpgsqlConnection connection) => (_database, _connection) = (database, connection);

    /// <summary>Shuts it for all processes that have done so many steps.</summary>
    public static async Task<Door> ShutAsync(TestDatabase database, int afterSteps)
    {
        NpgsqlConnection connection = await database.OpenAsync();
        Door door = new(database, connection);
        await door.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_lock({StepLog.Door}); insert into tests.door values ({afterSteps})"));
        return door;
    }

    /// <summary>Waits until these processes stand before it.</summary>
    public Task ArrivedAsync(params ClusterProcess[] processes) => Wait.UntilAsync(
        $"processes {string.Join(", ", processes.Select(process => process.Id))} in the middle of a step",
        async () =>
        {
            Assert.DoesNotContain(processes, process => process.HasExited);
            IReadOnlyList<string> waiting = await _database.ListAsync<string>(string.Create(CultureInfo.InvariantCulture, $"""
                select a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
                where l.locktype = 'advisory' and l.classid = 0 and l.objid = {StepLog.Door} and not l.granted and a.datname = current_database()
                """));
            return Array.TrueForAll(processes, process => waiting.Contains(TestDatabase.NameOf(process)));
        },
        () => string.Join('\n', processes.Select(process => process.Story)));

    /// <summary>Opens it, for good.</summary>
    public async Task OpenAsync() => await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"delete from tests.door; select pg_advisory_unlock({StepLog.Door})"));

    /// <summary>Closes the connection, and so opens it.</summary>
    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = new(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
