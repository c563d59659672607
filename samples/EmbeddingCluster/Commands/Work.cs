using Npgsql;

namespace EmbeddingCluster;

/// <summary>`work`: a silo that pulls shards of any job.</summary>
internal static class Work
{
    /// <summary>Works until it is cancelled.</summary>
    /// <param name="cluster">How to take part.</param>
    /// <param name="output">Is told when it is ready, and what it has done.</param>
    /// <param name="cancellationToken">Ends it; shards are given back.</param>
    public static async Task RunAsync(MemberOptions cluster, TextWriter output, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource database = await DatabaseConnection.OpenAsync(cluster.ConnectionString, cancellationToken);
        using IHost encoder = EncoderHost.Create();
        EmbeddingModel model = encoder.Services.GetRequiredService<EmbeddingModel>();
        await WorkSchema.CreateAsync(database, cancellationToken);
        await encoder.StartAsync(cancellationToken);
        await using ClusterMember member = await ClusterMember.StartAsync(cluster, database, model, job: null, cancellationToken);
        output.WriteLine($"ready: {member.Name} works for {model.Identity}. SIGTERM or Ctrl+C ends it.");
        await Task.WhenAny(member.Failure, Task.Delay(Timeout.Infinite, cancellationToken));
        await member.StopAsync();
        output.WriteLine($"stopped: computed={member.Computed}");
        cancellationToken.ThrowIfCancellationRequested();
        await member.Failure;
    }
}
