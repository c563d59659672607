using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>When calls are shared, by what shared ones took.</summary>
public sealed class SharingGainTests
{
    private readonly SharingGain _gain = new();

    [Fact]
    public void Calls_that_gain_are_all_shared() => Assert.Equal(1000, Shared(1000, tokens: 32, elapsed: 60, computed: 50));

    /// <summary>Half of the work took the caller 50: alone it would have taken 100.</summary>
    [Theory]
    [InlineData(101)]
    [InlineData(110)]
    [InlineData(150)]
    [InlineData(400)]
    [InlineData(1000)]
    public void Calls_that_lose_are_shared_so_seldom_that_all_lose_a_hundredth_at_most(double elapsed)
    {
        const int Calls = 10_000;

        int shared = Shared(Calls, tokens: 32, elapsed, computed: 50);

        Assert.InRange(shared, Calls / 1001, Calls);
        Assert.InRange((shared - 1) * (elapsed - 100), 0, 0.01 * 100 * Calls); // the first one doesn't know yet
    }

    /// <summary>A disturbance that cost next to nothing isn't held against a call: a long one would do without its threads for seconds.</summary>
    [Fact]
    public void Calls_that_lose_next_to_nothing_go_on_being_shared() => Assert.Equal(100, Shared(100, tokens: 32, elapsed: 100.9, computed: 50));

    [Theory]
    [InlineData(110, 10)]
    [InlineData(200, 100)]
    public void Calls_that_gain_again_are_soon_shared_again(double elapsed, int alone)
    {
        _ = Shared(1000, tokens: 32, elapsed, computed: 50);

        Assert.InRange(Shared(1000, tokens: 32, elapsed: 60, computed: 50), 1000 - alone, 1000);
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
