using Npgsql;

namespace EmbeddingCluster;

/// <summary>How a process works.</summary>
/// <param name="StepRows">Rows of a step: what is computed, and committed, together.</param>
/// <param name="Lease">How long a shard is held without a step.</param>
/// <param name="Job">The job to work on; any if null.</param>
internal sealed record WorkerOptions(int StepRows, TimeSpan Lease, string? Job);

/// <summary>
/// Pulls shards and works on them, two at a time: while one waits for the database, the encoder has the other's texts. Whatever fails is the shard's affair: it is
/// given back, or its lease ends, and somebody takes it.
/// </summary>
internal sealed partial class ShardWorker(WorkTable table, EmbeddingModel model, WorkerOptions options, ILogger<ShardWorker> logger)
{
    private const int ShardsAtOnce = 2;

    /// <summary>How long to wait before asking again, where there was nothing to do, or where the database can't be reached.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(500), s_afterFailure = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_timeToRelease = TimeSpan.FromSeconds(2);

    private long _computed;

    /// <summary>Texts that this process has computed and committed.</summary>
    public long Computed => Interlocked.Read(ref _computed);

    /// <summary>Works until it is cancelled; steps under way are given up then, and their shards given back.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, ShardsAtOnce).Select(_ => Task.Run(() => PullAsync(cancellationToken), CancellationToken.None)));

    private async Task PullAsync(CancellationToken cancellationToken)
    {
        bool isReached = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan pause = TimeSpan.Zero;
            try
            {
                HeldShard? shard = await table.ClaimAsync(model.Identity, options.Job, cancellationToken);
                isReached = true;
                if (shard is not null)
                {
                    await WorkAsync(shard, cancellationToken);
                }
                else
                {
                    pause = s_idle;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException e)
            {
                if (isReached)
                {
                    DatabaseFailed(logger, e.Message);
                }

                isReached = false;
                pause = s_afterFailure;
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WorkAsync(HeldShard shard, CancellationToken cancellationToken)
    {
        try
        {
            while (shard.DoneRows < shard.Rows)
            {
                IReadOnlyList<RowToDo> rows = await table.ReadStepAsync(shard, options.StepRows, cancellationToken);
                Dictionary<TextKey, string> missing = rows.Where(row => row.Text is not null).DistinctBy(row => row.Key).ToDictionary(row => row.Key, row => row.Text!);
                float[][] vectors = await EmbedAsync(shard, missing.Values, cancellationToken);
                if (await table.CommitStepAsync(shard, rows.Count, missing.Keys.Zip(vectors).ToDictionary(), cancellationToken) is not { } step)
                {
                    ShardLost(logger, shard.Index, shard.Job);
                    return;
                }

                shard = step.Shard;
                Interlocked.Add(ref _computed, step.Computed);
            }
        }
        catch (Exception e) when (e is not NpgsqlException)
        {
            using CancellationTokenSource time = new(s_timeToRelease);
            await table.ReleaseAsync(shard, time.Token);
            throw;
        }
    }

    /// <summary>Computes a step's vectors, and keeps the shard for as long as that takes.</summary>
    private async Task<float[][]> EmbedAsync(HeldShard shard, IReadOnlyCollection<string> texts, CancellationToken cancellationToken)
    {
        Task<float[][]> vectors = model.EmbedAsync(texts, progress: null, cancellationToken);
        while (await Task.WhenAny(vectors, Task.Delay(options.Lease / 3, cancellationToken)) != vectors && await table.RenewAsync(shard, cancellationToken))
        {
        }

        return await vectors;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database can't be reached, or refuses; it is asked again: {Reason}")]
    private static partial void DatabaseFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard} of job {Job} was taken over by another process, since this one wasn't heard of for too long.")]
    private static partial void ShardLost(ILogger logger, int shard, string job);
}
