using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using EmbeddingServer;

namespace GeneratedEncoder.Server.Tests;

/// <summary>The server as it is started, in a process of its own, with all-MiniLM-L6-v2.</summary>
public sealed class RealServerTests
{
    private const int Terminate = 15;

    [SkippableFact]
    public async Task It_serves_the_model_and_finishes_what_runs_when_it_is_told_to_end()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [typeof(MiniLm).Assembly.Location, "--urls=http://127.0.0.1:0"]) { RedirectStandardOutput = true })!;
        try
        {
            using HttpClient client = new() { BaseAddress = new Uri(await AddressAsync(process).Soonest()), Timeout = TimeSpan.FromMinutes(3) };
            string[] texts = ["an espresso after dinner keeps me awake", "Coffee keeps half its strength for about five hours.", "Lilies are deadly poisonous to cats."];
            JsonNode body = JsonNode.Parse(await (await client.PostAsJsonAsync("/v1/embeddings", new { model = "sentence-transformers/all-MiniLM-L6-v2", input = texts })).Content.ReadAsStringAsync())!;
            float[][] vectors = [.. body["data"]!.AsArray().Select(entry => entry!["embedding"].Vector())];
            using EncoderPipeline<MiniLm> pipeline = EncoderPipeline.Load<MiniLm>();
            Assert.Equal(pipeline.Embed(texts), vectors);
            Assert.True(EmbeddingSimilarity.Cosine.Score(vectors[0], vectors[1]) > EmbeddingSimilarity.Cosine.Score(vectors[0], vectors[2]) + 0.1f);

            // A second's work and more, and the signal while it runs.
            Task<HttpResponseMessage> bulk = client.PostAsJsonAsync("/v1/embeddings", new { model = "all-MiniLM-L6-v2", input = Enumerable.Range(0, 400).Select(i => $"{i} {texts[1]} {texts[2]}") });
            while (!(await client.GetStringAsync("/metrics")).Split('\n').Any(line => line.StartsWith("generated_encoder_waiting_tokens{", StringComparison.Ordinal) && !line.Contains("} 0", StringComparison.Ordinal)))
            {
                Assert.False(bulk.IsCompleted, "The bulk was done before it was seen to wait.");
            }

            Assert.Equal(0, Kill(process.Id, Terminate));

            HttpResponseMessage response = await bulk.WaitAsync(TimeSpan.FromMinutes(2));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(400, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["data"]!.AsArray().Count);
            await process.WaitForExitAsync().Soonest();
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task<string> AddressAsync(Process process)
    {
        const string Mark = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Mark, StringComparison.Ordinal) is var at and >= 0)
            {
                _ = process.StandardOutput.ReadToEndAsync(); // or it would stand still when nobody reads
                return line[(at + Mark.Length)..];
            }
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
