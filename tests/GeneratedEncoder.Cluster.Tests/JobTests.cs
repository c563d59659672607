using System.Globalization;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Jobs in a database while nothing goes wrong.</summary>
public sealed partial class JobTests
{
    [SkippableFact]
    public async Task One_process_computes_every_text_once_and_its_duplicates_never()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();

        Completed completed = await cluster.Embed("--output", cluster.Folder.Results).CompleteAsync();

        Assert.Equal(new Completed(TestCluster.Rows, cluster.Corpus.Distinct, cluster.Corpus.Distinct), completed);
        await EveryTextOnce.CheckAsync(cluster);
        EveryTextOnce.CheckFiles(cluster.Folder.Results, cluster.Corpus);
        string job = await cluster.Database.ValueAsync<string>("select id from embedding_cluster.jobs");
        string status = await cluster.StatusAsync();
        Assert.Contains(job, status, StringComparison.Ordinal);
        Assert.Contains("310", status, StringComparison.Ordinal);
        Assert.Contains("310", await cluster.StatusAsync("--job", job), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Workers_take_shards_beside_the_process_that_submitted_them()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await using Door door = await Door.ShutAsync(cluster.Database, afterSteps: 1);
        ClusterProcess one = cluster.Work(), other = cluster.Work(), host = cluster.Embed();

        // All three have done a step, or one of each of their two shards, and are in the middle of another.
        await door.ArrivedAsync(one, other, host);
        string status = await cluster.StatusAsync();
        await door.OpenAsync();

        Completed completed = await host.CompleteAsync();
        await EveryTextOnce.CheckAsync(cluster, workers: 3);
        Assert.InRange(int.Parse(Done().Match(status).Groups[1].ValueSpan, CultureInfo.InvariantCulture), 3 * TestCluster.StepRows, 6 * TestCluster.StepRows);
        Assert.InRange(completed.Computed, 1, cluster.Corpus.Distinct - 1);
        Assert.Equal(TestCluster.Rows, await EveryTextOnce.RowsOfAsync(cluster, one) + await EveryTextOnce.RowsOfAsync(cluster, other) + await EveryTextOnce.RowsOfAsync(cluster, host));
        one.Terminate();
        other.Terminate();
        Assert.Equal((130, 130), (await one.EndAsync(), await other.EndAsync()));
    }

    [SkippableFact]
    public async Task Two_submissions_of_the_same_corpus_are_one_job()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();

        // At the same time, and both make the tables.
        ClusterProcess one = cluster.Embed("--output", cluster.Folder.File("one")), other = cluster.Embed("--output", cluster.Folder.File("other"));

        Completed first = await one.CompleteAsync(), second = await other.CompleteAsync();
        await EveryTextOnce.CheckAsync(cluster, workers: 2);
        Assert.InRange(first.Computed + second.Computed, cluster.Corpus.Distinct, TestCluster.Rows);
        EveryTextOnce.CheckFiles(cluster.Folder.File("one"), cluster.Corpus);
        Assert.Equal(ParquetFolder.Contents(cluster.Folder.File("one")), ParquetFolder.Contents(cluster.Folder.File("other")));
    }

    [SkippableFact]
    public async Task A_larger_corpus_computes_only_the_texts_that_are_new()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        Corpus larger = Corpus.Varied(TestCluster.Rows + 30);
        await cluster.Embed().CompleteAsync();

        Completed completed = await cluster.EmbedOther(larger).CompleteAsync();
        Completed again = await cluster.EmbedOther(larger).CompleteAsync();

        Assert.Equal(new Completed(larger.Rows.Count, larger.Distinct, larger.Distinct - cluster.Corpus.Distinct), completed);
        Assert.Equal(0, again.Computed);
        Assert.Equal(larger.Distinct, await cluster.Database.ValueAsync<long>("select count(*) from embedding_cluster.vectors"));
        foreach (Corpus corpus in new[] { cluster.Corpus, larger })
        {
            await EveryTextOnce.CheckJobAsync(cluster, await cluster.Database.ValueAsync<string>($"select id from embedding_cluster.jobs where rows = {corpus.Rows.Count}"), corpus);
        }
    }

    [SkippableFact]
    public async Task A_bad_corpus_leaves_no_job()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        string path = cluster.Folder.File("bad.csv");
        File.WriteAllText(path, "id,text\n1,a\n2,\"b\n");

        using ClusterProcess refused = ClusterProcess.Start("embed", path, "--database", cluster.Database.ConnectionString);

        Assert.True(await refused.EndAsync() == 1, refused.Story);
        Assert.Contains("line 3", Assert.Single(refused.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.True(
            await cluster.Database.ValueAsync<bool>("select to_regclass('embedding_cluster.jobs') is null") || await cluster.Database.ValueAsync<long>("select count(*) from embedding_cluster.jobs") == 0);
    }

    [SkippableFact]
    public async Task SIGTERM_ends_it_with_130_and_what_was_done_stays()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await using Door door = await Door.ShutAsync(cluster.Database, afterSteps: 4);
        ClusterProcess ended = cluster.Embed();
        await door.ArrivedAsync(ended);

        ended.Terminate();
        await door.OpenAsync();

        Assert.True(await ended.EndAsync() == 130, ended.Story);
        long done = await EveryTextOnce.RowsOfAsync(cluster, ended);
        Assert.InRange(done, 4 * 8, TestCluster.Rows - 1);
        long vectors = await cluster.Database.ValueAsync<long>("select count(*) from embedding_cluster.vectors");
        Completed completed = await cluster.Embed().CompleteAsync();
        Assert.Equal(cluster.Corpus.Distinct - vectors, completed.Computed);
        await EveryTextOnce.CheckAsync(cluster, lost: 1);
    }

    [GeneratedRegex("done=([0-9]+)")]
    private static partial Regex Done();
}
