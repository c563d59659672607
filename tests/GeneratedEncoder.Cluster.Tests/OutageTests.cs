namespace GeneratedEncoder.Cluster.Tests;

/// <summary>A database that goes away.</summary>
public sealed class OutageTests
{
    [SkippableFact]
    public async Task PostgreSQL_that_crashes_and_comes_back_in_the_middle_of_a_job()
    {
        using PostgresServer server = TestDatabase.StartServer();
        await using TestCluster cluster = await TestCluster.CreateWithShortLeaseAsync(server);
        ClusterProcess worker, host;
        await using (Door door = await Door.ShutAsync(cluster.Database, afterSteps: 2))
        {
            (worker, host) = (cluster.Work(), cluster.Embed());
            await door.ArrivedAsync(worker, host);
            server.Restart();
        }

        await OpenDoorAsync(cluster);
        int code = await host.EndAsync();

        // It went on; or it said why it couldn't, and is run again.
        if (code != 0)
        {
            Assert.True(code == 1 && host.Errors.Length > 0, host.Story);
            await cluster.Embed().CompleteAsync();
        }

        await EveryTextOnce.CheckAsync(cluster, lost: 2, workers: 2);
        Assert.DoesNotContain("   at ", host.Errors + worker.Errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task PostgreSQL_that_doesn_t_come_back_ends_the_command_with_a_word()
    {
        using PostgresServer server = TestDatabase.StartServer();
        await using TestCluster cluster = await TestCluster.CreateWithShortLeaseAsync(server);
        ClusterProcess host;
        await using (Door door = await Door.ShutAsync(cluster.Database, afterSteps: 2))
        {
            host = cluster.Embed();
            await door.ArrivedAsync(host);
            server.StopAtOnce();
        }

        Assert.True(await host.EndAsync() == 1, host.Story);
        Assert.DoesNotContain("   at ", host.Errors, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", host.Errors, StringComparison.Ordinal);

        // What was committed is there when it is.
        server.StartAgain();
        await OpenDoorAsync(cluster);
        await cluster.Embed().CompleteAsync();
        await EveryTextOnce.CheckAsync(cluster, lost: 1);
    }

    /// <summary>A shut door's lock ends with its connection, but the processes' number of steps is written in a table.</summary>
    private static async Task OpenDoorAsync(TestCluster cluster)
    {
        cluster.Database.Reconnect();
        await cluster.Database.ListAsync<int>("delete from tests.door returning steps");
    }
}
