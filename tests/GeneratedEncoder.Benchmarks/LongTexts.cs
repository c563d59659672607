using System.Globalization;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Long texts, ours and ONNX Runtime's graphs: time on one thread in turn, and the peak memory of a process that computes one text.</summary>
internal sealed class LongTexts
{
    /// <summary>What others on the machine and the system's own caches may want of what is free.</summary>
    private const double ShareOfFreeMemory = 0.8;

    private readonly MarkdownTable _table;
    private readonly List<string> _failures = [];
    private readonly double _seconds;
    private double _first;

    private LongTexts(int firstLength, double seconds)
    {
        _seconds = seconds;
        _table = new(
            15, "shape", "n", "ours ms", "ORT plain ms", "ORT fused ms", "best ORT / ours", "GFLOP/s", $"of n = {firstLength}",
            "calls", "in turn", "ours MB", "ORT plain MB", "ORT fused MB", "difference");
    }

    /// <summary>Prints the parts that were asked for. Returns 1 where outputs differ, or a process died.</summary>
    public static int Run(Options options)
    {
        string shapes = options.Text("shapes", "minilm-long,modernbert-base");
        LongShape[] models = Array.ConvertAll(shapes.Split(','), LongShape.Named);
        int[] lengths = options.Lengths("lengths", "512,1024,2048,4096,8192", LongShape.MostTokens);
        double seconds = options.Number("seconds", 8);
        string only = options.Word("only", "all", "all", "table", "layers", "short");
        Machine.Describe();
        bool sound = true;
        if (only is "all" or "table")
        {
            sound &= Print(models, lengths, seconds);
        }

        if (only is "all" or "layers")
        {
            ModernBertLayers.Print(lengths, seconds);
        }

        if (only is "all" or "short")
        {
            sound &= ShortTextMemory.Print();
        }

        return sound ? 0 : 1;
    }

    private static bool Print(LongShape[] models, int[] lengths, double seconds)
    {
        Console.WriteLine($"""
            ## Long texts

            Float32, random weights, one thread; medians of calls taken in turn, as many of each as fit into {seconds.ToString(CultureInfo.InvariantCulture)} s for all, at least 2 ("calls": of ours).
            ONNX Runtime runs each graph with all its optimizations: plain, in standard operators as exporters write it; fused, with attention, and
            minilm-long's bias + GELU and modernbert-base's rotation, as one operator each. modernbert-base is ModernBERT-base's shape: a local layer of
            either graph computes all pairs of tokens and masks those outside the window.
            - Outputs are compared first, on the very text: where any two values are more than {Peers.LargestDifference.ToString(CultureInfo.InvariantCulture)} apart, no time is taken.
            - GFLOP/s: two for each multiply-add of products and of attention, of a local layer those within the window only; ours.
            - in turn: no, where together they would take more than {ShareOfFreeMemory:P0} of the memory that is free, or did: then each is timed alone, one after another.
            - MB: the most that a process had resident that loads the model and computes one text.
            - died: its process ended without a result, as is said below; the others are compared with each other.

            """);
        LongTexts table = new(lengths[0], seconds);
        foreach (LongShape model in models)
        {
            Progress.Report($"{model.Name}: random weights, graphs, compilation");
            using TemporaryFolder folder = new();
            model.Prepare(folder[""]);
            GC.Collect(2, GCCollectionMode.Aggressive);
            table._first = 0;
            foreach (int tokens in lengths)
            {
                table.Row(model, folder, tokens);
            }
        }

        Console.WriteLine();
        table._failures.ForEach(failure => Console.WriteLine($"- {failure}"));
        Console.WriteLine();
        return table._failures.Count == 0;
    }

    private void Row(LongShape model, TemporaryFolder folder, int tokens)
    {
        LongCall[] calls = [.. LongShape.Contenders.Select(who => LongProcess.Call(model, folder, who, tokens))];
        foreach (LongCall dead in calls.Where(call => call.Failure is not null))
        {
            _failures.Add($"{model.Name}, n = {tokens}: '{dead.Who}' computed nothing: {dead.Failure}");
        }

        LongCall[] alive = [.. calls.Where(call => call.Failure is null)];
        double difference = LargestDifference(alive);
        bool agree = difference <= Peers.LargestDifference;
        if (!agree)
        {
            _failures.Add($"{model.Name}, n = {tokens}: outputs differ by {difference:E1}; no time was taken.");
        }

        (Dictionary<string, Timing> timings, bool inTurn) = agree ? Times(model, folder, tokens, alive) : ([], false);
        Timing? ours = timings.GetValueOrDefault(LongShape.Contenders[0]);
        double peer = timings.Where(pair => pair.Key != LongShape.Contenders[0]).Select(pair => pair.Value.Median).DefaultIfEmpty(double.NaN).Min();
        double speed = ours is null ? double.NaN : model.Flops(tokens) / ours.Median / 1e6;
        _first = _first == 0 && ours is not null ? speed : _first;
        _table.Row(
        [
            model.Name, $"{tokens}",
            .. calls.Select(call => timings.TryGetValue(call.Who, out Timing? timing) ? $"{timing.Median:F1}" : call.Failure is null && !agree ? "differs" : "died"),
            ours is null || double.IsNaN(peer) ? "-" : $"{peer / ours.Median:F2} x", ours is null ? "-" : $"{speed:F1}", ours is null ? "-" : $"{speed / _first:P0}",
            $"{ours?.Calls ?? 0}", !agree ? "-" : inTurn ? "yes" : "no",
            .. calls.Select(call => call.Failure is null ? $"{call.PeakBytes / 1e6:F0}" : "died"),
            alive.Length > 1 ? $"{difference:E1}" : "-",
        ]);
    }

    /// <summary>Times of those that came through, and whether all took turns.</summary>
    private (Dictionary<string, Timing> Timings, bool InTurn) Times(LongShape model, TemporaryFolder folder, int tokens, LongCall[] alive)
    {
        string[] contenders = Array.ConvertAll(alive, call => call.Who);
        if (alive.Sum(call => call.PeakBytes) < ShareOfFreeMemory * FreeBytes())
        {
            (Timing[] timings, string? failure) = LongProcess.Times(model, folder, tokens, _seconds, contenders);
            if (failure is null)
            {
                return (contenders.Zip(timings).ToDictionary(pair => pair.First, pair => pair.Second), true);
            }

            Progress.Report($"together they failed: {failure}");
        }

        Dictionary<string, Timing> alone = [];
        foreach (string who in contenders)
        {
            // The time is for all of them.
            (Timing[] timings, string? failure) = LongProcess.Times(model, folder, tokens, _seconds / contenders.Length, [who]);
            if (failure is null)
            {
                alone.Add(who, timings[0]);
            }
            else
            {
                _failures.Add($"{model.Name}, n = {tokens}: no times of '{who}': {failure}");
            }
        }

        return (alone, false);
    }

    /// <summary>How far any two outputs are apart; 0 of less than two.</summary>
    private static double LargestDifference(LongCall[] calls) =>
        calls.SelectMany((one, i) => calls[..i].Select(other => LongProcess.DifferenceOf(one, other))).DefaultIfEmpty(0).Max();

    /// <summary>What the system can give without taking from others.</summary>
    private static double FreeBytes()
    {
        const string Source = "/proc/meminfo", Key = "MemAvailable:";
        return File.Exists(Source) && File.ReadLines(Source).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is string line
            ? 1024 * double.Parse(line[Key.Length..].Replace("kB", ""), CultureInfo.InvariantCulture)
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }
}
