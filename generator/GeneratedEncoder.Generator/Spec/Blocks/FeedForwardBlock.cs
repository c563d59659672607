namespace GeneratedEncoder.Generator.Spec;

/// <summary>The feed-forward network: down(act(up x)), or down(act(up x) * gate x).</summary>
internal sealed record FeedForwardBlock
{
    public required Activation Activation { get; init; }

    /// <summary>The projection that is activated.</summary>
    public required Linear Up { get; init; }

    /// <summary>What multiplies the activated one; null: nothing.</summary>
    public Linear? Gate { get; init; }

    public required Linear Down { get; init; }
}
