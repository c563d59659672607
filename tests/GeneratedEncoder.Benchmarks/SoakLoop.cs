using System.Diagnostics;
using System.Globalization;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What a process uses at one time.</summary>
internal sealed record SoakSample(double Seconds, long Calls, double Megabytes, int Threads, int Handles, int Gen0, int Gen1, int Gen2)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static SoakSample Parse(string line)
    {
        double[] numbers = Array.ConvertAll(line.Split(' '), number => double.Parse(number, CultureInfo.InvariantCulture));
        return new(numbers[0], (long)numbers[1], numbers[2], (int)numbers[3], (int)numbers[4], (int)numbers[5], (int)numbers[6], (int)numbers[7]);
    }

    /// <summary>One line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds:F1} {Calls} {Megabytes:F3} {Threads} {Handles} {Gen0} {Gen1} {Gen2}");
}

/// <summary>The loop that a soak runs in a process of its own: a text or a batch, each of random lengths, again and again.</summary>
internal static class SoakLoop
{
    private const int LongestText = 512, MostTexts = 32, BatchTokens = 1024;

    /// <summary>Arguments: ours or onnx, shape, seconds. Writes a sample a second.</summary>
    public static int Run(string[] args)
    {
        if (args is not ["ours" or "onnx", string name, string seconds])
        {
            throw new UsageException("soak-loop takes <ours|onnx> <shape> <seconds>.");
        }

        EncoderCase encoder = EncoderCase.Named(name);
        RandomModel model = RandomModel.Create(encoder.Shape, EncoderCase.Seed);
        int[] ids = RandomModel.Ids(encoder.Shape, EncoderCase.Seed, LongestText + BatchTokens);
        float[] hidden = new float[BatchTokens * encoder.Shape.HiddenSize];
        double end = double.Parse(seconds, CultureInfo.InvariantCulture);
        if (args[0] == "ours")
        {
            using TemporaryFolder folder = new();
            model.Save(folder["model.safetensors"]);
            model = null!;
            using LoadedEncoder ours = encoder.Load(folder["model.safetensors"]);
            Loop(end, (start, lengths) =>
            {
                // One by one: what a batch of texts costs in memory is what its longest costs.
                for (int text = 0, at = start; text < lengths.Length; at += lengths[text++])
                {
                    ours.Encode(ids.AsSpan(at, lengths[text]), hidden.AsSpan(0, lengths[text] * encoder.Shape.HiddenSize));
                }
            });
        }
        else
        {
            using OnnxEncoder onnx = OnnxEncoder.Create(model, new OnnxEncoderOptions { Masked = true });
            Loop(end, (start, lengths) => onnx.EncodeBatch(ids.AsSpan(start, lengths.Sum()), lengths, hidden.AsSpan(0, lengths.Sum() * encoder.Shape.HiddenSize)));
        }

        return 0;
    }

    private static void Loop(double seconds, Action<int, int[]> call)
    {
        // All that the loop itself needs is allocated here, so that collections are the calls'.
        Random random = new(1);
        int[][] shapes = [.. Enumerable.Range(0, 2000).Select(i => i % 2 == 0 ? [random.Next(1, LongestText + 1)] : Batch(random))];
        ProcessUsage usage = new();
        long start = Stopwatch.GetTimestamp(), calls = 0;
        for (double said = 0, now; (now = Stopwatch.GetElapsedTime(start).TotalSeconds) < seconds; calls++)
        {
            call(random.Next(LongestText), shapes[random.Next(shapes.Length)]);
            if (now - said >= 1)
            {
                said = now;
                Console.WriteLine(usage.Sample(now, calls));
            }
        }
    }

    /// <summary>Lengths of up to 32 texts, 1,024 tokens at most with what the longest makes of the others.</summary>
    private static int[] Batch(Random random)
    {
        int texts = random.Next(2, MostTexts + 1), longest = Math.Min(LongestText, BatchTokens / texts);
        return [.. Enumerable.Range(0, texts).Select(_ => random.Next(1, longest + 1))];
    }
}
