using System.Globalization;
using Npgsql;
using Spectre.Console;

namespace EmbeddingCluster;

/// <summary>`status`: jobs and how far they are, from the database alone, so that it says something when no silo lives.</summary>
internal static class Status
{
    /// <summary>Shows jobs: a table in a terminal, else a line of names and values each.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="id">The job; all if null.</param>
    /// <param name="console">Where.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ClusterException">There is no such job.</exception>
    public static async Task RunAsync(string connectionString, string? id, IAnsiConsole console, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource database = await DatabaseConnection.OpenAsync(connectionString, cancellationToken);
        JobTable table = new(database);
        IReadOnlyList<JobRow> jobs = await table.IsThereAsync(cancellationToken) ? await table.ReadAsync(id, cancellationToken) : [];
        if (id is not null && jobs.Count == 0)
        {
            throw new ClusterException($"The database has no job '{id}'.");
        }

        if (console.Profile.Out.IsTerminal)
        {
            console.Write(jobs.Count > 0 ? TableOf(jobs) : new Text("No jobs.\n"));
        }
        else
        {
            foreach (JobRow job in jobs)
            {
                console.Profile.Out.Writer.WriteLine(LineOf(job));
            }
        }
    }

    private static string LineOf(JobRow job) => string.Create(CultureInfo.InvariantCulture,
        $"job={job.Id} rows={job.Rows} done={job.DoneRows} computed={job.Computed} shards={job.Shards} done-shards={job.DoneShards} takeovers={job.Takeovers} owners={job.Owners.Length} complete={(job.IsComplete ? "yes" : "no")} created={job.Created.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ} model={job.Model} corpus={job.Corpus}");

    private static Table TableOf(IEnumerable<JobRow> jobs)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("job", "corpus", "model", "submitted", "rows", "shards", "computed", "taken over", "worked on by");
        foreach (JobRow job in jobs)
        {
            string[] cells =
            [
                job.Id, job.Corpus, job.Model,
                string.Create(CultureInfo.InvariantCulture, $"{job.Created.ToLocalTime():yyyy-MM-dd HH:mm}"),
                string.Create(CultureInfo.InvariantCulture, $"{job.DoneRows:N0} of {job.Rows:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{job.DoneShards:N0} of {job.Shards:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{job.Computed:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{job.Takeovers:N0}"),
                string.Join("\n", job.Owners),
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        return table;
    }
}
