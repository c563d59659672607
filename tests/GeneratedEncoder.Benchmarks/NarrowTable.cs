using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>One text a call with narrow weights: ours, ONNX Runtime's and llama.cpp's, all in turn.</summary>
internal sealed class NarrowTable
{
    private readonly int[] _lengths;
    private readonly double _seconds;
    private readonly List<string> _summaries = [];
    private readonly List<string[]> _cosines = [];
    private readonly MarkdownTable _table = new(
        6, ["shape", "threads", "n", .. NarrowContender.All.Select(contender => NarrowContender.Title(contender) + " ms"),
            "best ORT int8 / int8", "Q8_0 / int8", "fp32 / int8", "fp32 / bf16"]);

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
        table._summaries.ForEach(Console.WriteLine);
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
        List<Result> results = [];
        foreach (int tokens in _lengths)
        {
            Progress.Report($"{name}, narrow, threads: {threads}, n = {tokens}");
            if (Row(cases.Float32, contenders, tokens, threads) is Result result)
            {
                results.Add(result);
            }
        }

        Array.ForEach(contenders, contender => contender.Dispose());
        string[] ratios = results.Count == 0 ? ["every length has a wrong output"] :
        [
            Range("int8 over the best ORT int8", result => result.OverOnnx),
            .. results.All(result => double.IsFinite(result.OverLlama)) ? [Range("over llama.cpp Q8_0", result => result.OverLlama)] : Array.Empty<string>(),
            Range("int8 over our fp32", result => result.Int8OverFloat32),
            Range("bf16 over our fp32", result => result.BFloat16OverFloat32),
        ];
        _summaries.Add($"- {name}, threads: {threads}: {string.Join("; ", ratios)}; {results.Count} lengths");
        return results.Count == _lengths.Length;

        string Range(string what, Func<Result, double> ratio) =>
            $"{what} {Math.Exp(results.Average(result => Math.Log(ratio(result)))):F2} x (least {results.Min(ratio):F2} x)";
    }

    /// <summary>Measures one length. Gives nothing where an output is wrong.</summary>
    private Result? Row(EncoderCase encoder, NarrowContender[] contenders, int tokens, int threads)
    {
        int[] ids = encoder.Ids(tokens);
        string[] start = [encoder.Name, $"{threads}", $"{tokens}"];
        double[] cosines = Cosines(contenders, ids, encoder.Shape.HiddenSize);
        _cosines.Add([.. start, .. NarrowContender.All.Select(contender => Cell(contender, (which, cosine) => Math.Min(which, cosine), cosines, "F6"))]);
        string[] wrong = [.. contenders.Where((contender, i) => !(cosines[i] >= NarrowContender.LeastCosine(contender.Contender))).Select(contender => NarrowContender.Title(contender.Contender)).Distinct()];
        if (wrong.Length > 0)
        {
            _table.Row([.. start, .. Enumerable.Repeat("-", NarrowContender.All.Count + 4)]);
            Console.Error.WriteLine($"{string.Join(", ", start)}: wrong output of {string.Join(", ", wrong)}; cosines to our fp32 {string.Join(", ", cosines.Select(cosine => $"{cosine:F4}"))}.");
            return null;
        }

        float[] hidden = new float[tokens * encoder.Shape.HiddenSize];
        Action? settle = Peers.Settle(threads);
        Timing[] timings = Rounds.Measure([.. contenders.Select(contender => new Contestant(() => contender.Encoder.Encode(ids, hidden), settle))], _seconds);
        double[] ms = Array.ConvertAll(timings, timing => timing.Median);
        double onnx = Math.Min(Best(Contender.OnnxPerTensor), Best(Contender.OnnxPerChannel));
        double int8 = Best(Contender.OursInt8), float32 = Best(Contender.OursFloat32);
        Result result = new(onnx / int8, Best(Contender.LlamaQ8) / int8, float32 / int8, float32 / Best(Contender.OursBFloat16));
        _table.Row(
        [
            .. start, .. NarrowContender.All.Select(contender => Cell(contender, Math.Min, ms, "F3")),
            $"{result.OverOnnx:F2} x", double.IsFinite(result.OverLlama) ? $"{result.OverLlama:F2} x" : "-",
            $"{result.Int8OverFloat32:F2} x", $"{result.BFloat16OverFloat32:F2} x",
        ]);
        return result;

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

    /// <summary>What one row showed: how many times as fast the former is as the latter.</summary>
    /// <param name="OverOnnx">Our int8, ONNX Runtime's fastest int8.</param>
    /// <param name="OverLlama">Our int8, llama.cpp's Q8_0; NaN without it.</param>
    /// <param name="Int8OverFloat32">Our int8, our float32.</param>
    /// <param name="BFloat16OverFloat32">Our bfloat16, our float32.</param>
    private sealed record Result(double OverOnnx, double OverLlama, double Int8OverFloat32, double BFloat16OverFloat32);
}
