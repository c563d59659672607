using System.Diagnostics;
using System.Globalization;
using GeneratedEncoder.Cluster.Tests;
using Npgsql;

namespace GeneratedEncoder.Benchmarks;

/// <summary>How long a killed worker's shard waits for somebody else's next row.</summary>
internal static class KillTimes
{
    private const int ShardRows = 1024, StepRows = 16;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    /// <summary>Prints a row for each lease. Returns whether every job was completed.</summary>
    /// <param name="sample">The sample's assembly.</param>
    /// <param name="corpus">The CSV.</param>
    /// <param name="server">Where to make a database for each job.</param>
    /// <param name="kills">Jobs of each lease.</param>
    /// <param name="leases">Leases, in seconds.</param>
    public static async Task<bool> PrintAsync(string sample, string corpus, PostgresServer server, int kills, string[] leases)
    {
        Console.WriteLine($"""
            ## After kill -9

            A process that submitted the job and a worker, shards of {ShardRows} rows, steps of {StepRows}. The worker is killed when both have committed a step. How long until somebody else commits the
            next row of its shard, and, to compare, until anybody commits anything; {kills} kills.

            """);
        MarkdownTable table = new(10, "lease, s", "its shard: median, s", "worst, s", "any shard: worst, s");
        foreach (string lease in leases)
        {
            List<(double Own, double Any)> times = [];
            for (int kill = 0; kill < kills; kill++)
            {
                Progress.Report($"cluster: lease {lease} s, kill {kill + 1} of {kills}");
                if (await MeasureAsync(sample, corpus, await server.CreateDatabaseAsync(), lease) is not { } time)
                {
                    return false;
                }

                times.Add(time);
            }

            double[] own = [.. times.Select(time => time.Own).Order()];
            table.Row(lease, $"{own[own.Length / 2]:F1}", $"{own[^1]:F1}", $"{times.Max(time => time.Any):F2}");
        }

        Console.WriteLine();
        return true;
    }

    private static async Task<(double Own, double Any)?> MeasureAsync(string sample, string corpus, string database, string lease)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database);
        await using (NpgsqlCommand log = source.CreateCommand(StepLog.Script))
        {
            await log.ExecuteNonQueryAsync();
        }

        string[] options = ["--database", database, "--step-rows", Text(StepRows), "--lease", lease, "--silo-port", "0", "--gateway-port", "0"];
        using Process worker = ClusterSample.Start(sample, ["work", .. options]);
        using Process host = ClusterSample.Start(sample, ["embed", corpus, "--shard-rows", Text(ShardRows), "--no-progress", .. options]);
        Task<string> workerOutput = worker.StandardOutput.ReadToEndAsync(), hostOutput = host.StandardOutput.ReadToEndAsync(); // or they would stand still when nobody reads
        try
        {
            // Both are at work, and its last step is far from the end of a shard, so that there is something to take over.
            string its = $"process = 'EmbeddingCluster {Text(worker.Id)}'";
            string last = $"from tests.steps where {its} order by number desc limit 1";
            await UntilAsync(source, $"select exists (select from tests.steps where not {its})");
            await UntilAsync(source, $"select coalesce((select after < {Text(ShardRows / 2)} {last}), false)");
            worker.Kill();
            DateTime killed = await ValueAsync<DateTime>(source, "select clock_timestamp()");
            int shard = await ValueAsync<int>(source, $"select shard {last}");
            string next = string.Create(CultureInfo.InvariantCulture, $"from tests.steps where not {its} and at > '{killed:O}'");
            await UntilAsync(source, $"select exists (select {next} and shard = {Text(shard)})");
            DateTime own = await ValueAsync<DateTime>(source, $"select min(at) {next} and shard = {Text(shard)}"), any = await ValueAsync<DateTime>(source, $"select min(at) {next}");
            return ((own - killed).TotalSeconds, (any - killed).TotalSeconds);
        }
        catch (TimeoutException e)
        {
            Console.Error.WriteLine(e.Message);
            return null;
        }
        finally
        {
            worker.Kill();
            host.Kill();
            await Task.WhenAll(worker.WaitForExitAsync(), host.WaitForExitAsync(), workerOutput, hostOutput);
        }
    }

    private static async Task UntilAsync(NpgsqlDataSource source, string question)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await ValueAsync<bool>(source, question))
        {
            if (watch.Elapsed > s_limit)
            {
                throw new TimeoutException($"It never became so in {s_limit}: {question}");
            }

            await Task.Delay(5);
        }
    }

    private static async Task<T> ValueAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
