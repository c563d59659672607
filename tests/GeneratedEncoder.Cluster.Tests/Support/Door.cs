using System.Globalization;
using Npgsql;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>
/// A door before the end of a step's transaction. While it is shut, each process does so many steps and then stands in the middle of one, computed and not committed.
/// So "killed in the middle" is a fact and no matter of timing.
/// </summary>
internal sealed class Door : IAsyncDisposable
{
    /// <summary>An advisory lock's number, which the door is.</summary>
    private const int Key = 19_111;

    /// <summary>
    /// Beside the sample's tables: a trigger on its shards that stands at the door and writes every step down. It is made when the sample makes that table.
    /// </summary>
    public static readonly string Script = string.Create(CultureInfo.InvariantCulture, $"""
        create schema tests;
        create table tests.steps (number bigserial primary key, process text, job text, shard int, before int, after int, at timestamptz default clock_timestamp());
        create table tests.door (steps int);
        create function tests.on_step() returns trigger language plpgsql as $$
        begin
          if (select count(*) from tests.steps where process = current_setting('application_name')) >= (select steps from tests.door) then
            perform pg_advisory_xact_lock_shared({Key});
          end if;
          insert into tests.steps (process, job, shard, before, after) values (current_setting('application_name'), new.job, new.shard, old.done_rows, new.done_rows);
          return new;
        end $$;
        create function tests.on_table() returns event_trigger language plpgsql as $$
        begin
          if to_regclass('embedding_cluster.shards') is not null and not exists (select from pg_trigger where tgname = 'tests_step') then
            create trigger tests_step before update on embedding_cluster.shards
              for each row when (old.done_rows is distinct from new.done_rows) execute function tests.on_step();
          end if;
        end $$;
        create event trigger tests_table on ddl_command_end when tag in ('CREATE TABLE') execute function tests.on_table();
        """);

    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _connection;

    private Door(TestDatabase database, NpgsqlConnection connection) => (_database, _connection) = (database, connection);

    /// <summary>Shuts it for all processes that have done so many steps.</summary>
    public static async Task<Door> ShutAsync(TestDatabase database, int afterSteps)
    {
        NpgsqlConnection connection = await database.OpenAsync();
        Door door = new(database, connection);
        await door.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_lock({Key}); insert into tests.door values ({afterSteps})"));
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
                where l.locktype = 'advisory' and l.classid = 0 and l.objid = {Key} and not l.granted and a.datname = current_database()
                """));
            return Array.TrueForAll(processes, process => waiting.Contains(TestDatabase.NameOf(process)));
        },
        () => string.Join('\n', processes.Select(process => process.Story)));

    /// <summary>Opens it, for good.</summary>
    public async Task OpenAsync() => await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"delete from tests.door; select pg_advisory_unlock({Key})"));

    /// <summary>Closes the connection, and so opens it.</summary>
    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = new(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
