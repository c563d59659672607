namespace GeneratedEncoder.Cluster.Tests;

/// <summary>What has to be so at the end of every job, whatever befell the processes.</summary>
internal static class EveryTextOnce
{
    /// <summary>
    /// Every text once, with the bits of a single process: in the database as many vectors as different texts, every row's own; and shards whose steps followed each other without gap or
    /// overlap, none larger than a step may be.
    /// </summary>
    /// <param name="cluster">The cluster, whose database has this one job.</param>
    /// <param name="lost">Processes that came to grief, or were taken for it when they had waited for longer than their leases.</param>
    /// <param name="workers">How many processes worked at the same time.</param>
    public static async Task CheckAsync(TestCluster cluster, int lost = 0, int workers = 1)
    {
        TestDatabase database = cluster.Database;
        string job = await database.ValueAsync<string>("select id from embedding_cluster.jobs");
        await CheckJobAsync(cluster, job, cluster.Corpus);

        // Vectors of this corpus and no others, each once.
        int distinct = cluster.Corpus.Distinct;
        Assert.Equal(distinct, await database.ValueAsync<long>("select count(*) from embedding_cluster.vectors"));
        Assert.Equal(distinct, await database.ValueAsync<long>("select count(distinct key) from embedding_cluster.vectors"));

        // What was computed more than once: at most a step for each shard that changed hands, and a text whose twin was in another's hands at that moment.
        long computed = await database.ValueAsync<long>("select sum(computed) from embedding_cluster.shards");
        long takeovers = await database.ValueAsync<long>("select sum(takeovers) from embedding_cluster.shards");
        Assert.InRange(computed, distinct, distinct + (takeovers * TestCluster.StepRows) + (workers > 1 ? cluster.Corpus.Rows.Count / 20 : 0));
        Assert.InRange(takeovers, 0, lost * TestCluster.ShardsAtOnce);
    }

    /// <summary>One of several jobs: rows, vectors and steps.</summary>
    public static async Task CheckJobAsync(TestCluster cluster, string job, Corpus corpus)
    {
        TestDatabase database = cluster.Database;
        IReadOnlyList<(long Row, string Id, string Text, byte[]? Vector)> rows = await database.RowsAsync(
            $"select t.row, t.id, t.text, v.embedding from embedding_cluster.texts t left join embedding_cluster.vectors v using (key) where t.job = '{job}' order by t.row",
            row => (row.GetInt64(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3)));
        Assert.Equal(corpus.Rows, rows.Select(row => (row.Id, row.Text)));
        Assert.Equal(Enumerable.Range(0, corpus.Rows.Count).Select(row => (long)row), rows.Select(row => row.Row));
        Assert.All(rows, row => Assert.Equal(SingleProcess.Bits(SingleProcess.Vector(row.Text)), row.Vector));

        IReadOnlyList<(int Shard, long First, int Count, int Done)> shards = await database.RowsAsync(
            $"select shard, first_row, row_count, done_rows from embedding_cluster.shards where job = '{job}' order by shard",
            row => (row.GetInt32(0), row.GetInt64(1), row.GetInt32(2), row.GetInt32(3)));
        Assert.Equal(corpus.Rows.Count, shards.Sum(shard => shard.Count));
        Assert.All(shards, shard => Assert.Equal(((long)shard.Shard * TestCluster.ShardRows, shard.Count), (shard.First, shard.Done)));

        // The steps as the trigger saw them when they were committed.
        IReadOnlyList<(int Shard, int Before, int After)> steps = await database.RowsAsync(
            $"select shard, before, after from tests.steps where job = '{job}' order by shard, number", row => (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2)));
        foreach ((int shard, _, int count, _) in shards)
        {
            (int Before, int After)[] own = [.. steps.Where(step => step.Shard == shard).Select(step => (step.Before, step.After))];
            Assert.Equal([0, .. own.Select(step => step.After)], [.. own.Select(step => step.Before), count]);
            Assert.All(own, step => Assert.InRange(step.After - step.Before, 1, TestCluster.StepRows));
        }
    }

    /// <summary>Rows that a process has committed.</summary>
    public static async Task<long> RowsOfAsync(TestCluster cluster, ClusterProcess process) =>
        await cluster.Database.ValueAsync<long>($"select coalesce(sum(after - before), 0) from tests.steps where process = '{TestDatabase.NameOf(process)}'");

    /// <summary>The Parquet files of a folder: a shard each, and all rows of the corpus in its order, each with its text's vector.</summary>
    public static void CheckFiles(string folder, Corpus corpus, int shardRows = TestCluster.ShardRows)
    {
        string[] files = ParquetFolder.Files(folder);
        Assert.Equal((corpus.Rows.Count + shardRows - 1) / shardRows, files.Length);
        IReadOnlyList<ParquetRow> rows = ParquetFolder.Read(folder);
        Assert.Equal(corpus.Rows, rows.Select(row => (row.Id, row.Text)));
        Assert.All(rows, row => Assert.Equal(SingleProcess.Bits(SingleProcess.Vector(row.Text)), SingleProcess.Bits(row.Vector)));
        Assert.All(rows.GroupBy(row => row.File).SkipLast(1), file => Assert.Equal(shardRows, file.Count()));
    }
}
