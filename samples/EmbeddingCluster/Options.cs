namespace EmbeddingCluster;

/// <summary>What `embed` is asked for.</summary>
/// <param name="Corpus">The CSV.</param>
/// <param name="IdColumn">Its column of ids.</param>
/// <param name="TextColumn">Its column of texts.</param>
/// <param name="ShardRows">Rows of a shard.</param>
/// <param name="Output">The folder for Parquet files; null for none.</param>
/// <param name="NoProgress">Whether to show no progress.</param>
internal sealed record EmbedOptions(string Corpus, string IdColumn, string TextColumn, int ShardRows, string? Output, bool NoProgress);
