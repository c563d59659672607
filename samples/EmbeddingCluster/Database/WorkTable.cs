using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace EmbeddingCluster;

/// <summary>A shard that a process holds.</summary>
/// <param name="Job">The job.</param>
/// <param name="Index">Number of the shard.</param>
/// <param name="FirstRow">Its first row.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="DoneRows">How many of them are done.</param>
internal sealed record HeldShard(string Job, int Index, long FirstRow, int Rows, int DoneRows);

/// <summary>A row to be done.</summary>
/// <param name="Key">What its vector is found by.</param>
/// <param name="Text">Its text; null if its vector is there.</param>
internal readonly record struct RowToDo(TextKey Key, string? Text);

/// <summary>Shards as those who work on them see them: claimed, done step by step, given back.</summary>
/// <param name="database">The database.</param>
/// <param name="owner">Who works; no other process, before or after, has the same name.</param>
/// <param name="lease">How long a shard is held without a step, and so how long it takes until a dead process's shard goes on.</param>
internal sealed class WorkTable(NpgsqlDataSource database, string owner, TimeSpan lease)
{
    /// <summary>Takes the first shard that isn't done and that nobody holds, or whose holder hasn't been heard of for the time of its lease.</summary>
    /// <param name="model">Name and fingerprint of the model: jobs of other ones are left alone.</param>
    /// <param name="job">The job; any if null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null: there is nothing to do just now.</returns>
    public async Task<HeldShard?> ClaimAsync(string model, string? job, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("""
            update embedding_cluster.shards s
            set owner = $1, lease_until = now() + $2, takeovers = takeovers + case when s.owner is null then 0 else 1 end
            from (
                select c.job, c.shard
                from embedding_cluster.shards c join embedding_cluster.jobs j on j.id = c.job
                where c.done_rows < c.row_count and (c.lease_until is null or c.lease_until < now()) and j.model = $3 and ($4::text is null or c.job = $4)
                order by j.created, c.job, c.shard
                limit 1
                for update of c skip locked) free
            where s.job = free.job and s.shard = free.shard
            returning s.job, s.shard, s.first_row, s.row_count, s.done_rows
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = owner });
        command.Parameters.Add(new NpgsqlParameter { Value = lease });
        command.Parameters.Add(new NpgsqlParameter { Value = model });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)job ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new HeldShard(reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt32(4))
            : null;
    }

    /// <summary>The next rows of a shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<RowToDo>> ReadStepAsync(HeldShard shard, int count, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("""
            select t.key, case when v.key is null then t.text end
            from embedding_cluster.texts t left join embedding_cluster.vectors v on v.key = t.key
            where t.job = $1 and t.row >= $2 and t.row < $3
            order by t.row
            """);
        long from = shard.FirstRow + shard.DoneRows;
        command.Parameters.Add(new NpgsqlParameter { Value = shard.Job });
        command.Parameters.Add(new NpgsqlParameter { Value = from });
        command.Parameters.Add(new NpgsqlParameter { Value = Math.Min(from + count, shard.FirstRow + shard.Rows) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<RowToDo> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new RowToDo(TextKey.Read(reader.GetFieldValue<byte[]>(0)), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1)));
        }

        return rows;
    }

    /// <summary>
    /// Commits a step: its vectors and the shard's progress together, or nothing. Nothing is committed if the shard isn't where this process left it: then
    /// another one has taken it over, since this one wasn't heard of for longer than its lease.
    /// </summary>
    /// <remarks>
    /// One statement, and so one transaction that the database begins and ends by itself. A process that stands still, or a machine that loses its power, can't leave one open
    /// whose locks would keep the shard from everybody.
    /// </remarks>
    /// <param name="shard">The shard, as it was before the step.</param>
    /// <param name="rows">Rows of the step.</param>
    /// <param name="vectors">Vectors that were computed, by their keys.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The shard after the step, and how many vectors came into the table; null if it is no longer held.</returns>
    public async Task<(HeldShard Shard, int Computed)?> CommitStepAsync(
        HeldShard shard, int rows, IReadOnlyDictionary<TextKey, float[]> vectors, CancellationToken cancellationToken)
    {
        // In the order of the keys: two processes with the same texts wait for each other, but never in a circle.
        TextKey[] keys = [.. vectors.Keys.OrderBy(key => key.Upper).ThenBy(key => key.Lower)];
        await using NpgsqlCommand command = database.CreateCommand("""
            with held as (
                select from embedding_cluster.shards where job = $1 and shard = $2 and owner = $3 and done_rows = $4 for update),
            added as (
                insert into embedding_cluster.vectors (key, embedding)
                select * from unnest($5::bytea[], $6::bytea[]) where exists (select from held)
                on conflict do nothing
                returning 1),
            counted as (
                select count(*)::int as computed from added)
            update embedding_cluster.shards
            set done_rows = done_rows + $7, computed = shards.computed + counted.computed, skipped = skipped + $7 - counted.computed,
                owner = case when done_rows + $7 < row_count then owner end,
                lease_until = case when done_rows + $7 < row_count then now() + $8 end
            from counted
            where job = $1 and shard = $2 and owner = $3 and done_rows = $4
            returning counted.computed
            """);
        Identify(command, shard);
        command.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(keys, key => key.ToBytes()) });
        command.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(keys, key => MemoryMarshal.AsBytes<float>(vectors[key]).ToArray()) });
        command.Parameters.Add(new NpgsqlParameter { Value = rows });
        command.Parameters.Add(new NpgsqlParameter { Value = lease });
        return await command.ExecuteScalarAsync(cancellationToken) is int computed ? (shard with { DoneRows = shard.DoneRows + rows }, computed) : null;
    }

    /// <summary>Holds a shard for longer, where a step takes its time.</summary>
    /// <returns>False if it is no longer held.</returns>
    public async Task<bool> RenewAsync(HeldShard shard, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "update embedding_cluster.shards set lease_until = now() + $1 where job = $2 and shard = $3 and owner = $4 and done_rows = $5");
        command.Parameters.Add(new NpgsqlParameter { Value = lease });
        Identify(command, shard);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Gives a shard back, so that others needn't wait for the end of its lease.</summary>
    public async Task ReleaseAsync(HeldShard shard, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "update embedding_cluster.shards set owner = null, lease_until = null where job = $1 and shard = $2 and owner = $3 and done_rows = $4");
        Identify(command, shard);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private void Identify(NpgsqlCommand command, HeldShard shard)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = shard.Job });
        command.Parameters.Add(new NpgsqlParameter { Value = shard.Index });
        command.Parameters.Add(new NpgsqlParameter { Value = owner });
        command.Parameters.Add(new NpgsqlParameter { Value = shard.DoneRows });
    }
}
