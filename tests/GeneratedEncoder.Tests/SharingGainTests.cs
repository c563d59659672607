using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>When calls are shared, by what shared ones took.</summary>
public sealed class SharingGainTests
{
    private readonly SharingGain _gain = new();

    [Fact]
    public void Calls_that_gain_are_all_shared() => Assert.Equal(1000, Shared(1000, tokens: 32, elapsed: 60, computed: 50));

    /// <summary>Half of the work took the caller 50 of 110: alone it would have taken 100.</summary>
    [Fact]
    public void Calls_that_lose_are_shared_once_in_many() => Assert.InRange(Shared(10_000, tokens: 32, elapsed: 110, computed: 50), 50, 120);

    [Fact]
    public void What_is_lost_is_less_than_a_hundredth()
    {
        int shared = Shared(10_000, tokens: 32, elapsed: 150, computed: 50);

        Assert.InRange(shared * 50, 0, 10_000);
    }

    [Fact]
    public void Calls_that_gain_again_are_soon_shared_again()
    {
        _ = Shared(1000, tokens: 32, elapsed: 110, computed: 50);

        Assert.InRange(Shared(1000, tokens: 32, elapsed: 60, computed: 50), 1000 - 128, 1000);
    }

    [Fact]
    public void Short_calls_that_lose_say_nothing_of_long_ones()
    {
        _ = Shared(1000, tokens: 32, elapsed: 110, computed: 50);

        Assert.Equal(100, Shared(100, tokens: 512, elapsed: 60, computed: 50));
    }

    [Fact]
    public void A_call_that_others_did_altogether_is_no_loss()
    {
        _gain.Add(32, elapsed: 100, computed: 0, share: 0);

        Assert.True(_gain.Pays(32));
    }

    /// <summary>How many of so many calls are shared, of which the caller does half.</summary>
    private int Shared(int calls, int tokens, double elapsed, double computed) => Enumerable.Range(0, calls).Count(_ =>
    {
        bool pays = _gain.Pays(tokens);
        if (pays)
        {
            _gain.Add(tokens, elapsed, computed, share: 0.5);
        }

        return pays;
    });
}
