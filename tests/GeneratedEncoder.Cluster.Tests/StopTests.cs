namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Processes that stand still (SIGSTOP) for longer than their leases and than the failure detector waits, and then go on (SIGCONT).</summary>
public sealed class StopTests
{
    [SkippableFact]
    public async Task A_worker_in_the_middle_of_its_transaction()
    {
        await using TestCluster cluster = await TestCluster.CreateWithShortLeaseAsync();
        await using Door door = await Door.ShutAsync(cluster.Database, afterSteps: 1);
        ClusterProcess stopped = cluster.Work(), other = cluster.Work(), host = cluster.Embed();
        await door.ArrivedAsync(stopped, other, host);

        stopped.Stop();
        await door.OpenAsync();

        // The job doesn't wait for it, and the others see that it is gone.
        await host.CompleteAsync();
        await Wait.UntilAsync("a cluster of one", async () => await ActiveSilosAsync(cluster) == 1, () => cluster.Story);
        await EveryTextOnce.CheckAsync(cluster, lost: 3, workers: 3);
        stopped.Continue();

        // It counts nothing twice, and a job that comes later is done by whoever is there.
        Corpus later = Corpus.Varied(TestCluster.Rows + 30);
        await cluster.EmbedOther(later).CompleteAsync();
        await EveryTextOnce.CheckJobAsync(cluster, await cluster.Database.ValueAsync<string>($"select id from embedding_cluster.jobs where rows = {later.Rows.Count}"), later);
        await EveryTextOnce.CheckJobAsync(cluster, await cluster.Database.ValueAsync<string>($"select id from embedding_cluster.jobs where rows = {TestCluster.Rows}"), cluster.Corpus);
        Assert.False(other.HasExited, other.Story);
    }

    private static async Task<long> ActiveSilosAsync(TestCluster cluster)
    {
        const int Active = 3; // Orleans.Runtime.SiloStatus
        string table = await cluster.Database.ValueAsync<string>("select oid::regclass::text from pg_class where relname = 'orleansmembershiptable'");
        return await cluster.Database.ValueAsync<long>($"select count(*) from {table} where status = {Active}");
    }
}
