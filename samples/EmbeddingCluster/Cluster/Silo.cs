using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Runtime;

namespace EmbeddingCluster;

/// <summary>What a silo of this process shares with those that come after it, if it is lost.</summary>
internal sealed record SiloParts(MemberOptions Options, NpgsqlDataSource Database, EmbeddingModel Model, WorkLoop Loop, ILoggerFactory Loggers);

/// <summary>This process's place in the cluster: membership, grains, reminders, dashboard.</summary>
internal sealed class Silo : IAsyncDisposable
{
    /// <summary>A silo that doesn't answer for three times this long is suspected, and so dead soon after.</summary>
    private static readonly TimeSpan s_probeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How often a silo says in the table that it lives. Three missed ones, and who joins doesn't wait for it: after all have been killed, say.</summary>
    private static readonly TimeSpan s_aliveInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_timeToStop = TimeSpan.FromSeconds(5), s_timeToGiveUp = TimeSpan.FromSeconds(7);

    private readonly IHost _host;
    private readonly SiloLoss _loss;

    private Silo(IHost host, SiloLoss loss) => (_host, _loss) = (host, loss);

    /// <summary>Ends when the others have declared this silo dead, with the reason; it has to be disposed of then.</summary>
    public Task<string> Loss => _loss.Reason;

    /// <summary>Calls grains.</summary>
    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Joins the cluster.</summary>
    /// <exception cref="ClusterException">A port is in use, or the host has no such address.</exception>
    public static async Task<Silo> StartAsync(SiloParts parts, CancellationToken cancellationToken)
    {
        SiloLoss loss = new();
        IHost host = Build(parts, loss);
        try
        {
            await host.StartAsync(cancellationToken);
            return new Silo(host, loss);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Sees to it that this silo's loop runs.</summary>
    public Task EnsureRunningAsync() =>
        Grains.GetGrain<IWorkerGrain>(_host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()).EnsureRunningAsync();

    /// <summary>
    /// Leaves the cluster, and says so to the others if it still can. A silo that is lost, or whose database is, can't leave properly and needn't: it is let go of, and the others see
    /// that it doesn't answer.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource time = new(s_timeToStop);
        await Task.WhenAny(LeaveAsync(time.Token), Task.Delay(s_timeToGiveUp));
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await _host.StopAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((IAsyncDisposable)_host).DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static IHost Build(SiloParts parts, SiloLoss loss)
    {
        if (parts.Options.DashboardPort is not { } port)
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
            Configure(builder, parts, loss);
            return builder.Build();
        }

        WebApplicationBuilder web = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        web.WebHost.UseUrls($"http://{IPAddress.Loopback}:{FreePort(IPAddress.Loopback, port, "--dashboard-port")}");
        Configure(web, parts, loss);
        WebApplication app = web.Build();
        app.MapOrleansDashboard();
        return app;
    }

    private static void Configure(IHostApplicationBuilder builder, SiloParts parts, SiloLoss loss)
    {
        MemberOptions options = parts.Options;
        IPAddress address = AddressOf(options.Host);
        IPAddress listening = IPAddress.IsLoopback(address) ? address : IPAddress.Any;
        int siloPort = FreePort(listening, options.SiloPort, "--silo-port"), gatewayPort = FreePort(listening, options.GatewayPort, "--gateway-port");
        string connectionString = OrleansSchema.Connection(options.ConnectionString);

        builder.Services.Replace(ServiceDescriptor.Singleton(parts.Loggers));
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddSingleton(parts.Model);
        builder.Services.AddSingleton(parts.Loop);
        builder.Services.AddSingleton(new JobTable(parts.Database));
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(OrleansSchema.Identify);
            silo.Configure<EndpointOptions>(endpoints =>
            {
                (endpoints.AdvertisedIPAddress, endpoints.SiloPort, endpoints.GatewayPort) = (address, siloPort, gatewayPort);
                (endpoints.SiloListeningEndpoint, endpoints.GatewayListeningEndpoint) = (new IPEndPoint(listening, siloPort), new IPEndPoint(listening, gatewayPort));
            });
            silo.Configure<ClusterMembershipOptions>(membership => (membership.ProbeTimeout, membership.IAmAliveTablePublishTimeout) = (s_probeTimeout, s_aliveInterval));
            silo.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (OrleansSchema.Invariant, connectionString));
            silo.UseAdoNetReminderService(table => (table.Invariant, table.ConnectionString) = (OrleansSchema.Invariant, connectionString));
            silo.AddAdoNetGrainStorageAsDefault(table => (table.Invariant, table.ConnectionString) = (OrleansSchema.Invariant, connectionString));
#pragma warning disable ORLEANSEXP003 // A directory that moves with membership: no grain is activated twice, or lost sight of, while silos come and go.
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            silo.AddPlacementDirector<NamedSiloPlacement, NamedSiloPlacementDirector>();
            silo.Services.Replace(ServiceDescriptor.Singleton<IFatalErrorHandler>(loss));
            if (options.DashboardPort is not null)
            {
                silo.AddDashboard();
            }
        });
    }

    private static IPAddress AddressOf(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host).FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)
                ?? throw new ClusterException($"--host '{host}' has no IPv4 address.");
        }
        catch (SocketException e)
        {
            throw new ClusterException($"--host '{host}' can't be resolved: {e.Message}");
        }
    }

    private static int FreePort(IPAddress address, int port, string option)
    {
        try
        {
            using TcpListener listener = new(address, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException e)
        {
            throw new ClusterException($"Port {port} can't be used ({e.Message}): name another with {option}, or a free one with {option} 0.");
        }
    }
}
