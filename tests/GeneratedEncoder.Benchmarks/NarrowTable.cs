using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>One text a call with narrow weights: ours, ONNX Runtime's and llama.cpp's, all in turn.</summary>
internal sealed class NarrowTable
{
    private readonly int[] _lengths;
    private readonly double _seconds;
    private readonly List<string> _summaries = [];
    private readonly List<double[]> _ratios = [];
    private readonly List<string[]> _cosines = [];
    private readonly MarkdownTable _table = new(
        6, ["shape", "threads", "n", .. NarrowContender.All.Select(contender => NarrowContender.Title(contender) + " ms"),
            .. Comparison.All.Select(comparison => comparison.Title)]);

    private NarrowTable(int[] lengths, double seconds) => (_lengths, _seconds) = (lengths, seconds);

    /// <summary>Prints one table for all shapes that have narrow formats, their summaries and cosines. Returns whether no output is wrong.</summary>
    public static bool Print(EncoderCase[] encoders, int[] lengths, int[] threads, double seconds)
    {
        Console.WriteLine($"""
            ## Narrow weights, one text a call

            Medians of calls taken in turn, in one process; random weights; all with the same number of threads within a call.
            - ORT int8: DynamicQuantizeLinear and MatMulInteger with one scale a tensor or a column, tables int8, as quantize_dynamic writes them; the
              faster of the plain and the fused graph, as for ORT fp32.
            - llama.cpp: {LlamaEncoder.Description}. It has the same weights in a GGUF file, and the same token ids.
            - Before anything is timed, hidden states are compared with our fp32's; what is below the least cosine is called wrong, and not timed.

            """);
        NarrowTable table = new(lengths, seconds);
        bool right = true;
        foreach (EncoderCase encoder in encoders)
        {
            if (WeightCases.Of(encoder) is not { } cases)
            {
                continue;
            }

            Progress.Report($"{encoder.Name}: random weights");
            using TemporaryFolder folder = new();
            RandomModel model = RandomModel.Create(encoder.Shape, EncoderCase.Seed);
            model.Save(folder["model.safetensors"]);
            foreach (int count in threads)
            {
                right &= table.Rows(cases, model, folder["model.safetensors"], count);
            }
        }

        Console.WriteLine();
        Console.WriteLine("Geometric means over the lengths, and the least:");
        Console.WriteLine();
        table._summaries.ForEach(Console.WriteLine);
        if (table._summaries.Count > 1)
        {
            Console.WriteLine(Summary("all of these", table._ratios));
        }

        Console.WriteLine();
        table.PrintCosines();
        return right;
    }

    /// <summary>Rows of one shape and number of threads, and their summary. Returns whether no output is wrong.</summary>
    private bool Rows(WeightCases cases, RandomModel model, string path, int threads)
    {
        string name = cases.Float32.Name;
        Progress.Report($"{name}, narrow, threads: {threads}");
        NarrowContender[] contenders = NarrowContender.Load(cases, model.Tensors, path, threads, fused: true);
        List<double[]> results = [];
        foreach (int tokens in _lengths)
        {
            Progress.Report($"{name}, narrow, threads: {threads}, n = {tokens}");
            if (Row(cases.Float32, contenders, tokens, threads) is { } ratios)
            {
                results.Add(ratios);
            }
        }

        Array.ForEach(contenders, contender => contender.Dispose());
        _summaries.Add(Summary($"{name}, threads: {threads}", results));
        _ratios.AddRange(results);
        return results.Count == _lengths.Length;
    }

    /// <summary>The geometric mean and the least of each comparison, over some rows.</summary>
    private static string Summary(string of, IReadOnlyCollection<double[]> rows)
    {
        IEnumerable<string> means = Comparison.All.Select((comparison, i) => (comparison, Ratios: rows.Select(row => row[i]).ToArray()))
            .Where(pair => pair.Ratios.All(double.IsFinite))
            .Select(pair => $"{pair.comparison.Name} {Math.Exp(pair.Ratios.Average(Math.Log)):F2} x (least {pair.Ratios.Min():F2} x)");
        return $"- {of}: {(rows.Count == 0 ? "every length has a wrong output" : string.Join("; ", means))}; {rows.Count} rows";
    }

