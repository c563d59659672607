using Npgsql;

namespace EmbeddingCluster;

/// <summary>The tables in which jobs, their texts, their shards and all vectors are. Nothing else guards the data.</summary>
internal static class WorkSchema
{
    /// <summary>Held while tables are made, so that processes that start together don't make them twice. Any number that nobody else uses.</summary>
    public const long AdvisoryLock = 0x0E4C_0DE2_C1A5_7E21;

    private const string Tables = """
        create schema if not exists embedding_cluster;

        create table if not exists embedding_cluster.jobs (
            id text primary key,
            model text not null,        -- name and fingerprint: silos work on jobs of their own model only
            corpus text not null,       -- the file's name, for people
            rows bigint not null,
            created timestamptz not null default now());

        create table if not exists embedding_cluster.texts (
            job text not null references embedding_cluster.jobs on delete cascade,
            row bigint not null,
            id text not null,
            text text not null,
            key bytea not null,         -- SHA-256 of the model's fingerprint and the text
            primary key (job, row));

        create table if not exists embedding_cluster.shards (
            job text not null references embedding_cluster.jobs on delete cascade,
            shard int not null,
            first_row bigint not null,
            row_count int not null,
            done_rows int not null default 0,
            owner text,                 -- the process that works on it
            lease_until timestamptz,    -- until when nobody else may take it
            takeovers int not null default 0,
            computed int not null default 0,    -- vectors that came into the table with this shard's rows
            skipped int not null default 0,     -- rows whose vector was there: repeated texts, or other jobs' ones
            primary key (job, shard));

        create index if not exists shards_to_do on embedding_cluster.shards (job, shard) where done_rows < row_count;

        create table if not exists embedding_cluster.vectors (
            key bytea primary key,
            embedding bytea not null);  -- float32, little-endian

        -- Bits that are noise: to look for something to compress costs time and finds nothing.
        alter table embedding_cluster.vectors alter column embedding set storage external;
        """;

    /// <summary>Makes what isn't there yet.</summary>
    public static async Task CreateAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand command = new("select pg_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = AdvisoryLock } } })
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        bool isThere;
        await using (NpgsqlCommand command = new("select to_regclass('embedding_cluster.vectors') is not null", connection))
        {
            isThere = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }

        if (!isThere) // An "if not exists" that changes nothing still needs the right to change.
        {
            await using NpgsqlCommand command = new(Tables, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
