namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Processes that are killed (kill -9) in the middle of a step: computed, and not yet committed.</summary>
public sealed class KillTests
{
    [SkippableFact]
    public async Task A_worker()
    {
        await using TestCluster cluster = await TestCluster.CreateWithShortLeaseAsync();
        await using Door door = await Door.ShutAsync(cluster.Database, afterSteps: 1);
        ClusterProcess worker = cluster.Work(), host = cluster.Embed();
        await door.ArrivedAsync(worker, host);

        await worker.KillAsync();
        await door.OpenAsync();

        await host.CompleteAsync();
        await EveryTextOnce.CheckAsync(cluster, lost: 2, workers: 2);
        await TookOverAsync(cluster, worker, host);
    }

    [SkippableFact]
    public async Task The_process_that_submitted_the_job_whose_workers_finish_it()
    {
        await using TestCluster cluster = await TestCluster.CreateWithShortLeaseAsync();
        await using Door door = await Door.ShutAsync(cluster.Database, afterSteps: 1);
        ClusterProcess worker = cluster.Work(), host = cluster.Embed();
        await door.ArrivedAsync(worker, host);

        await host.KillAsync();
        await door.OpenAsync();

        await Wait.UntilAsync("the job's end", async () => await cluster.Database.ValueAsync<bool>("select bool_and(done_rows = row_count) from embedding_cluster.shards"), () => cluster.Story);
        await TookOverAsync(cluster, host, worker);
        long vectors = await cluster.Database.ValueAsync<long>("select count(*) from embedding_cluster.vectors");
        Completed again = await cluster.Embed("--output", cluster.Folder.Results).CompleteAsync();
        Assert.Equal((0, cluster.Corpus.Distinct), (again.Computed, vectors));
        await EveryTextOnce.CheckAsync(cluster, lost: 2, workers: 2);
        EveryTextOnce.CheckFiles(cluster.Folder.Results, cluster.Corpus);
    }

    [SkippableFact]
    public async Task The_only_process_and_then_it_is_run_again()
    {
        await using TestCluster cluster = await TestCluster.CreateWithShortLeaseAsync();
        await using Door door = await Door.ShutAsync(cluster.Database, afterSteps: 5);
        ClusterProcess killed = cluster.Embed();
        await door.ArrivedAsync(killed);

        await killed.KillAsync();
        await door.OpenAsync();

        ClusterProcess again = cluster.Embed();
        await again.CompleteAsync();
        await EveryTextOnce.CheckAsync(cluster, lost: 1);
        await TookOverAsync(cluster, killed, again);
    }

    [SkippableFact]
    public async Task All_of_them_and_then_they_are_started_again()
    {
        await using TestCluster cluster = await TestCluster.CreateWithShortLeaseAsync();
        await using Door door = await Door.ShutAsync(cluster.Database, afterSteps: 2);
        ClusterProcess worker = cluster.Work(), host = cluster.Embed();
        await door.ArrivedAsync(worker, host);

        await Task.WhenAll(worker.KillAsync(), host.KillAsync());
        await door.OpenAsync();

        ClusterProcess otherWorker = cluster.Work(), otherHost = cluster.Embed("--output", cluster.Folder.Results);
        await otherHost.CompleteAsync();
        await EveryTextOnce.CheckAsync(cluster, lost: 2, workers: 2);
        EveryTextOnce.CheckFiles(cluster.Folder.Results, cluster.Corpus);
        Assert.False(otherWorker.HasExited, otherWorker.Story);
    }

    /// <summary>
    /// The one went on with the other's shard at the very row up to which that had committed. A process that dies with its transaction under way may have it committed yet, as the
    /// database has all it needs for that.
    /// </summary>
    private static async Task TookOverAsync(TestCluster cluster, ClusterProcess killed, ClusterProcess other)
    {
        IReadOnlyList<string> shard = await cluster.Database.ListAsync<string>(
            "select process from tests.steps where shard in (select shard from embedding_cluster.shards where takeovers > 0) order by shard, number");
        Assert.Equal(TestDatabase.NameOf(other), shard[^1]);
        Assert.Equal(2, shard.Append(TestDatabase.NameOf(killed)).Distinct().Count());
    }
}
