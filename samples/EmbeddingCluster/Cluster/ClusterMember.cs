using System.Globalization;
using Npgsql;

namespace EmbeddingCluster;

/// <summary>This process as a member of the cluster: it pulls shards, until it is stopped.</summary>
internal sealed class ClusterMember : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _stop = new();
    private readonly ShardWorker _worker;

    private ClusterMember(string name, ILoggerFactory loggers, ShardWorker worker)
    {
        (Name, _loggers, _worker) = (name, loggers, worker);
        Work = worker.RunAsync(_stop.Token);
    }

    /// <summary>Its name in the work table, which no other process has, before or after.</summary>
    public string Name { get; }

    /// <summary>The work, which ends when it is stopped, or fails.</summary>
    public Task Work { get; }

    /// <summary>Texts that it has computed and committed.</summary>
    public long Computed => _worker.Computed;

    /// <summary>Joins the cluster and begins to work.</summary>
    /// <param name="options">How to take part.</param>
    /// <param name="database">The database.</param>
    /// <param name="model">The model.</param>
    /// <param name="job">The job to work on; any if null.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task<ClusterMember> StartAsync(ClusterOptions options, NpgsqlDataSource database, EmbeddingModel model, string? job, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(options.LogLevel)
            .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "))
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        string name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid().ToString("N")[..8]}");
        ShardWorker worker = new(
            new WorkTable(database, name, options.Lease), model, new WorkerOptions(name, options.StepRows, options.Lease, job), loggers.CreateLogger<ShardWorker>());
        return Task.FromResult(new ClusterMember(name, loggers, worker));
    }

    /// <summary>Ends the work, gives shards back and leaves the cluster.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Work;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _loggers.Dispose();
    }
}