    /// <summary>Measures one length. Gives the ratio of each comparison, or nothing where an output is wrong.</summary>
    private double[]? Row(EncoderCase encoder, NarrowContender[] contenders, int tokens, int threads)
    {
        int[] ids = encoder.Ids(tokens);
        string[] start = [encoder.Name, $"{threads}", $"{tokens}"];
        double[] cosines = Cosines(contenders, ids, encoder.Shape.HiddenSize);
        _cosines.Add([.. start, .. NarrowContender.All.Select(contender => Cell(contender, (which, cosine) => Math.Min(which, cosine), cosines, "F6"))]);
        string[] wrong = [.. contenders.Where((contender, i) => !(cosines[i] >= NarrowContender.LeastCosine(contender.Contender))).Select(contender => NarrowContender.Title(contender.Contender)).Distinct()];
        if (wrong.Length > 0)
        {
            _table.Row([.. start, .. Enumerable.Repeat("-", NarrowContender.All.Count + Comparison.All.Length)]);
            Console.Error.WriteLine($"{string.Join(", ", start)}: wrong output of {string.Join(", ", wrong)}; cosines to our fp32 {string.Join(", ", cosines.Select(cosine => $"{cosine:F4}"))}.");
            return null;
        }

        float[] hidden = new float[tokens * encoder.Shape.HiddenSize];
        Action? settle = Peers.Settle(threads);
        Timing[] timings = Rounds.Measure([.. contenders.Select(contender => new Contestant(() => contender.Encoder.Encode(ids, hidden), settle))], _seconds);
        double[] ms = Array.ConvertAll(timings, timing => timing.Median);
        double[] ratios = Array.ConvertAll(Comparison.All, comparison => comparison.Slower.Min(Best) / Best(comparison.Faster));
        _table.Row(
        [
            .. start, .. NarrowContender.All.Select(contender => Cell(contender, Math.Min, ms, "F3")),
            .. ratios.Select(ratio => double.IsFinite(ratio) ? $"{ratio:F2} x" : "-"),
        ]);
        return ratios;

        double Best(Contender contender) => ms.Where((_, i) => contenders[i].Contender == contender).DefaultIfEmpty(double.NaN).Min();

        string Cell(Contender contender, Func<double, double, double> better, double[] values, string format)
        {
            double[] own = [.. values.Where((_, i) => contenders[i].Contender == contender)];
            return own.Length == 0 ? "-" : own.Aggregate(better).ToString(format);
        }
    }

    /// <summary>The mean over tokens of each contender's cosine to our float32.</summary>
    private static double[] Cosines(NarrowContender[] contenders, int[] ids, int width)
    {
        float[] expected = new float[ids.Length * width], hidden = new float[expected.Length];
        contenders.Single(contender => contender.Contender == Contender.OursFloat32).Encoder.Encode(ids, expected);
        return Array.ConvertAll(contenders, contender =>
        {
            contender.Encoder.Encode(ids, hidden);
            return Similarity.Mean(expected, hidden, width);
        });
    }

    private void PrintCosines()
    {
        Console.WriteLine("Cosines of hidden states to our fp32's, mean over a text's tokens, the lower of the plain and the fused graph's:");
        Console.WriteLine();
        MarkdownTable table = new(6, ["shape", "threads", "n", .. NarrowContender.All.Select(NarrowContender.Title)]);
        _cosines.ForEach(table.Row);
        Console.WriteLine();
    }

    /// <summary>How many times as fast one is as others.</summary>
    /// <param name="Title">The column's head: the times that are divided.</param>
    /// <param name="Name">What a summary calls it.</param>
    /// <param name="Faster">Whose time divides.</param>
    /// <param name="Slower">The least of their times is divided.</param>
    private sealed record Comparison(string Title, string Name, Contender Faster, params Contender[] Slower)
    {
        public static readonly Comparison[] All =
        [
            new("best ORT int8 / int8", "int8 over the best ORT int8", Contender.OursInt8, Contender.OnnxPerTensor, Contender.OnnxPerChannel),
            new("ORT fp32 / int8", "over ORT fp32", Contender.OursInt8, Contender.OnnxFloat32),
            new("Q8_0 / int8", "over llama.cpp Q8_0", Contender.OursInt8, Contender.LlamaQ8),
            new("fp32 / int8", "over our fp32", Contender.OursInt8, Contender.OursFloat32),
            new("fp32 / bf16", "bf16 over our fp32", Contender.OursBFloat16, Contender.OursFloat32),
        ];
    }
}
