namespace EmbeddingCluster;

/// <summary>Something that the user has to know and can change; the message is all that is shown of it.</summary>
public sealed class ClusterException(string message) : Exception(message);
