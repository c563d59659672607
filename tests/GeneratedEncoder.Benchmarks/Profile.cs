using GeneratedEncoder.Benchmarks.Parts;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Where the time of one call goes.</summary>
internal static class Profile
{
    /// <summary>Prints one table for all lengths.</summary>
    public static int Run(Options options)
    {
        EncoderCase encoder = options.Encoders("shape", "minilm") is [EncoderCase only]
            ? only
            : throw new UsageException("--shape takes one shape.");
        int[] lengths = options.Lengths("lengths", "16,128,512");
        double seconds = options.Number("seconds", 6);

        using TemporaryFolder folder = new();
        RandomModel.Create(encoder.Shape, EncoderCase.Seed).Save(folder["model.safetensors"]);
        using LoadedEncoder loaded = encoder.Load(folder["model.safetensors"]);
        using Crew alone = new(1);
        FmaPeak peak = FmaPeak.Measure(alone);
        double int8Peak = Int8Peak.Measure();

        Machine.Describe();
        Console.WriteLine($"{encoder.Name}, one thread, FMA peak {peak}. Parts are timed one by one, each over all layers with");
        Console.WriteLine("their own weights, so their sum is not exactly the call's: within a call they find other things in the caches.");
        Console.WriteLine("Indented parts belong to the part above them; rest is what the call takes beyond the parts that are not indented.");
        Console.WriteLine("The last row is no part: FMA chains in turn with the parts: what the core gave meanwhile.");
        if (int8Peak > 0)
        {
            Console.WriteLine($"Products in eight bits are beside their own peak, of the tiles' instructions on registers ({Int8Peak.Instructions}): {int8Peak:F0} GOP/s.");
        }

        Console.WriteLine();

        MarkdownTable table = new(28, "part", "n", "ms", "of call", "GFLOP/s", "% of peak");
        foreach (int tokens in lengths)
        {
            Progress.Report($"n = {tokens}");
            Measure(table, encoder, loaded, tokens, seconds, peak, int8Peak);
        }

        return 0;
    }

    private static void Measure(
        MarkdownTable table, EncoderCase encoder, LoadedEncoder loaded, int tokens, double seconds, FmaPeak peak, double int8Peak)
    {
        using EncoderParts parts = new(encoder, loaded, tokens);
        int[] ids = encoder.Ids(tokens);
        float[] hidden = new float[tokens * encoder.Shape.HiddenSize];
        Contestant[] contestants =
        [
            new(() => loaded.Encode(ids, hidden)),
            .. parts.All.Select(part => new Contestant(part.Call, parts.Prepare)),
            new(peak.Burst),
        ];
        double[] ms = Array.ConvertAll(Rounds.Measure(contestants, seconds), timing => timing.Median);

        double call = ms[0], rest = call;
        Row($"Encode ({parts.Path})", call, Flops.Call(encoder.Shape, tokens));
        for (int i = 0; i < parts.All.Count; i++)
        {
            EncoderPart part = parts.All[i];
            rest -= part.Depth == 0 ? ms[i + 1] : 0;
            Row(part.Depth == 0 ? part.Name : $"· {part.Name}", ms[i + 1], part.Flops);
        }

        Row("rest", rest, 0);
        Row("(FMA chains, in turn)", ms[^1], peak.BurstFlops);

        void Row(string name, double time, double flops)
        {
            double speed = flops / time / 1e6;
            double most = name.Contains("_Int8", StringComparison.Ordinal) ? int8Peak : peak.Best;
            string[] speeds = flops == 0 ? ["", ""] : [$"{speed:F1}", $"{speed / most:P0}"];
            table.Row([name, $"{tokens}", $"{time:F4}", $"{time / call:P1}", .. speeds]);
        }
    }
}
