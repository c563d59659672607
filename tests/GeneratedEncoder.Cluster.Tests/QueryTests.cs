using System.Globalization;

namespace GeneratedEncoder.Cluster.Tests;

/// <summary>Online calls: a silo embeds a text for another process, beside its steps.</summary>
public sealed class QueryTests
{
    [SkippableFact]
    public async Task A_silo_answers_with_the_nearest_texts_of_the_job_as_one_process_would_find_them()
    {
        const int Top = 7;
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await cluster.Embed().CompleteAsync();
        ClusterProcess silo = cluster.Work();
        await cluster.SilosAsync(atLeast: 1);
        string text = cluster.Corpus.Rows[25].Text;

        string[][] lines = [.. (await cluster.QueryAsync(text, "--top", $"{Top}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];

        float[] query = SingleProcess.Vector(text);
        Dictionary<string, double> cosines = cluster.Corpus.Rows.ToDictionary(row => row.Id, row => Dot(query, SingleProcess.Vector(row.Text)));
        double[] best = [.. cosines.Values.OrderDescending().Take(Top)];
        Assert.Equal(Top, lines.Length);
        Assert.Equal(cluster.Corpus.Rows[25].Id, lines[0][1]);
        Assert.All(lines.Zip(best), pair =>
        {
            Assert.Equal(cosines[pair.First[1]], pair.Second, 1e-6); // of equal texts any may come first
            Assert.Equal(pair.Second, double.Parse(pair.First[0], CultureInfo.InvariantCulture), 6e-4);
            Assert.Equal(cluster.Corpus.Rows.Single(row => row.Id == pair.First[1]).Text.ReplaceLineEndings(" "), pair.First[2]);
        });
        silo.Terminate();
        Assert.Equal(130, await silo.EndAsync());
    }

    [SkippableFact]
    public async Task Without_a_silo_or_a_job_one_line_says_so()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();

        Assert.Contains("no jobs", await cluster.RefusedQueryAsync("a late ferry"), StringComparison.Ordinal);

        await cluster.Embed().CompleteAsync();
        Assert.Contains("no job 'none'", await cluster.RefusedQueryAsync("a late ferry", "--job", "none"), StringComparison.Ordinal);
        Assert.Contains("silo", await cluster.RefusedQueryAsync("a late ferry"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_dashboard_is_a_page_on_this_machine()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        int port = FreePort();
        ClusterProcess silo = cluster.Work("--dashboard-port", $"{port}");
        using HttpClient client = new();

        string page = "";
        await Wait.UntilAsync("the dashboard", async () =>
        {
            try
            {
                page = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"));
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, () => silo.Story);

        Assert.Contains("Orleans", page, StringComparison.OrdinalIgnoreCase);
        silo.Terminate();
        Assert.Equal(130, await silo.EndAsync());
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b).Sum(pair => (double)pair.First * pair.Second);

    private static int FreePort()
    {
        using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
