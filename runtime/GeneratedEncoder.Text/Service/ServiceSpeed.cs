using System.Diagnostics;

namespace GeneratedEncoder.Text;

/// <summary>
/// What a service has seen of its work: how many characters a token has, and how many tokens a thread computes in a second. Texts can then be counted
/// without being tokenized, and waiting told in seconds. Used by several threads; a number that is a moment old does no harm.
/// </summary>
internal sealed class ServiceSpeed
{
    /// <summary>How much of what was known before a pack of average size leaves.</summary>
    private const double Memory = 0.95;

    private double _characters = 4, _tokens = 1, _seconds, _computed;

    /// <summary>Characters (UTF-16 units) of a token: 4 until texts have shown another number.</summary>
    public double CharactersPerToken => Math.Max(0.25, Volatile.Read(ref _characters) / Volatile.Read(ref _tokens));

    /// <summary>Tokens that one thread computes in a second; 0 until something was computed.</summary>
    public double TokensPerSecond
    {
        get
        {
            double seconds = Volatile.Read(ref _seconds);
            return seconds > 0 ? Volatile.Read(ref _computed) / seconds : 0;
        }
    }

    /// <summary>Learns from a text that was read whole.</summary>
    public void Read(long characters, int tokens)
    {
        Volatile.Write(ref _characters, Memory * _characters + characters);
        Volatile.Write(ref _tokens, Memory * _tokens + tokens);
    }

    /// <summary>Learns from a pack.</summary>
    public void Computed(int tokens, long startTimestamp)
    {
        Volatile.Write(ref _seconds, Memory * _seconds + Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds);
        Volatile.Write(ref _computed, Memory * _computed + tokens);
    }
}
