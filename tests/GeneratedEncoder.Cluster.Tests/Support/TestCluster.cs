using System.Globalization;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>A database, a folder and the processes that a test starts; all gone after it.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>Rows of a shard.</summary>
    public const int ShardRows = 40;

    /// <summary>Rows of a step, which doesn't divide a shard.</summary>
    public const int StepRows = 16;

    /// <summary>Shards that a process holds.</summary>
    public const int ShardsAtOnce = 2;

    /// <summary>Rows enough for eight shards.</summary>
    public const int Rows = 310;

    private const int ShortLease = 2;

    private static readonly string[] s_size = ["--shard-rows", Text(ShardRows), "--no-progress"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<ClusterProcess> _processes = [];

    private readonly string _lease;

    private TestCluster(TestDatabase database, int lease) => (Database, _lease) = (database, Text(lease));

    public TestDatabase Database { get; }

    public Corpus Corpus { get; } = Corpus.Varied(Rows);

    public TemporaryFolder Folder => _folder;

    /// <summary>What all processes said, for a failure's message.</summary>
    public string Story => string.Join('\n', _processes.Select(process => process.Story));

    /// <summary>One whose processes nobody takes for dead, however long they wait.</summary>
    public static async Task<TestCluster> CreateAsync() => new(await TestDatabase.CreateAsync(), lease: 300);

    /// <summary>One whose processes lose their shards when nothing is heard of them for two seconds.</summary>
    public static async Task<TestCluster> CreateWithShortLeaseAsync() => new(await TestDatabase.CreateAsync(), ShortLease);

    /// <summary>The same, on a server that the test may stop.</summary>
    public static async Task<TestCluster> CreateWithShortLeaseAsync(PostgresServer server) => new(await TestDatabase.CreateAsync(server), ShortLease);

    /// <summary>Options of a process without a database.</summary>
    public static string[] Local(string corpus, string output) => ["embed", corpus, "--output", output, .. s_size];

    /// <summary>Submits the corpus and works on it.</summary>
    public ClusterProcess Embed(params string[] options) => EmbedOther(Corpus, options);

    /// <summary>Submits another corpus and works on it.</summary>
    public ClusterProcess EmbedOther(Corpus corpus, params string[] options) =>
        Start(["embed", corpus.WriteTo(_folder, $"corpus{corpus.Rows.Count}.csv"), .. s_size, .. Connected, .. options]);

    /// <summary>Works on whatever there is to do.</summary>
    public ClusterProcess Work(params string[] options) => Start(["work", .. Connected, .. options]);

    /// <summary>Asks for the jobs' progress, and returns what is said.</summary>
    public async Task<string> StatusAsync(params string[] options)
    {
        ClusterProcess status = Start(["status", "--database", Database.ConnectionString, .. options]);
        Assert.True(await status.EndAsync() == 0, status.Story);
        return status.Output;
    }

    /// <summary>Asks for the nearest texts, and returns what is said.</summary>
    public async Task<string> QueryAsync(string text, params string[] options)
    {
        ClusterProcess query = Start(["query", text, "--database", Database.ConnectionString, .. options]);
        Assert.True(await query.EndAsync() == 0, Story);
        return query.Output;
    }

    /// <summary>Asks for the nearest texts, which is to fail, and returns the one line that is said on the standard error.</summary>
    public async Task<string> RefusedQueryAsync(string text, params string[] options)
    {
        ClusterProcess query = Start(["query", text, "--database", Database.ConnectionString, .. options]);
        Assert.True(await query.EndAsync() == 1, Story);
        return Assert.Single(query.Errors.TrimEnd().Split('\n'));
    }

    /// <summary>Waits until so many silos have joined.</summary>
    public Task SilosAsync(int atLeast) => Wait.UntilAsync(
        $"{atLeast} silos", async () => await Database.ValueAsync<long>("select count(*) from embedding_cluster_orleans.OrleansMembershipTable where status = 3") >= atLeast, () => Story);

    /// <summary>Waits until so many steps were committed.</summary>
    public Task StepsAsync(int atLeast) => Wait.UntilAsync(
        $"{atLeast} steps", async () => await Database.ValueAsync<long>("select count(*) from tests.steps") >= atLeast, () => Story);

    public async ValueTask DisposeAsync()
    {
        foreach (ClusterProcess process in _processes)
        {
            process.Dispose();
        }

        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private string[] Connected => ["--database", Database.ConnectionString, "--step-rows", Text(StepRows), "--lease", _lease, "--silo-port", "0", "--gateway-port", "0"];

    private ClusterProcess Start(string[] arguments)
    {
        ClusterProcess process = ClusterProcess.Start(arguments);
        _processes.Add(process);
        return process;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
