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
        int[] lengths = Lengths(Texts);
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
        Batch batch = new(encoder.Ids(tokens), lengths, encoder.Shape.HiddenSize);
        MarkdownTable table = new(26, "way", "threads", "ms", "texts/s", "EncodeBatch over it", "difference");
        List<string> summaries = [];
        bool agree = true;
        foreach (int count in threads)
        {
            Progress.Report($"ragged batch, threads: {count}");
            using MiniLm ours = MiniLm.Load(folder["model.safetensors"], new EncoderOptions { MaxDegreeOfParallelism = count });
            using OnnxPair padded = new(model, count, masked: true), single = new(model, count);
            agree &= Rows(table, batch, count, seconds, summaries,
            [
                new("ours, EncodeBatch", hidden => ours.EncodeBatch(batch.Ids, lengths, hidden)),
                new("ours, one by one", hidden => batch.OneByOne(ours.Encode, hidden)),
                new("ORT plain, padded batch", hidden => padded.Plain.EncodeBatch(batch.Ids, lengths, hidden)),
                new("ORT fused, padded batch", hidden => padded.Fused.EncodeBatch(batch.Ids, lengths, hidden)),
                new("ORT plain, one by one", hidden => batch.OneByOne(single.Plain.Encode, hidden)),
                new("ORT fused, one by one", hidden => batch.OneByOne(single.Fused.Encode, hidden)),
            ]);
        }

        Console.WriteLine();
        summaries.ForEach(Console.WriteLine);
        Console.WriteLine();
        return agree;
    }

    /// <summary>Rows of one number of threads, and their summary. Returns whether all outputs agree.</summary>
    private static bool Rows(
        MarkdownTable table, Batch batch, int threads, double seconds, List<string> summaries, IReadOnlyList<Way> ways)
    {
        float[] hidden = new float[batch.OutputLength];
        double[] first = [], differences = new double[ways.Count];
        for (int i = 0; i < ways.Count; i++)
        {
            Array.Fill(hidden, float.NaN);
            ways[i].Encode(hidden);
            first = i == 0 ? Array.ConvertAll(hidden, value => (double)value) : first;
            differences[i] = Difference.Max(hidden, first);
        }

        Contestant[] contestants = [.. ways.Select(way => new Contestant(() => way.Encode(hidden), Peers.Settle(threads)))];
        double[] ms = Array.ConvertAll(Rounds.Measure(contestants, seconds), timing => timing.Median);
        for (int i = 0; i < ways.Count; i++)
        {
            table.Row(
                ways[i].Name, $"{threads}", $"{ms[i]:F1}", $"{Texts / ms[i] * 1e3:F0}", $"{ms[i] / ms[0]:F2} x", $"{differences[i]:E1}");
        }

        summaries.Add(
            $"- threads: {threads}: EncodeBatch over ORT's better padded batch {Math.Min(ms[2], ms[3]) / ms[0]:F2} x, " +
            $"over its better one by one {Math.Min(ms[4], ms[5]) / ms[0]:F2} x, over ours one by one {ms[1] / ms[0]:F2} x; " +
            $"ours gives {(differences[1] == 0 ? "the same" : "other")} numbers in both ways");
        return differences.All(difference => difference <= Peers.LargestDifference);
    }

    /// <summary>Log-normal lengths, the same in every run: exp of normal numbers by Box and Muller's method.</summary>
    public static int[] Lengths(int texts)
    {
        Random random = new(Seed: 1);
        double mu = Math.Log(MeanLength) - Sigma * Sigma / 2;
        int[] lengths = new int[texts];
        for (int i = 0; i < texts; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), angle = 2 * Math.PI * random.NextDouble();
            lengths[i] = Math.Clamp((int)Math.Round(Math.Exp(mu + Sigma * radius * Math.Cos(angle))), Shortest, Longest);
        }

        return lengths;
    }

    /// <summary>A way of encoding the batch.</summary>
    private sealed record Way(string Name, Action<float[]> Encode);

    /// <summary>Texts end to end.</summary>
    private sealed record Batch(int[] Ids, int[] Lengths, int HiddenSize)
    {
        /// <summary>Floats of their last hidden states.</summary>
        public int OutputLength => Ids.Length * HiddenSize;

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
}
