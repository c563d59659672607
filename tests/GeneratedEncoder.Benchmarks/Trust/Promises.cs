namespace GeneratedEncoder.Benchmarks.Trust;

/// <summary>The README's table of what is promised, of which tests guard it, and of what these said.</summary>
internal static class Promises
{
    /// <summary>Runs the tests, or reads the results of those that were run, and prints the table.</summary>
    /// <returns>0 if every promise was seen to be kept.</returns>
    public static int Run(Options options)
    {
        using TemporaryFolder folder = new();
        string results = options.Folder("results") ?? RunAll(folder[""]);
        TestResult[] tests = [.. TestRun.Read(results)];

        Console.WriteLine("| Promise | Test | Last result |");
        Console.WriteLine("|---|---|---|");
        bool areKept = true;
        foreach (Promise promise in Promise.All)
        {
            string result = ResultOf(promise, tests, out bool isKept);
            Console.WriteLine($"| {promise.Text} | {string.Join(", ", promise.Guards.Select(guard => $"`{guard.Class}`").Distinct())} | {result} |");
            areKept &= isKept;
        }

        return areKept ? 0 : 1;
    }

    private static string RunAll(string results)
    {
        string root = Repository.RootOf(AppContext.BaseDirectory);
        foreach (IGrouping<string, Guard> guards in Promise.All.SelectMany(promise => promise.Guards).GroupBy(guard => guard.Project))
        {
            Progress.Report($"GeneratedEncoder.{guards.Key}: {guards.Count()} promises' tests");
            TestRun.Run(Path.Combine(root, "tests", "GeneratedEncoder." + guards.Key), guards, results);
        }

        return results;
    }

    /// <summary>How many tests said what. Not kept is also a promise one of whose guards no test belongs to, or whose tests were all skipped.</summary>
    internal static string ResultOf(Promise promise, IReadOnlyCollection<TestResult> tests, out bool isKept)
    {
        Guard[] missing = [.. promise.Guards.Where(guard => !tests.Any(test => guard.Covers(test.Test)))];
        TestResult[] its = [.. tests.Where(test => promise.Guards.Any(guard => guard.Covers(test.Test)))];
        int passed = its.Count(test => test.Outcome == "Passed"), skipped = its.Count(test => test.Outcome == "NotExecuted"), failed = its.Length - passed - skipped;

        isKept = missing.Length == 0 && failed == 0 && passed > 0;
        List<string> words = [];
        Add(failed, "**FAILED**");
        Add(passed, "passed");
        Add(skipped, "skipped");
        words.AddRange(missing.Select(guard => $"**no result of `{guard.FullName}`**"));
        return string.Join(", ", words);

        void Add(int count, string word)
        {
            if (count > 0)
            {
                words.Add($"{count} {word}");
            }
        }
    }
}
