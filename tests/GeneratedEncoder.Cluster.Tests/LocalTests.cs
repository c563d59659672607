namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Without a database: one process or several on this machine, and Parquet files, one a shard.</summary>
public sealed class LocalTests : IDisposable
{
    private const int Rows = 130;

    private readonly TemporaryFolder _folder = new();
    private readonly List<ClusterProcess> _processes = [];

    [Fact]
    public async Task One_process_writes_every_text_once()
    {
        Corpus corpus = Corpus.Varied(Rows);

        Completed completed = await Start(corpus).CompleteAsync();

        EveryTextOnce.CheckFiles(_folder.Results, corpus);
        Assert.Equal((Rows, corpus.Distinct), (completed.Rows, completed.Distinct));
        Assert.InRange(completed.Computed, corpus.Distinct, Rows);
        Assert.DoesNotContain(Directory.GetFiles(_folder.Results), IsUnfinished);
    }

    [Fact]
    public async Task What_is_complete_is_not_computed_again()
    {
        Corpus corpus = Corpus.Varied(45);
        await Start(corpus).CompleteAsync();
        Dictionary<string, byte[]> before = ParquetFolder.Contents(_folder.Results);

        Completed again = await Start(corpus).CompleteAsync();

        Assert.Equal(new Completed(45, corpus.Distinct, 0), again);
        Assert.Equal(before, ParquetFolder.Contents(_folder.Results));
    }

    [Fact]
    public async Task The_columns_may_have_other_names()
    {
        Corpus corpus = Corpus.Varied(45);
        string csv = corpus.WriteTo(_folder, idColumn: "the key", textColumn: "body");

        await Start([.. TestCluster.Local(csv, _folder.Results), "--id-column", "the key", "--text-column", "body"]).CompleteAsync();

        EveryTextOnce.CheckFiles(_folder.Results, corpus);
    }

    [Fact]
    public async Task Two_processes_share_a_folder_and_neither_computes_the_others_shards()
    {
        Corpus corpus = Corpus.Varied(Rows);
        ClusterProcess one = Start(corpus), other = Start(corpus);

        Completed first = await one.CompleteAsync(), second = await other.CompleteAsync();

        EveryTextOnce.CheckFiles(_folder.Results, corpus);
        Assert.InRange(first.Computed + second.Computed, corpus.Distinct, Rows);
    }

    [SkippableFact]
    public async Task A_stopped_process_keeps_its_shard_and_finishes_it_when_it_goes_on()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        Corpus corpus = Corpus.Long(120);
        ClusterProcess stopped = Start(corpus);
        await FilesAsync(1);
        stopped.Stop();

        ClusterProcess other = Start(corpus);
        await FilesAsync(2);
        stopped.Continue();
        Completed first = await stopped.CompleteAsync(), second = await other.CompleteAsync();

        EveryTextOnce.CheckFiles(_folder.Results, corpus);
        Assert.Equal(corpus.Rows.Count, first.Computed + second.Computed);
        Assert.True(second.Computed > 0, other.Story);
    }

    [Fact]
    public async Task After_kill_9_it_is_run_again_and_goes_on_where_it_was()
    {
        Corpus corpus = Corpus.Long(160);
        ClusterProcess killed = Start(corpus);
        await FilesAsync(1);
        await killed.KillAsync();
        Dictionary<string, byte[]> before = ParquetFolder.Contents(_folder.Results);
        Assert.InRange(before.Count, 1, 3);

        Completed completed = await Start(corpus).CompleteAsync();

        EveryTextOnce.CheckFiles(_folder.Results, corpus);
        Assert.Equal(corpus.Rows.Count - (before.Count * TestCluster.ShardRows), completed.Computed);
        Dictionary<string, byte[]> after = ParquetFolder.Contents(_folder.Results);
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Results), IsUnfinished);
    }

    [SkippableFact]
    public async Task SIGTERM_ends_it_with_130_and_what_was_written_stays()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        Corpus corpus = Corpus.Long(160);
        ClusterProcess ended = Start(corpus);
        await FilesAsync(1);
        ended.Terminate();
        Assert.True(await ended.EndAsync() == 130, ended.Story);
        int files = ParquetFolder.Files(_folder.Results).Length;

        Completed completed = await Start(corpus).CompleteAsync();

        EveryTextOnce.CheckFiles(_folder.Results, corpus);
        Assert.Equal(corpus.Rows.Count - (files * TestCluster.ShardRows), completed.Computed);
    }

    [Fact]
    public async Task The_folder_of_another_corpus_is_refused()
    {
        await Start(Corpus.Varied(45)).CompleteAsync();
        Dictionary<string, byte[]> before = ParquetFolder.Contents(_folder.Results);

        ClusterProcess refused = Start(Corpus.Varied(50));

        Assert.True(await refused.EndAsync() == 1, refused.Story);
        Assert.Contains(_folder.Results, Assert.Single(refused.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(before, ParquetFolder.Contents(_folder.Results));
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        _folder.Dispose();
    }

    private static bool IsUnfinished(string file) => file.EndsWith(".tmp", StringComparison.Ordinal) || file.EndsWith(".partial", StringComparison.Ordinal);

    private ClusterProcess Start(Corpus corpus) => Start(TestCluster.Local(corpus.WriteTo(_folder), _folder.Results));

    private ClusterProcess Start(string[] arguments)
    {
        ClusterProcess process = ClusterProcess.Start(arguments);
        _processes.Add(process);
        return process;
    }

    /// <summary>Waits until so many shards are written.</summary>
    private Task FilesAsync(int atLeast) => Wait.UntilAsync(
        $"{atLeast} files",
        () => Task.FromResult(ParquetFolder.Files(_folder.Results).Length >= atLeast),
        () => string.Join('\n', _processes.Select(process => process.Story)));
}
