using Orleans.Runtime;

namespace EmbeddingCluster;

/// <summary>A job as clients of the cluster see it. Its key is the job's id.</summary>
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Sees to it, until the job is complete, that silos work: whoever hosts this grain now, or after that one is gone.</summary>
    Task WatchAsync();

    /// <summary>How far the job is. However many clients ask, the database is asked once a second at most.</summary>
    Task<JobReport> ReadAsync();
}

/// <summary>How far a job is.</summary>
/// <param name="Rows">Rows of the corpus.</param>
/// <param name="DoneRows">Rows that have their vectors.</param>
/// <param name="Silos">Silos in the cluster.</param>
/// <param name="Workers">Processes that hold shards of the job.</param>
/// <param name="CompletedAt">When it was first seen complete; null: it isn't.</param>
[GenerateSerializer, Immutable]
public sealed record JobReport(
    [property: Id(0)] long Rows, [property: Id(1)] long DoneRows, [property: Id(2)] int Silos, [property: Id(3)] IReadOnlyList<string> Workers, [property: Id(4)] DateTime? CompletedAt);

/// <summary>What the cluster keeps of a job beside its rows, which are in the work table.</summary>
[GenerateSerializer]
public sealed class JobState
{
    /// <summary>When it was first seen complete.</summary>
    [Id(0)]
    public DateTime? CompletedAt { get; set; }

    /// <summary>When silos were last told to work on it.</summary>
    [Id(1)]
    public DateTime? WatchedAt { get; set; }
}

internal sealed class JobGrain([PersistentState("job")] IPersistentState<JobState> state, JobTable jobs) : Grain, IJobGrain, IRemindable
{
    private const string Reminder = "watch";

    /// <summary>The shortest that Orleans allows.</summary>
    private static readonly TimeSpan s_watchInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_reportAge = TimeSpan.FromSeconds(1);

    private JobReport? _report;
    private DateTime _reported;

    public async Task WatchAsync()
    {
        if (state.State.CompletedAt is null)
        {
            await this.RegisterOrUpdateReminder(Reminder, s_watchInterval, s_watchInterval);
            await EnsureRunningAsync(await SilosAsync());
        }
    }

    public async Task<JobReport> ReadAsync()
    {
        if (_report is null || DateTime.UtcNow - _reported > s_reportAge)
        {
            JobRow job = await jobs.FindAsync(this.GetPrimaryKeyString(), CancellationToken.None);
            if (job.IsComplete && state.State.CompletedAt is null)
            {
                state.State.CompletedAt = DateTime.UtcNow;
                await state.WriteStateAsync();
            }

            _report = new JobReport(job.Rows, job.DoneRows, (await SilosAsync()).Length, job.Owners, state.State.CompletedAt);
            _reported = DateTime.UtcNow;
        }

        return _report;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if ((await ReadAsync()).CompletedAt is not null)
        {
            if (await this.GetReminder(Reminder) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }

            return;
        }

        await EnsureRunningAsync(await SilosAsync());
    }

    private async Task<SiloAddress[]> SilosAsync() => [.. (await GrainFactory.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Keys];

    private async Task EnsureRunningAsync(SiloAddress[] silos)
    {
        foreach (SiloAddress silo in silos)
        {
            // One that has died since is not this grain's affair; what it held, others take when its leases end.
            await GrainFactory.GetGrain<IWorkerGrain>(silo.ToParsableString()).EnsureRunningAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        state.State.WatchedAt = DateTime.UtcNow;
        await state.WriteStateAsync();
    }
}
