using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Server.Tests;

/// <summary>More requests than can be served, clients that go away, and the end. A door before the encoder stands for slow work.</summary>
public sealed class LoadTests
{
    /// <summary>Three tokens by estimate.</summary>
    private static readonly object Request = new { model = "gated", input = "a b " };

    [Fact]
    public async Task What_is_too_much_is_refused_with_the_time_to_come_back_and_the_rest_is_served()
    {
        await using RunningServer server = await RunningServer.StartGatedAsync("--Models:gated:Service:MaxWaitingTokens=30");
        Task<HttpResponseMessage> running = server.Client.PostAsJsonAsync("/v1/embeddings", Request);
        await server.Gate.ArrivedAsync();

        // 64 clients at once: one text is computed, ten wait, and so 54 are refused, while the door is shut.
        Task<HttpResponseMessage>[] tasks = [.. Enumerable.Range(0, 64).Select(_ => server.Client.PostAsJsonAsync("/v1/embeddings", Request))];
        List<HttpResponseMessage> refused = [];
        List<Task<HttpResponseMessage>> open = [.. tasks];
        while (refused.Count < 54)
        {
            Task<HttpResponseMessage> done = await Task.WhenAny(open).Soonest();
            open.Remove(done);
            refused.Add(await done);
        }

        Assert.All(refused, response =>
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
            Assert.InRange(int.Parse(response.Headers.GetValues("retry-after-ms").Single()), 50, 60_000);
        });
        JsonNode error = JsonNode.Parse(await refused[0].Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal("rate_limit_exceeded", error["code"].Text());
        Assert.Contains("more work than it may let wait: about 30 tokens of at most 30", error["message"].Text());

        // Liveness and readiness don't wait for the encoder.
        Assert.Equal("pong", await server.Client.GetStringAsync("/ping").Soonest());
        Assert.Equal("Degraded", await server.Client.GetStringAsync("/health/ready").Soonest());
        Assert.Equal(1, server.Gate.Texts);

        server.Gate.Open();
        Assert.All(await Task.WhenAll([running, .. open]).Soonest(), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(11, server.Gate.Texts);
        Assert.Equal("Healthy", await server.Client.GetStringAsync("/health/ready").Soonest());
    }

    [Fact]
    public async Task A_request_larger_than_what_may_wait_is_served_when_nothing_waits()
    {
        await using RunningServer server = await RunningServer.StartGatedAsync("--Models:gated:Service:MaxWaitingTokens=30");
        server.Gate.Open();

        (int status, JsonNode body) = await server.PostAsync("/v1/embeddings", new { model = "gated", input = Enumerable.Repeat("a b ", 100) });

        Assert.Equal((200, 100), (status, body["data"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_client_that_goes_away_has_nothing_more_computed()
    {
        await using RunningServer server = await RunningServer.StartGatedAsync();
        Task<HttpResponseMessage> running = server.Client.PostAsJsonAsync("/v1/embeddings", Request);
        await server.Gate.ArrivedAsync();
        using CancellationTokenSource source = new();
        Task[] gone = [.. Enumerable.Range(0, 50).Select(_ => server.PostAsync("/v1/embeddings", Request, source.Token))];
        EncoderPipeline<GatedEmbedder> pipeline = server.Pipeline<GatedEmbedder>("gated");
        await WaitingAsync(server, "150");

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(gone).Soonest());
        await WaitingAsync(server, "0");
        server.Gate.Open();
        Assert.Equal(HttpStatusCode.OK, (await running.Soonest()).StatusCode);
        await pipeline.EmbedAsync("b").Soonest();
        Assert.Equal(2, server.Gate.Texts);
    }

    [Fact]
    public async Task The_end_finishes_what_runs_and_says_meanwhile_that_it_isn_t_ready()
    {
        RunningServer server = await RunningServer.StartGatedAsync();
        Task<HttpResponseMessage>[] tasks = [.. Enumerable.Range(0, 5).Select(_ => server.Client.PostAsJsonAsync("/v1/embeddings", Request))];
        await server.Gate.ArrivedAsync();
        await WaitingAsync(server, "12");

        Task stopping = server.App.StopAsync();
        Assert.False(stopping.IsCompleted);
        server.Gate.Open();

        Assert.All(await Task.WhenAll(tasks).Soonest(), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        await stopping.Soonest();
        Assert.Equal(5, server.Gate.Texts);
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client.GetStringAsync("/ping"));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Metrics_have_what_waits_what_was_packed_and_what_was_refused()
    {
        await using RunningServer server = await RunningServer.StartGatedAsync("--Models:gated:Service:MaxWaitingTokens=3");
        Task<HttpResponseMessage> running = server.Client.PostAsJsonAsync("/v1/embeddings", Request);
        await server.Gate.ArrivedAsync();
        Task<HttpResponseMessage> waiting = server.Client.PostAsJsonAsync("/v1/embeddings", Request);
        await WaitingAsync(server, "3");
        Assert.Equal(429, (await server.PostAsync("/v1/embeddings", Request)).Status);
        server.Gate.Open();
        await Task.WhenAll(running, waiting).Soonest();

        // An answer is kept for some milliseconds, for those who ask often.
        string[] patterns =
        [
            """gen_ai_client_operation_duration_seconds_count\{[^}]*gen_ai_request_model="gated"[^}]*\} \d+""",
            """gen_ai_client_token_usage_sum\{[^}]*gen_ai_request_model="gated"[^}]*\} \d+""",
            """generated_encoder_rejections_total\{[^}]*gen_ai_request_model="gated"[^}]*\} \d+""",
            """generated_encoder_pack_tokens_bucket\{[^}]*gen_ai_request_model="gated"[^}]*\} \d+""",
        ];
        await MetricsAsync(server, metrics => Array.TrueForAll(patterns, pattern => Regex.IsMatch(metrics, pattern)));
    }

    /// <summary>Waits until about so many tokens wait.</summary>
    private static Task WaitingAsync(RunningServer server, string tokens) => MetricsAsync(server, metrics => metrics.Split('\n').Any(
        line => line.StartsWith("generated_encoder_waiting_tokens", StringComparison.Ordinal) && line.Contains("gated", StringComparison.Ordinal) && line.Split("} ")[1].Split(' ')[0] == tokens));

    private static async Task MetricsAsync(RunningServer server, Predicate<string> isRight)
    {
        using CancellationTokenSource limit = new(Soon.Limit);
        string metrics = "";
        try
        {
            while (!isRight(metrics = await server.Client.GetStringAsync("/metrics", limit.Token)))
            {
                await Task.Delay(20, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The metrics never became what they should be:\n{metrics}");
        }
    }
}
