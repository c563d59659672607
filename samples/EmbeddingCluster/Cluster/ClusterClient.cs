using Npgsql;
using Orleans.Configuration;

namespace EmbeddingCluster;

/// <summary>Calls the cluster's grains from a process that is none of its silos.</summary>
internal sealed class ClusterClient : IAsyncDisposable
{
    /// <summary>How long silos that the table names are tried: they may all have died without a word.</summary>
    private static readonly TimeSpan s_timeToConnect = TimeSpan.FromSeconds(20);

    private readonly IHost _host;

    private ClusterClient(IHost host) => _host = host;

    /// <summary>Connects to any silo of the cluster.</summary>
    /// <exception cref="ClusterException">There is none that answers.</exception>
    public static async Task<ClusterClient> StartAsync(NpgsqlDataSource database, string connectionString, CancellationToken cancellationToken)
    {
        if (!await OrleansSchema.HasSiloAsync(database, cancellationToken))
        {
            throw NoSilo();
        }

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(OrleansSchema.Identify);
            client.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (OrleansSchema.Invariant, OrleansSchema.Connection(connectionString)));
        });
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken).WaitAsync(s_timeToConnect, cancellationToken);
            return new ClusterClient(host);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw e is NpgsqlException ? e : NoSilo();
        }
    }

    private static ClusterException NoSilo() => new("No silo answers. Start one: the command `work`.");

    /// <summary>A text's vector, from whichever silo has it soonest.</summary>
    public Task<OnlineEmbedding> EmbedAsync(string text) => _host.Services.GetRequiredService<IClusterClient>().GetGrain<IEmbeddingGrain>(Guid.NewGuid()).EmbedAsync(text);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
