using System.Globalization;

namespace GeneratedEncoder.Build.Hub;

/// <summary>Tries again what may go better the next time: after 1, 2, 4 and 8 seconds, or when the server says so.</summary>
internal sealed class Retries(HubClock clock, Action<string> say, CancellationToken cancellation)
{
    /// <summary>Attempts in a row that bring nothing.</summary>
    public const int Most = 5;

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <summary>Runs it until it works.</summary>
    /// <param name="what">What it does, for messages: "config.json of org/model".</param>
    /// <param name="attempt">Throws <see cref="PassingException"/> for what may go better.</param>
    /// <param name="progress">How far it has come; an attempt that comes further than any before is no failure. Null: it works whole or not at all.</param>
    /// <exception cref="HubException">It fails for good, or too often.</exception>
    public T Run<T>(string what, Func<T> attempt, Func<long>? progress = null)
    {
        long furthest = progress?.Invoke() ?? 0;
        for (int failures = 0; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return attempt();
            }
            catch (PassingException e)
            {
                cancellation.ThrowIfCancellationRequested();
                bool further = progress?.Invoke() > furthest;
                furthest = further ? progress!() : furthest;
                failures = further ? 1 : failures + 1;
                TimeSpan wait = e.After ?? TimeSpan.FromSeconds(1 << (failures - 1));
                if (failures >= Most || wait > s_longest)
                {
                    throw new HubException(HubException.NoAnswer, $"{what} can't be had: {e.Message}" + (wait > s_longest
                        ? $"; the server asks to wait {Seconds(wait)} s"
                        : $". That was attempt {Most} in a row without a byte more.") + " What was downloaded is kept: the next build goes on from there.", e);
                }

                say($"{what}: {e.Message}; trying again in {Seconds(wait)} s.");
                clock.Wait(wait, cancellation);
            }
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
}
