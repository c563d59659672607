using System.Globalization;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Writes down every step that a process commits, in the database itself, so that nobody has to be believed.</summary>
internal static class StepLog
{
    /// <summary>The number of an advisory lock before which a process may be made to wait, in the middle of a step's transaction.</summary>
    public const int Door = 19_111;

    /// <summary>
    /// Beside the sample's tables: a trigger on its shards, made when the sample makes that table. tests.steps has a row a step; whoever has done as many as
    /// tests.door says waits for the lock.
    /// </summary>
    public static readonly string Script = string.Create(CultureInfo.InvariantCulture, $"""
        create schema tests;
        create table tests.steps (number bigserial primary key, process text, job text, shard int, before int, after int, at timestamptz default clock_timestamp());
        create table tests.door (steps int);
        create function tests.on_step() returns trigger language plpgsql as $$
        begin
          if (select count(*) from tests.steps where process = current_setting('application_name')) >= (select steps from tests.door) then
            perform pg_advisory_xact_lock_shared({Door});
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
}
