using System.Diagnostics;
using System.Globalization;

namespace GeneratedEncoder.Fuzz;

/// <summary>Mutates a target's inputs for some time, keeps those that take new branches, and says what it found.</summary>
/// <param name="target">What to fuzz.</param>
/// <param name="seed">The same seed, corpus and number of executions give the same inputs.</param>
/// <param name="corpus">The folder of the corpus, which grows.</param>
/// <param name="coverage">What the target's code counts in.</param>
internal sealed class Campaign(FuzzTarget target, int seed, string corpus, Coverage coverage)
{
    private const int MostKept = 2000, LongestSaved = 4096;

    private readonly Random _random = new(seed);
    private readonly LastInput _last = new(target.Name);
    private readonly List<byte[]> _inputs = [];
    private readonly HashSet<string> _places = [];
    private int _findings;

    /// <summary>Runs for so many seconds; returns the number of findings.</summary>
    public int Run(double seconds)
    {
        Mutator mutator = new(_random, target.Words);
        List<byte[]> saved = [.. Corpus.Of(target, corpus)];
        foreach (byte[] input in target.Seeds.Concat(saved))
        {
            Execute(input);
            _inputs.Add(input);
        }

        long executions = 0, start = Stopwatch.GetTimestamp(), said = start;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            byte[] input = mutator.Mutate(_inputs[_random.Next(_inputs.Count)], _inputs);
            executions++;
            if (Execute(input) && _inputs.Count < MostKept)
            {
                _inputs.Add(input);
                if (input.Length <= LongestSaved)
                {
                    saved.Add(input);
                }
            }

            if (Stopwatch.GetElapsedTime(said).TotalSeconds > 10)
            {
                said = Stopwatch.GetTimestamp();
                Say(executions, start);
                Corpus.Save(target, corpus, saved);
            }
        }

        Say(executions, start);
        Corpus.Save(target, corpus, saved);
        return _findings;
    }

    private void Say(long executions, long start) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{target.Name}: {executions} executions, {executions / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} a second, {_inputs.Count} inputs, {coverage.Places} branches, {_findings} findings"));

    /// <summary>Whether the input took new branches.</summary>
    private bool Execute(byte[] input)
    {
        _last.Write(input);
        coverage.Clear();
        if (Execution.Finding(target, input) is { } finding)
        {
            // One of each kind, by where it was thrown.
            string place = string.Join('\n', finding.Split('\n').Where(line => line.StartsWith("   at", StringComparison.Ordinal)).Take(3)) is { Length: > 0 } stack ? stack : finding.Split(' ')[1];
            if (_places.Add(place))
            {
                _findings++;
                Console.WriteLine($"{target.Name} {Convert.ToBase64String(input)}\n{finding}");
            }
        }

        return coverage.IsNew();
    }
}
