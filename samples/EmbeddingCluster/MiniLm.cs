using GeneratedEncoder;

namespace EmbeddingCluster;

/// <summary>all-MiniLM-L6-v2, as the folder says that the project file names.</summary>
[TransformerEncoder("all-MiniLM-L6-v2")]
public sealed partial class MiniLm;
