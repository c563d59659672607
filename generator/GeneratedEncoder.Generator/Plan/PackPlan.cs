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
    /// Tokens that each thread must get for a pass to be shared out. Every thread reads all weights, so that with fewer than 8 rows
    /// there is nothing to win (MiniLM's shape on Zen 5: 8 tokens on two threads took a third longer than on one, 16 a fifth
    /// less); and waking a thread and meeting twice a layer costs tens of microseconds, for which a thread must do at least
    /// 5 million floating-point operations.
    /// </summary>
    public required int ThreadTokens { get; init; }

    /// <summary>
    /// The most rows of a block that a thread of several takes at a time. Each block reads all weights of a layer, and a tile
    /// is quickest with all its rows: with fewer than 24 both would be felt. But when a thread is kept from its processor, the others
    /// wait in the end for the block that it has.
    /// </summary>
    public int BlockRows => 32;

    private const long LeastThreadFlops = 5_000_000;
    private const int LeastThreadRows = 8;
    private const int TokensTogether = 192;

    /// <summary>The most tokens that go through the layers together: what scratch memory is laid out for.</summary>
    public static int TokensOf(EncoderSpec spec) => Math.Max(spec.MaxTokens, TokensTogether);

    public static PackPlan For(long flopsPerToken) => new()
    {
        Tokens = TokensTogether,
        ThreadTokens = (int)Math.Max(LeastThreadRows, Math.Min(int.MaxValue / 2, LeastThreadFlops / flopsPerToken + 1)),
    };
}
