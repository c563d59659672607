using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;

namespace GeneratedEncoder.Benchmarks;

/// <summary>A served way with clients about it, all on this machine.</summary>
internal sealed class ServedClients : IDisposable
{
    /// <summary>How often somebody asks for nothing, in milliseconds.</summary>
    private const int PingEvery = 20;

    private readonly Process _process;
    private readonly HttpClient _client;

    private ServedClients(string way, Process process, string address)
    {
        (Way, _process) = (way, process);
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(5) };
    }

    public string Way { get; }

    /// <summary>Starts the server of a way.</summary>
    public static ServedClients Start(string way, string folder)
    {
        Process process = ChildProcess.Start(new Dictionary<string, string?>(), "serve-host", way, folder, $"{Environment.ProcessId}");
        return new ServedClients(way, process, process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The server of {way} ended before it listened."));
    }

    /// <summary>One answer, to compare ways by.</summary>
    public async Task<float[][]> EmbedAsync(string[] texts)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync("/embed", texts);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<float[][]>())!;
    }

    /// <summary>Has clients ask for a time, each for one short text after another, and one for many at a time beside them if there are any.</summary>
    public async Task<ServedRound> MeasureAsync(int clients, string[] texts, string[]? bulk, double seconds)
    {
        double cpu = await CpuAsync();
        long start = Stopwatch.GetTimestamp();
        using CancellationTokenSource source = new(TimeSpan.FromSeconds(seconds));
        List<double>[] singles = [.. Enumerable.Range(0, clients).Select(_ => new List<double>())];
        List<double> pings = [];
        int bulkTexts = 0;
        List<Task> tasks = [.. singles.Select((times, client) => Loop(times, i => EmbedAsync([texts[(client * 31 + i) % texts.Length]])))];
        tasks.Add(Loop(pings, async _ =>
        {
            await _client.GetStringAsync("/ping");
        }, PingEvery));
        if (bulk is not null)
        {
            tasks.Add(Loop([], async _ =>
            {
                await EmbedAsync(bulk);
                bulkTexts += bulk.Length;
            }));
        }

        await Task.WhenAll(tasks);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new ServedRound([.. singles.SelectMany(times => times)], pings, bulkTexts, elapsed, await CpuAsync() - cpu);

        // Until the time is over; what is under way then is waited for, and counts.
        async Task Loop(List<double> times, Func<int, Task> call, int pause = 0)
        {
            await Task.Yield();
            for (int i = 0; !source.IsCancellationRequested; i++)
            {
                long before = Stopwatch.GetTimestamp();
                await call(i);
                times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
                if (pause > 0)
                {
                    await Task.Delay(pause);
                }
            }
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<double> CpuAsync() => double.Parse(await _client.GetStringAsync("/cpu"), CultureInfo.InvariantCulture);
}

/// <summary>What clients saw in a round.</summary>
/// <param name="Singles">Milliseconds of each single text's request.</param>
/// <param name="Pings">Milliseconds of each request for nothing.</param>
/// <param name="BulkTexts">Texts that the bulk client had computed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="CpuSeconds">Processor time of the server.</param>
internal sealed record ServedRound(List<double> Singles, List<double> Pings, int BulkTexts, double Seconds, double CpuSeconds)
{
    /// <summary>Rounds as one.</summary>
    public static ServedRound Sum(IReadOnlyList<ServedRound> rounds) => new(
        [.. rounds.SelectMany(round => round.Singles)], [.. rounds.SelectMany(round => round.Pings)], rounds.Sum(round => round.BulkTexts),
        rounds.Sum(round => round.Seconds), rounds.Sum(round => round.CpuSeconds));

    public int Texts => Singles.Count + BulkTexts;

    public double TextsPerSecond => Texts / Seconds;

    public double CpuMilliseconds => 1e3 * CpuSeconds / Texts;

    /// <summary>The time that this share of single texts' requests took at most.</summary>
    public double Percentile(double share)
    {
        double[] sorted = [.. Singles.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
