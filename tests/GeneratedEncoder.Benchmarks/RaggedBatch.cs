using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Many short texts of unequal lengths on MiniLM's shape: as one batch, and one by one.</summary>
internal static class RaggedBatch
{
    private const int Texts = 64;
    private const int Shortest = 4;
    private const int Longest = 128;
    private const double MeanLength = 28;
    private const double Sigma = 0.6;

    /// <summary>Prints one table for all numbers of threads. Returns whether all outputs agree.</summary>
    public static bool Print(int[] threads, double seconds)
    {
        Progress.Report("ragged batch: random weights");
        EncoderCase encoder = EncoderCase.Named("minilm");
        int[] lengths = Lengths();
        int tokens = lengths.Sum();
        Console.WriteLine($"""
            ## A ragged batch

            {Texts} texts on minilm's shape, lengths log-normal (mean {MeanLength}, sigma {Sigma}, from {Shortest} to {Longest}): here {lengths.Min()} to
            {lengths.Max()} tokens, {tokens} in all, {Texts * lengths.Max()} when padded. Medians of whole batches taken in turn. ORT one by one has
            graphs without a mask; ours pads nothing in either way.

            """);

        using TemporaryFolder folder = new();
        RandomModel model = RandomModel.Create(encoder.Shape, EncoderCase.Seed);
        model.Save(folder["model.safetensors"]);
        MarkdownTable table = new(26, "way", "threads", "ms", "texts/s", "EncodeBatch over it", "difference");
        List<string> summaries = [];
        bool agree = true;
        foreach (int count in threads)
        {
            Progress.Report($"ragged batch, threads: {count}");
            using MiniLm ours = MiniLm.Load(folder["model.safetensors"], new EncoderOptions { MaxDegreeOfParallelism = count });
            using OnnxPair padded = new(model, count, masked: true), single = new(model, count, masked: false);
            Batch batch = new(encoder.Ids(tokens), lengths, encoder.Shape.HiddenSize);
            (string Name, Action<float[]> Encode)[] ways =
            [
                ("ours, EncodeBatch", hidden => ours.EncodeBatch(batch.Ids, lengths, hidden)),
                ("ours, one by one", hidden => batch.OneByOne(ours.Encode, hidden)),
                ("ORT plain, padded batch", hidden => padded.Plain.EncodeBatch(batch.Ids, lengths, hidden)),
                ("ORT fused, padded batch", hidden => padded.Fused.EncodeBatch(batch.Ids, lengths, hidden)),
                ("ORT plain, one by one", hidden => batch.OneByOne(single.Plain.Encode, hidden)),
                ("ORT fused, one by one", hidden => batch.OneByOne(single.Fused.Encode, hidden)),
            ];
            float[][] outputs = Array.ConvertAll(ways, way => batch.Output(way.Encode));
            double[] differences = Array.ConvertAll(
                outputs, output => Difference.Max(output, Array.ConvertAll(outputs[0], value => (double)value)));
            agree &= differences.All(difference => difference <= Peers.LargestDifference);

            Contestant[] contestants = Array.ConvertAll(ways, way => new Contestant(batch.Call(way.Encode), Peers.Settle(count)));
            double[] ms = Array.ConvertAll(Rounds.Measure(contestants, seconds), timing => timing.Median);
            for (int i = 0; i < ways.Length; i++)
            {
                table.Row(
                    ways[i].Name, $"{count}", $"{ms[i]:F1}", $"{Texts / ms[i] * 1e3:F0}", $"{ms[i] / ms[0]:F2} x", $"{differences[i]:E1}");
            }

            summaries.Add(
                $"- threads: {count}: EncodeBatch over ORT's better padded batch {Math.Min(ms[2], ms[3]) / ms[0]:F2} x, " +
                $"over its better one by one {Math.Min(ms[4], ms[5]) / ms[0]:F2} x, over ours one by one {ms[1] / ms[0]:F2} x; " +
                $"ours gives {(differences[1] == 0 ? "the same" : "other")} bits in both ways");
        }

        Console.WriteLine();
        summaries.ForEach(Console.WriteLine);
        Console.WriteLine();
        return agree;
    }

    /// <summary>Log-normal lengths, the same in every run: exp of normal numbers by Box and Muller's method.</summary>
    private static int[] Lengths()
    {
        Random random = new(Seed: 1);
        double mu = Math.Log(MeanLength) - Sigma * Sigma / 2;
        int[] lengths = new int[Texts];
        for (int i = 0; i < Texts; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), angle = 2 * Math.PI * random.NextDouble();
            lengths[i] = Math.Clamp((int)Math.Round(Math.Exp(mu + Sigma * radius * Math.Cos(angle))), Shortest, Longest);
        }

        return lengths;
    }

    /// <summary>Texts end to end.</summary>
    private sealed record Batch(int[] Ids, int[] Lengths, int HiddenSize)
    {
        private int OutputLength => Ids.Length * HiddenSize;

        /// <summary>What a way of encoding them gives.</summary>
        public float[] Output(Action<float[]> encode)
        {
            float[] hidden = new float[OutputLength];
            encode(hidden);
            return hidden;
        }

        /// <summary>A way of encoding them, into an array of its own.</summary>
        public Action Call(Action<float[]> encode)
        {
            float[] hidden = new float[OutputLength];
            return () => encode(hidden);
        }

        /// <summary>Encodes one after another.</summary>
        public void OneByOne(EncodeText encode, float[] hidden)
        {
            int start = 0;
            foreach (int tokens in Lengths)
            {
                encode(Ids.AsSpan(start, tokens), hidden.AsSpan(start * HiddenSize, tokens * HiddenSize));
                start += tokens;
            }
        }
    }

    /// <summary>ONNX Runtime's two graphs.</summary>
    private sealed class OnnxPair(RandomModel model, int threads, bool masked) : IDisposable
    {
        /// <summary>The graph that an exporter writes.</summary>
        public OnnxEncoder Plain { get; } = OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = threads, Masked = masked });

        /// <summary>The fused graph.</summary>
        public OnnxEncoder Fused { get; } =
            OnnxEncoder.Create(model, new OnnxEncoderOptions { Threads = threads, Masked = masked, Fused = true });

        /// <summary>Frees both.</summary>
        public void Dispose()
        {
            Plain.Dispose();
            Fused.Dispose();
        }
    }
}
