using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace EmbeddingCluster;

/// <summary>What the database says of a job.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Model">Name and fingerprint of the model.</param>
/// <param name="Corpus">Name of the corpus's file.</param>
/// <param name="Created">When it was submitted.</param>
/// <param name="Rows">Rows of the corpus.</param>
/// <param name="DoneRows">Rows that have their vectors.</param>
/// <param name="Computed">Vectors that came into the database with this job.</param>
/// <param name="Shards">How many shards it has.</param>
/// <param name="DoneShards">Those that are done.</param>
/// <param name="Takeovers">How often a shard was taken over from a process that didn't go on with it.</param>
/// <param name="Owners">Processes that hold shards.</param>
internal sealed record JobRow(
    string Id, string Model, string Corpus, DateTime Created, long Rows, long DoneRows, long Computed, int Shards, int DoneShards, long Takeovers, string[] Owners)
{
    public bool IsComplete => DoneRows >= Rows;
}

/// <summary>A text near a vector.</summary>
/// <param name="Similarity">The cosine, since the model's vectors have length 1.</param>
/// <param name="Id">What the text is called.</param>
/// <param name="Text">The text.</param>
internal sealed record Neighbour(float Similarity, string Id, string Text);

/// <summary>Jobs as clients see them: submitted, looked at, fetched.</summary>
internal sealed class JobTable(NpgsqlDataSource database)
{
    /// <summary>Submits a job, unless it is there: the same corpus, model, columns and shard size are the same job.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="survey">What was found out about it.</param>
    /// <param name="model">The model.</param>
    /// <param name="shardRows">Rows of a shard.</param>
    /// <param name="cancellationToken">Ends it; nothing is submitted then.</param>
    /// <returns>Whether it wasn't there.</returns>
    /// <exception cref="ClusterException">The corpus was changed since the survey.</exception>
    public async Task<bool> SubmitAsync(CorpusFile corpus, CorpusSurvey survey, EmbeddingModel model, int shardRows, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand command = new("insert into embedding_cluster.jobs (id, model, corpus, rows) values ($1, $2, $3, $4) on conflict do nothing", connection)
        {
            Parameters =
            {
                new() { Value = survey.JobId }, new() { Value = model.Identity }, new() { Value = Path.GetFileName(corpus.Path) }, new() { Value = survey.Rows },
            },
        })
        {
            // Where somebody is submitting it just now, this waits for the end of that.
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return false;
            }
        }

        await using (NpgsqlBinaryImporter texts = await connection.BeginBinaryImportAsync("copy embedding_cluster.texts (job, row, id, text, key) from stdin (format binary)", cancellationToken))
        {
            long rows = 0;
            foreach (CorpusRow row in corpus.Read())
            {
                await texts.StartRowAsync(cancellationToken);
                await texts.WriteAsync(survey.JobId, NpgsqlDbType.Text, cancellationToken);
                await texts.WriteAsync(row.Row, NpgsqlDbType.Bigint, cancellationToken);
                await texts.WriteAsync(row.Id, NpgsqlDbType.Text, cancellationToken);
                await texts.WriteAsync(row.Text, NpgsqlDbType.Text, cancellationToken);
                await texts.WriteAsync(TextKey.Of(model.Fingerprint, row.Text).ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
                rows++;
            }

            if (rows != survey.Rows)
            {
                throw new ClusterException($"'{corpus.Path}' was changed while it was read; nothing of it was submitted.");
            }

            await texts.CompleteAsync(cancellationToken);
        }

        await using (NpgsqlBinaryImporter shards = await connection.BeginBinaryImportAsync("copy embedding_cluster.shards (job, shard, first_row, row_count) from stdin (format binary)", cancellationToken))
        {
            foreach (Shard shard in Shard.Of(survey.Rows, shardRows))
            {
                await shards.StartRowAsync(cancellationToken);
                await shards.WriteAsync(survey.JobId, NpgsqlDbType.Text, cancellationToken);
                await shards.WriteAsync(shard.Index, NpgsqlDbType.Integer, cancellationToken);
                await shards.WriteAsync(shard.FirstRow, NpgsqlDbType.Bigint, cancellationToken);
                await shards.WriteAsync(shard.Rows, NpgsqlDbType.Integer, cancellationToken);
            }

            await shards.CompleteAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Jobs and how far they are, the latest first.</summary>
    /// <param name="id">The job; all if null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<JobRow>> ReadAsync(string? id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("""
            select j.id, j.model, j.corpus, j.created, j.rows,
                   sum(s.done_rows), sum(s.computed), count(*)::int, (count(*) filter (where s.done_rows >= s.row_count))::int, sum(s.takeovers),
                   coalesce(array_agg(distinct s.owner) filter (where s.lease_until >= now()), '{}')
            from embedding_cluster.jobs j join embedding_cluster.shards s on s.job = j.id
            where $1::text is null or j.id = $1
            group by j.id order by j.created desc, j.id
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<JobRow> jobs = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add(new JobRow(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetDateTime(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6),
                reader.GetInt32(7), reader.GetInt32(8), reader.GetInt64(9), reader.GetFieldValue<string[]>(10)));
        }

        return jobs;
    }

    /// <summary>A job.</summary>
    /// <exception cref="ClusterException">There is none of this id.</exception>
    public async Task<JobRow> FindAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is [JobRow job] ? job : throw new ClusterException($"The database has no job '{id}'.");

    /// <summary>Whether jobs were ever submitted to this database.</summary>
    public async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("select to_regclass('embedding_cluster.jobs') is not null");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Vectors by their keys.</summary>
    /// <exception cref="ClusterException">One isn't there.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> ReadVectorsAsync(IReadOnlyList<TextKey> keys, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("select key, embedding from embedding_cluster.vectors where key = any($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = keys.Distinct().Select(key => key.ToBytes()).ToArray() });
        Dictionary<TextKey, float[]> found = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(TextKey.Read(reader.GetFieldValue<byte[]>(0)), MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(1)).ToArray());
        }

        return [.. keys.Select(key => found.TryGetValue(key, out float[]? vector)
            ? (ReadOnlyMemory<float>)vector
            : throw new ClusterException("The database says that the job is complete, but has not all of its vectors: somebody has deleted some."))];
    }

    /// <summary>The texts of a job that are nearest to a vector, of those that have vectors; the nearest first. It reads all of them.</summary>
    /// <param name="id">The job.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="count">How many texts.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<Neighbour>> FindNearestAsync(string id, ReadOnlyMemory<float> vector, int count, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "select t.id, t.text, v.embedding from embedding_cluster.texts t join embedding_cluster.vectors v on v.key = t.key where t.job = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        PriorityQueue<Neighbour, float> nearest = new();
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            float similarity = TensorPrimitives.Dot(vector.Span, MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(2)));
            if (nearest.Count < count)
            {
                nearest.Enqueue(new Neighbour(similarity, reader.GetString(0), reader.GetString(1)), similarity);
            }
            else if (similarity > nearest.Peek().Similarity)
            {
                nearest.DequeueEnqueue(new Neighbour(similarity, reader.GetString(0), reader.GetString(1)), similarity);
            }
        }

        return [.. nearest.UnorderedItems.Select(item => item.Element).OrderByDescending(neighbour => neighbour.Similarity)];
    }
}
