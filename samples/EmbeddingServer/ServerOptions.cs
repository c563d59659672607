namespace EmbeddingServer;

/// <summary>The configuration's section "Server".</summary>
public sealed class ServerOptions
{
    /// <summary>Keys of which a request must have one ("Authorization: Bearer ..."); none are asked for if there are none.</summary>
    public string[] ApiKeys { get; set; } = [];

    /// <summary>The most texts of a request.</summary>
    public int MaxInputs { get; set; } = 2048;

    /// <summary>The largest body of a request, in bytes.</summary>
    public long MaxBodyBytes { get; set; } = 32 << 20;

    /// <summary>How long requests that are under way at the end may take.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether token ids are taken for texts. They must be this model's own; most clients that send any send those of OpenAI's models, which would be
    /// taken for other words without anybody noticing.
    /// </summary>
    public bool AcceptTokenIds { get; set; }
}
