namespace EmbeddingCluster;

/// <summary>What `embed` is asked for.</summary>
/// <param name="Corpus">The CSV.</param>
/// <param name="IdColumn">Its column of ids.</param>
/// <param name="TextColumn">Its column of texts.</param>
/// <param name="ShardRows">Rows of a shard.</param>
/// <param name="Output">The folder for Parquet files; null for none.</param>
/// <param name="NoProgress">Whether to show no progress.</param>
internal sealed record EmbedOptions(string Corpus, string IdColumn, string TextColumn, int ShardRows, string? Output, bool NoProgress);

/// <summary>How a process takes part in a cluster.</summary>
/// <param name="ConnectionString">The PostgreSQL database that all of them share.</param>
/// <param name="StepRows">Rows of a step.</param>
/// <param name="Lease">How long a shard is held without a step.</param>
/// <param name="Host">Address by which other silos reach this one.</param>
/// <param name="SiloPort">Port for other silos; 0 for a free one.</param>
/// <param name="GatewayPort">Port for clients; 0 for a free one.</param>
/// <param name="DashboardPort">Port of the dashboard; null for none.</param>
/// <param name="LogLevel">What is logged, on standard error; this program's own warnings if null.</param>
internal sealed record MemberOptions(
    string ConnectionString, int StepRows, TimeSpan Lease, string Host, int SiloPort, int GatewayPort, int? DashboardPort, LogLevel? LogLevel);
