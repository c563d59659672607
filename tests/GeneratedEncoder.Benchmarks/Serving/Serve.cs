using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// Embeddings behind a server: the pipeline's own queue and threads, calls on the requests' threads, first-in-first-out, and ONNX Runtime, each in a
/// process of its own. They take turns in rounds, so that whatever else the machine does befalls all of them.
/// </summary>
internal static class Serve
{
    private const int BulkTexts = 256, ShortTexts = 500;

    private static readonly string[] Ways = [ServedHost.Service, ServedHost.Inline, ServedHost.FirstInFirstOut, ServedHost.Onnx];

    /// <summary>Prints the tables. Returns 1 where embeddings differ.</summary>
    public static int Run(Options options)
    {
        int[] clients = options.Clients("clients", "1,8,64");
        (double seconds, int rounds) = (options.Number("seconds", 5), (int)options.Number("rounds", 3));
        Machine.Describe();
        using TemporaryFolder folder = new();
        Progress.Report("serve: random weights");
        string[] words = Vocabulary.Write(folder["vocab.txt"]);
        RandomModel.Create(EncoderShape.MiniLm, EncoderCase.Seed).Save(folder["model.safetensors"]);
        Random random = new(Seed: 3);
        string[] texts = Vocabulary.Texts(words, [.. Enumerable.Range(0, ShortTexts).Select(_ => random.Next(5, 13))]);
        string[] bulk = Vocabulary.Texts(words, RaggedBatch.Lengths(BulkTexts));
        List<ServedClients> servers = [];
        try
        {
            servers.AddRange(Ways.Select(way => ServedClients.Start(way, folder[""])));
            return RunAsync(servers, clients, texts, bulk, seconds, rounds).GetAwaiter().GetResult() ? 0 : 1;
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private static async Task<bool> RunAsync(List<ServedClients> servers, int[] clients, string[] texts, string[] bulk, double seconds, int rounds)
    {
        Console.WriteLine($"""
            ## Behind a server

            Texts of 5 to 12 tokens, one a request, from so many clients at once on the same machine as the server; minilm's shape, random weights. "service" is EmbedAsync, "inline"
            Embed on the request's thread, "fifo" the same on {Environment.ProcessorCount} threads of its own, a text after the other as they came, "onnx" ONNX Runtime's plain graph on the request's thread.
            Each way {rounds} rounds of {seconds} s, in turn.

            """);
        bool isSame = await CompareAsync(servers, texts);
        ServedRound[] last = [];
        MarkdownTable table = new(26, "clients, way", "texts/s", "p50, ms", "p99, ms", "/ping's worst, ms", "CPU, ms a text");
        foreach (int count in clients)
        {
            last = await MeasureAsync(servers, table, $"{count}", count, texts, bulk: null, seconds, rounds);
        }

        Console.WriteLine($"""

            - at {clients[^1]} clients service over inline {last[0].TextsPerSecond / last[1].TextsPerSecond:F2} x, over onnx {last[0].TextsPerSecond / last[3].TextsPerSecond:F2} x; CPU a text {last[0].CpuMilliseconds / last[1].CpuMilliseconds:F2} of inline's

            ### Beside a bulk client

            The same with 8 clients, and beside them one that sends {bulk.Length} texts (mean {RaggedBatch.Lengths(BulkTexts).Average():F0} tokens) at a time, again and again. Times are those of single texts.

            """);
        table = new(26, "way", "texts/s", "p50, ms", "p99, ms", "/ping's worst, ms", "CPU, ms a text");
        ServedRound[] beside = await MeasureAsync(servers, table, "8 and bulk", 8, texts, bulk, seconds, rounds);
        Console.WriteLine($"\n- p99 of single texts: service {beside[0].Percentile(0.99) / beside[2].Percentile(0.99):F2} of fifo's, {beside[0].Percentile(0.99) / beside[1].Percentile(0.99):F2} of inline's\n");
        return isSame;
    }

    private static async Task<ServedRound[]> MeasureAsync(
        List<ServedClients> servers, MarkdownTable table, string name, int clients, string[] texts, string[]? bulk, double seconds, int rounds)
    {
        List<ServedRound>[] measured = [.. servers.Select(_ => new List<ServedRound>())];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < servers.Count; i++)
            {
                Progress.Report($"serve: {name} clients, round {round + 1} of {rounds}, {servers[i].Way}");
                measured[i].Add(await servers[i].MeasureAsync(clients, texts, bulk, seconds));
            }
        }

        ServedRound[] sums = Array.ConvertAll(measured, ServedRound.Sum);
        for (int i = 0; i < servers.Count; i++)
        {
            table.Row(
                $"{name}, {servers[i].Way}", $"{sums[i].TextsPerSecond:F0}", $"{sums[i].Percentile(0.5):F1}", $"{sums[i].Percentile(0.99):F1}",
                $"{sums[i].Pings.DefaultIfEmpty().Max():F1}", $"{sums[i].CpuMilliseconds:F2}");
        }

        return sums;
    }

    /// <summary>Has each way compute some texts, which warms it up too, and compares what comes.</summary>
    private static async Task<bool> CompareAsync(List<ServedClients> servers, string[] texts)
    {
        float[][]? expected = null;
        double largest = 0;
        foreach (ServedClients server in servers)
        {
            float[][] embeddings = await server.EmbedAsync(texts);
            expected ??= embeddings;
            largest = Math.Max(largest, embeddings.Zip(expected).Max(pair => Difference.Max(pair.First, Array.ConvertAll(pair.Second, value => (double)value))));
        }

        Console.WriteLine($"- embeddings of all ways differ by {largest:E1} at most\n");
        return largest <= Peers.LargestDifference;
    }
}
