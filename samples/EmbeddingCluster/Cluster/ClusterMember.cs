using System.Globalization;
using Npgsql;

namespace EmbeddingCluster;

/// <summary>This process as a member of the cluster: a silo, another one if that is lost, and the loop that pulls shards.</summary>
internal sealed partial class ClusterMember : IAsyncDisposable
{
    /// <summary>How often a member looks after its own silo; where it has none, how often it tries to join.</summary>
    private static readonly TimeSpan s_careInterval = TimeSpan.FromSeconds(2);

    private readonly SiloParts _parts;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _care;
    private volatile Silo? _silo;

    private ClusterMember(string name, SiloParts parts, Silo silo)
    {
        (Name, _parts, _silo, _logger) = (name, parts, silo, parts.Loggers.CreateLogger<ClusterMember>());
        _care = CareAsync(silo, _stop.Token);
    }

    /// <summary>Its name in the work table, which no other process has, before or after.</summary>
    public string Name { get; }

    /// <summary>Faults when the work can't go on; else it never ends.</summary>
    public Task Failure => _parts.Loop.Failure;

    /// <summary>Texts that it has computed and committed.</summary>
    public long Computed => _parts.Loop.Computed;

    /// <summary>Calls grains; null while this process has no silo.</summary>
    public IGrainFactory? Grains => _silo?.Grains;

    /// <summary>Joins the cluster and begins to work.</summary>
    /// <param name="options">How to take part.</param>
    /// <param name="database">The database.</param>
    /// <param name="model">The model.</param>
    /// <param name="job">The job to work on; any if null.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ClusterException">A port is in use, or the like.</exception>
    public static async Task<ClusterMember> StartAsync(MemberOptions options, NpgsqlDataSource database, EmbeddingModel model, string? job, CancellationToken cancellationToken)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid().ToString("N")[..8]}");
        ILoggerFactory loggers = CreateLoggers(options.LogLevel);
        try
        {
            await OrleansSchema.CreateAsync(database, cancellationToken);
            ShardWorker worker = new(new WorkTable(database, name, options.Lease), model, new WorkerOptions(options.StepRows, options.Lease, job), loggers.CreateLogger<ShardWorker>());
            SiloParts parts = new(options, database, model, new WorkLoop(worker), loggers);
            Silo silo = await Silo.StartAsync(parts, cancellationToken);
            return new ClusterMember(name, parts, silo);
        }
        catch
        {
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>Ends the work, gives shards back and leaves the cluster.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _care;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _parts.Loggers.Dispose();
    }

    /// <summary>Loggers that write to standard error, a line each: a pipe at standard output gets results only.</summary>
    private static ILoggerFactory CreateLoggers(LogLevel? level) => LoggerFactory.Create(logging =>
    {
        // Of a cluster in which processes come and go, Orleans has much to say that nobody needs to act upon.
        logging.SetMinimumLevel(level ?? LogLevel.Critical);
        if (level is null)
        {
            logging.AddFilter(nameof(EmbeddingCluster), LogLevel.Warning);
        }

        logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });

    private async Task CareAsync(Silo? silo, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _silo = silo ??= await Silo.StartAsync(_parts, cancellationToken);
                await silo.EnsureRunningAsync().WaitAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                CareFailed(_logger, e.Message);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.WhenAny(silo?.Loss ?? Task.Delay(Timeout.Infinite, cancellationToken), Task.Delay(s_careInterval, cancellationToken));
            if (silo is { Loss.IsCompleted: true })
            {
                SiloLost(_logger, await silo.Loss);
                _silo = null;
                await silo.DisposeAsync();
                silo = null;
            }
        }

        // The loop first: it gives its shards back.
        await _parts.Loop.StopAsync();
        if (silo is not null)
        {
            await silo.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo can't be started, or doesn't answer; it is tried again: {Reason}")]
    private static partial void CareFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster went on without this silo, which joins anew: {Reason}")]
    private static partial void SiloLost(ILogger logger, string reason);
}
