using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>How texts share a pass through the layers, and passes the threads of a team.</summary>
internal sealed record PackPlan
{
    /// <summary>
    /// Texts of a batch go end to end through the products while they have at most so many tokens together: enough
    /// to read the weights once for many texts, few enough that what a layer hands to the next stays in the cache.
    /// Of 64, 96, 128, 192, 256 and 512, 192 was the fastest on MiniLM's shape, on one thread and on two. A longer
    /// text goes alone.
    /// </summary>
    public required int Tokens { get; init; }

    /// <summary>
    /// Tokens from which a pass is shared out over threads. Waking a thread and meeting twice a layer costs tens of
    /// microseconds; below 10 million floating-point operations, a tenth of a millisecond, there is nothing to win.
    /// </summary>
    public required int TeamTokens { get; init; }

    private const long LeastTeamFlops = 10_000_000;
    private const int TokensTogether = 192;

    /// <summary>The most tokens that go through the layers together: what scratch memory is laid out for.</summary>
    public static int TokensOf(EncoderSpec spec) => Math.Max(spec.MaxTokens, TokensTogether);

    public static PackPlan For(long flopsPerToken) => new()
    {
        Tokens = TokensTogether,
        TeamTokens = (int)Math.Max(2, Math.Min(int.MaxValue, LeastTeamFlops / flopsPerToken + 1)),
    };
}
