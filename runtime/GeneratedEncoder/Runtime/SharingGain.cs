using System.Numerics;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Whether sharing calls of a size pays at the moment. Beside other busy threads a short call can take longer on several threads than on
/// one: whoever is kept from its processor has a block that the others wait for. So what a shared call took is compared with what
/// its caller would have taken alone, and while that is less, so many calls of the size are done alone that all of them lose little by
/// those that try: one that lost much is followed by many, one that lost next to nothing by none. Not thread-safe.
/// </summary>
internal sealed class SharingGain
{
    private const int Sizes = 32, MostAlone = 1000;

    /// <summary>What calls may lose by trying, as a part of what they take.</summary>
    private const double MostLoss = 0.01;

    /// <summary>What a past call counts beside the next one.</summary>
    private const double Memory = 0.9;

    private readonly double[] _shared = new double[Sizes], _alone = new double[Sizes];
    private readonly int[] _waiting = new int[Sizes];

    /// <summary>Whether the next call of so many tokens should be shared.</summary>
    public bool Pays(int tokens) => _waiting[SizeOf(tokens)] == 0 || _waiting[SizeOf(tokens)]-- == 0;

    /// <summary>Takes note of a call that was shared.</summary>
    /// <param name="tokens">Its size.</param>
    /// <param name="elapsed">What it took, in any unit.</param>
    /// <param name="computed">What its caller computed of that, in the same unit: time that it was on a processor, for alone it would have had one.</param>
    /// <param name="share">The caller's share of the work, at most 1.</param>
    public void Add(int tokens, double elapsed, double computed, double share)
    {
        if (share <= 0)
        {
            return; // Others did all of it.
        }

        int size = SizeOf(tokens);
        _shared[size] = Memory * _shared[size] + elapsed;
        _alone[size] = Memory * _alone[size] + computed / share;
        if (_shared[size] > _alone[size])
        {
            _waiting[size] = (int)Math.Min(MostAlone, (_shared[size] / _alone[size] - 1) / MostLoss);
            _shared[size] = _alone[size] = 0;
        }
    }

    /// <summary>Calls of up to twice as many tokens are of one size.</summary>
    private static int SizeOf(int tokens) => BitOperations.Log2((uint)tokens);
}
