namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Mistakes of the user and of data: one line that names what is wrong, exit code 1, nothing written.</summary>
public sealed class MistakeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("id,text\n1,a\n2,\"b\n3,c\n", "line 3")]
    [InlineData("id,text\n1,a\n2,b \"quoted\" c\n", "line 3")]
    [InlineData("id,text\n1,a,x\n", "line 2")]
    [InlineData("id,words\n1,a\n", "'text'")]
    [InlineData("", "empty")]
    public async Task A_bad_corpus_gives_one_line_and_no_output(string csv, string said)
    {
        string path = _folder.File("corpus.csv");
        File.WriteAllText(path, csv);

        string line = await RefusedAsync(TestCluster.Local(path, _folder.Results));

        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.Empty(ParquetFolder.Files(_folder.Results));
    }

    [Fact]
    public async Task A_corpus_that_isn_t_there()
    {
        string path = _folder.File("none.csv");

        Assert.Contains(path, await RefusedAsync(TestCluster.Local(path, _folder.Results)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--step-rows", "0")]
    [InlineData("--shard-rows", "-1")]
    [InlineData("--lease", "0")]
    public async Task Numbers_that_make_no_sense(string option, string value)
    {
        string corpus = Corpus.Varied(3).WriteTo(_folder);

        Assert.Contains(option, await RefusedAsync(["embed", corpus, "--output", _folder.Results, option, value]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_folder_and_a_database_there_is_nowhere_to_write()
    {
        Assert.Contains("--output", await RefusedAsync(["embed", Corpus.Varied(3).WriteTo(_folder)]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embed")]
    [InlineData("work")]
    [InlineData("status")]
    public async Task A_database_that_can_t_be_reached(string command)
    {
        const string Nobody = "Host=127.0.0.1;Port=1;Username=postgres;Database=none;Password=s3cr3t";
        string[] corpus = command == "embed" ? [Corpus.Varied(3).WriteTo(_folder)] : [];

        string line = await RefusedAsync([command, .. corpus, "--database", Nobody]);

        Assert.Contains("127.0.0.1", line, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_that_is_none()
    {
        Assert.Contains("ostess", await RefusedAsync(["status", "--database", "Hostess=127.0.0.1"]), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs it, which is to fail, and returns the one line that it says on its standard error. On the other one may be how to use it.</summary>
    private static async Task<string> RefusedAsync(string[] arguments)
    {
        using ClusterProcess process = ClusterProcess.Start(arguments);
        Assert.True(await process.EndAsync() == 1, process.Story);
        return Assert.Single(process.Errors.TrimEnd().Split('\n'));
    }
}
