using System.Globalization;
using GeneratedEncoder.Cluster.Tests;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// What the cluster costs: processes of samples/EmbeddingCluster with a database and without, in turn, and the time from the end of a worker by kill -9 to the next row of its shard.
/// </summary>
internal static class ClusterCost
{
    private static readonly string[] Ways = ["without a database", "with a database"];

    /// <summary>Prints the tables. Returns 1 where a process failed.</summary>
    public static int Run(Options options)
    {
        (int texts, int rounds) = ((int)options.Number("texts", 12_000), (int)options.Number("rounds", 3));
        (int kills, string[] leases) = ((int)options.Number("kills", 5), options.Text("leases", "10,2").Split(','));
        if (PostgresPrograms.Missing is { } why)
        {
            throw new UsageException(why);
        }

        Machine.Describe();
        string sample = ClusterSample.Build();
        using TemporaryFolder folder = new();
        string corpus = folder["corpus.csv"];
        WriteCorpus(corpus, texts);
        using PostgresServer server = PostgresServer.Start();
        return PrintCosts(sample, corpus, folder, server, texts, rounds) && KillTimes.PrintAsync(sample, corpus, server, kills, leases).GetAwaiter().GetResult() ? 0 : 1;
    }

    private static bool PrintCosts(string sample, string corpus, TemporaryFolder folder, PostgresServer server, int texts, int rounds)
    {
        Console.WriteLine($"""
            ## With a database and without

            {texts} texts, each another one, all-MiniLM-L6-v2, one process, {rounds} rounds in turn; sums. Times are those that the process says: from when model and corpus are read to the last row, and
            for its processor time likewise. "Engine and database" is what threads other than the encoder's took of it: Orleans, Npgsql, SHA-256, CSV or Parquet, and compiling all that,
            which takes a second or two however many texts there are.

            """);
        List<ClusterRun>[] runs = [[], []];
        long server0 = server.ProcessorMilliseconds();
        for (int round = 0; round < rounds; round++)
        {
            for (int way = 0; way < Ways.Length; way++)
            {
                Progress.Report($"cluster: {Ways[way]}, round {round + 1} of {rounds}");
                string[] target = way == 0
                    ? ["--output", folder[$"results{round}"]]
                    : ["--database", server.CreateDatabaseAsync().GetAwaiter().GetResult(), "--silo-port", "0", "--gateway-port", "0"];
                if (ClusterSample.Embed(sample, [corpus, "--no-progress", .. target]) is not { } run)
                {
                    return false;
                }

                runs[way].Add(run);
            }
        }

        long serverMilliseconds = server.ProcessorMilliseconds() - server0;
        MarkdownTable table = new(20, "", "texts/s", "CPU, ms a text", "of it encoder, ms", "engine and database", "PostgreSQL's, ms a text");
        for (int way = 0; way < Ways.Length; way++)
        {
            ClusterRun sum = ClusterRun.Sum(runs[way]);
            string postgres = way == 0 ? "" : $"{serverMilliseconds / (double)sum.Computed:F3}";
            table.Row(
                Ways[way], $"{sum.Computed / sum.Seconds:F0}", $"{1000 * sum.Cpu / sum.Computed:F2}", $"{1000 * sum.Encoder / sum.Computed:F2}",
                $"{100 * (sum.Cpu - sum.Encoder) / sum.Cpu:F1} %", postgres);
        }

        Console.WriteLine();
        return true;
    }

    /// <summary>The corpus of the tests again and again, each time with another number before each text.</summary>
    private static void WriteCorpus(string path, int texts)
    {
        using StreamWriter writer = new(path);
        writer.WriteLine("id,text");
        for (int i = 0; i < texts; i++)
        {
            string text = TextCorpus.All[i % TextCorpus.All.Count].Replace("\"", "\"\"", StringComparison.Ordinal);
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i},\"{i / TextCorpus.All.Count} {text}\""));
        }
    }
}
