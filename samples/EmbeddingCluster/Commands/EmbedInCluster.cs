using System.Diagnostics;
using Npgsql;
using Orleans.Runtime;
using Spectre.Console;

namespace EmbeddingCluster;

/// <summary>`embed` with a database: submits a job, takes part in it until it is complete, and fetches the results if they are wanted.</summary>
internal static class EmbedInCluster
{
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the database may be away until a client says so and ends. Silos that `work` wait for longer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Embeds a corpus, together with whatever silos there are.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="cluster">How to take part.</param>
    /// <param name="console">Is told how far it is.</param>
    /// <param name="cancellationToken">Ends it; the job stays, and other silos go on with it.</param>
    public static async Task<JobSummary> RunAsync(EmbedOptions options, MemberOptions cluster, IAnsiConsole console, CancellationToken cancellationToken)
    {
        CorpusFile corpus = new(options.Corpus, options.IdColumn, options.TextColumn);
        await using NpgsqlDataSource database = await DatabaseConnection.OpenAsync(cluster.ConnectionString, cancellationToken);
        using IHost encoder = EncoderHost.Create();
        EmbeddingModel model = encoder.Services.GetRequiredService<EmbeddingModel>();
        CorpusSurvey survey = corpus.Survey(model.Fingerprint, options.ShardRows, cancellationToken);
        OutputFolder? folder = options.Output is null ? null : new OutputFolder(options.Output, survey.JobId, model.Name, survey.Rows, options.ShardRows);
        folder?.Open();

        JobTable jobs = new(database);
        await WorkSchema.CreateAsync(database, cancellationToken);
        await jobs.SubmitAsync(corpus, survey, model, options.ShardRows, cancellationToken);
        await encoder.StartAsync(cancellationToken);

        await using ClusterMember member = await ClusterMember.StartAsync(cluster, database, model, survey.JobId, cancellationToken);
        long start = Stopwatch.GetTimestamp(), lastAnswer = start;
        using CpuMeter cpu = new(model.Name);
        await WatchAsync();
        await new ProgressDisplay(console, options.NoProgress).ShowAsync(WaitAsync(), ReadAsync);
        await member.StopAsync();
        JobSummary summary = new(survey.Rows, survey.Distinct, member.Computed, Stopwatch.GetElapsedTime(start), cpu.Read());
        if (folder is not null)
        {
            await folder.FillAsync(corpus, (rows, token) => jobs.ReadVectorsAsync([.. rows.Select(row => TextKey.Of(model.Fingerprint, row.Text))], token), cancellationToken);
        }

        return summary;

        async Task WatchAsync()
        {
            try
            {
                await member.Grains!.GetGrain<IJobGrain>(survey.JobId).WatchAsync();
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                // Of a cluster that is just losing silos. This process works in any case; the next submission of the job makes up for it.
                Debug.WriteLine(e);
            }
        }

        async Task WaitAsync()
        {
            while (!await IsCompleteAsync())
            {
                // Whatever ends the work ends the wait for it.
                await await Task.WhenAny(member.Failure, Task.Delay(s_pollInterval, cancellationToken));
            }
        }

        async Task<bool> IsCompleteAsync()
        {
            try
            {
                bool isComplete = (await jobs.FindAsync(survey.JobId, cancellationToken)).IsComplete;
                lastAnswer = Stopwatch.GetTimestamp();
                return isComplete;
            }
            catch (NpgsqlException e) when (Stopwatch.GetElapsedTime(lastAnswer) < s_patience)
            {
                Debug.WriteLine(e); // The worker logs it.
                return false;
            }
            catch (NpgsqlException e)
            {
                throw new ClusterException($"The database has not been reached for {s_patience.TotalSeconds:0} s: {e.Message.ReplaceLineEndings(" ")} What was committed is kept; run the same command again to go on.");
            }
        }

        async Task<JobProgress> ReadAsync()
        {
            if (member.Grains is { } grains)
            {
                JobReport report = await grains.GetGrain<IJobGrain>(survey.JobId).ReadAsync();
                return new JobProgress(survey.JobId, report.Rows, report.DoneRows, report.Silos, report.Workers.Count);
            }

            JobRow job = await jobs.FindAsync(survey.JobId, cancellationToken);
            return new JobProgress(job.Id, job.Rows, job.DoneRows);
        }
    }
}
