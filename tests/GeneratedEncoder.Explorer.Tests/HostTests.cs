using System.Diagnostics;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>The published folder and <c>dotnet run</c>.</summary>
public sealed class HostTests
{
    [Fact]
    public void The_published_folder_has_all_that_the_page_names()
    {
        string page = File.ReadAllText(Path.Combine(Site.Folder, "index.html"));
        foreach (string name in System.Text.RegularExpressions.Regex.Matches(page, "(?:href|src)=\"([a-z][^\":]*)\"").Select(match => match.Groups[1].Value))
        {
            Assert.True(File.Exists(Path.Combine(Site.Folder, name)), name);
        }

        Assert.Equal(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Model", "model.safetensors")), File.ReadAllBytes(Path.Combine(Site.Folder, "model", "model.safetensors")));
        Assert.DoesNotContain("http", string.Concat(Directory.GetFiles(Path.Combine(Site.Folder, "css")).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dotnet_run_serves_the_page_on_loopback()
    {
        string project = Path.Combine(Site.Repository, "samples", "AttentionExplorer");
        int port = Random.Shared.Next(20_000, 60_000);
        ProcessStartInfo start = new("dotnet", ["run", "-c", Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!), "--no-build", "--no-launch-profile", "--project", project])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}" },
        };
        using Process server = Process.Start(start)!;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        try
        {
            using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            string? page = null;
            for (int attempt = 0; page is null && attempt < 300 && !server.HasExited; attempt++)
            {
                try
                {
                    page = await client.GetStringAsync("index.html");
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(100);
                }
            }

            Assert.Contains("<title>Attention explorer</title>", page, StringComparison.Ordinal);
            Assert.Contains("dotnet", await client.GetStringAsync("_framework/dotnet.js"), StringComparison.Ordinal);
            Assert.Equal(940, (await client.GetStringAsync("model/vocab.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }
    }
}
