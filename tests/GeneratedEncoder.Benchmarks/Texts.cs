using System.Diagnostics;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;
using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// From text to embeddings on MiniLM's shape: ours through Microsoft.Extensions.AI, and a loop over ONNX Runtime with the same
/// tokenizer, on one thread.
/// </summary>
internal sealed class Texts : IDisposable
{
    private const int Count = 1000;
    private const int Chunk = 100;
    private const int PaddedBatch = 32;

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _texts;
    private readonly TextTokenizer _tokenizer;
    private readonly EncoderPipeline<MiniLm> _encoder;
    private readonly IEmbeddingGenerator<string, Embedding<float>> _ours;
    private readonly OnnxPair _single;
    private readonly OnnxPair _padded;
    private readonly int _width = EncoderShape.MiniLm.HiddenSize;

    private Texts()
    {
        Progress.Report("texts: random weights");
        string[] words = Vocabulary.Write(_folder["vocab.txt"]);
        RandomModel model = RandomModel.Create(EncoderShape.MiniLm, EncoderCase.Seed);
        model.Save(_folder["model.safetensors"]);
        _texts = Vocabulary.Texts(words, RaggedBatch.Lengths(Count));
        _tokenizer = TextTokenizer.Load(_folder[""]);
        _encoder = EncoderPipeline.Load<MiniLm>(_folder[""], new EncoderPipelineOptions { Encoder = new EncoderOptions { MaxConcurrentCalls = 1 } });
        _ours = _encoder.AsIEmbeddingGenerator();
        _single = new OnnxPair(model, threads: 1);
        _padded = new OnnxPair(model, threads: 1, masked: true);
    }

    /// <summary>Prints the table. Returns 1 where embeddings differ.</summary>
    public static int Run(Options options)
    {
        int rounds = (int)options.Number("rounds", 3);
        Machine.Describe();
        using Texts texts = new();
        return texts.Print(rounds) ? 0 : 1;
    }

    public void Dispose()
    {
        _ours.Dispose();
        _single.Dispose();
        _padded.Dispose();
        _folder.Dispose();
    }

    private bool Print(int rounds)
    {
        int[] tokens = Array.ConvertAll(_texts, text => _tokenizer.Encode(text).Length);
        Console.WriteLine($"""
            ## From text to embeddings

            {Count} texts on minilm's shape, tokens log-normal: {tokens.Min()} to {tokens.Max()}, {tokens.Sum()} in all; one thread, random weights, words of {Vocabulary.Origin}.
            Ours: IEmbeddingGenerator.GenerateAsync, and Embed(span, span) a text. ORT: the same tokenizer, mean pooling in C#; one text a call without a mask, and padded
            batches of {PaddedBatch} with one, in the texts' order or sorted by length. Ways take turns at {Chunk} texts each; the sum over all texts of
            the medians of {rounds} rounds.

            """);
        Way[] ways =
        [
            new("ours", Ours),
            new("ours, Embed(span, span)", Spans),
            new("ORT plain, one by one", chunk => OneByOne(_single.Plain, chunk)),
            new("ORT fused, one by one", chunk => OneByOne(_single.Fused, chunk)),
            new("ORT plain, batches", chunk => Padded(_padded.Plain, chunk, sorted: false)),
            new("ORT fused, batches", chunk => Padded(_padded.Fused, chunk, sorted: false)),
            new("ORT plain, sorted batches", chunk => Padded(_padded.Plain, chunk, sorted: true)),
            new("ORT fused, sorted batches", chunk => Padded(_padded.Fused, chunk, sorted: true)),
        ];
        string[][] chunks = [.. _texts.Chunk(Chunk)];
        double[] differences = Differences(ways, chunks[0]);
        double[] seconds = Measure(ways, chunks, rounds);
        MarkdownTable table = new(26, "way", "seconds", "texts/s", "ours over it", "difference");
        for (int i = 0; i < ways.Length; i++)
        {
            table.Row(ways[i].Name, $"{seconds[i]:F2}", $"{Count / seconds[i]:F0}", $"{seconds[i] / seconds[0]:F2} x", $"{differences[i]:E1}");
        }

        Console.WriteLine();
        Console.WriteLine(
            $"- ours over ORT's better one by one {Math.Min(seconds[2], seconds[3]) / seconds[0]:F2} x, over its better batches {Math.Min(seconds[4], seconds[5]) / seconds[0]:F2} x, " +
            $"over its better sorted batches {Math.Min(seconds[6], seconds[7]) / seconds[0]:F2} x");
        Console.WriteLine($"- {SpanCost(seconds[1], tokens.Sum())}");
        Console.WriteLine();
        return differences.All(difference => difference <= Peers.LargestDifference);
    }

    /// <summary>How far each way's embeddings are from ours; a warm-up too.</summary>
    private static double[] Differences(Way[] ways, string[] chunk)
    {
        float[][][] embeddings = Array.ConvertAll(ways, way => way.Embed(chunk));
        return Array.ConvertAll(embeddings, theirs => theirs.Zip(embeddings[0]).Max(
            pair => Difference.Max(pair.First, Array.ConvertAll(pair.Second, value => (double)value))));
    }

    /// <summary>Seconds that each way takes for all texts.</summary>
    private static double[] Measure(Way[] ways, string[][] chunks, int rounds)
    {
        List<double>[][] times = Array.ConvertAll(ways, _ => Array.ConvertAll(chunks, _ => new List<double>()));
        for (int round = 0; round < rounds; round++)
        {
            Progress.Report($"texts: round {round + 1} of {rounds}");
            for (int chunk = 0; chunk < chunks.Length; chunk++)
            {
                for (int way = 0; way < ways.Length; way++)
                {
                    long start = Stopwatch.GetTimestamp();
                    ways[way].Embed(chunks[chunk]);
                    times[way][chunk].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }

        return Array.ConvertAll(times, chunk => chunk.Sum(Rounds.Median));
    }

    private float[][] Ours(string[] texts) =>
        [.. _ours.GenerateAsync(texts).GetAwaiter().GetResult().Select(embedding => embedding.Vector.ToArray())];

    private float[][] Spans(string[] texts) => Array.ConvertAll(texts, text =>
    {
        float[] embedding = new float[_width];
        _encoder.Embed(text, embedding);
        return embedding;
    });

    /// <summary>What tokenizing is of Embed(span, span), and what that allocates once it knows the words.</summary>
    private string SpanCost(double seconds, int tokens)
    {
        float[] embedding = new float[_width];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Array.ForEach(_texts, text => _encoder.Embed(text, embedding));
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        List<double> passes = [];
        for (int pass = 0; pass < 7; pass++)
        {
            long start = Stopwatch.GetTimestamp();
            Array.ForEach(_texts, text => _tokenizer.Encode(text));
            passes.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        double tokenizing = Rounds.Median(passes);
        return $"Embed(span, span): {seconds / Count * 1e3:F2} ms a text, of which tokenizing is {tokenizing / Count * 1e6:F1} us " +
            $"({tokenizing / seconds:P2}, {tokenizing / tokens * 1e9:F0} ns a token); {bytes} bytes allocated in a pass over all texts";
    }

    private float[][] OneByOne(OnnxEncoder encoder, string[] texts) => Array.ConvertAll(texts, text =>
    {
        int[] ids = _tokenizer.Encode(text);
        float[] hidden = new float[ids.Length * _width];
        encoder.Encode(ids, hidden);
        return Mean(hidden);
    });

    private float[][] Padded(OnnxEncoder encoder, string[] texts, bool sorted)
    {
        int[][] ids = Array.ConvertAll(texts, _tokenizer.Encode);
        int[] order = [.. Enumerable.Range(0, ids.Length)];
        if (sorted)
        {
            Array.Sort(Array.ConvertAll(ids, text => text.Length), order);
        }

        float[][] embeddings = new float[ids.Length][];
        foreach (int[] batch in order.Chunk(PaddedBatch))
        {
            int[] lengths = Array.ConvertAll(batch, i => ids[i].Length);
            float[] hidden = new float[lengths.Sum() * _width];
            encoder.EncodeBatch([.. batch.SelectMany(i => ids[i])], lengths, hidden);
            int start = 0;
            foreach (int i in batch)
            {
                int end = start + ids[i].Length * _width;
                embeddings[i] = Mean(hidden.AsSpan(start..end));
                start = end;
            }
        }

        return embeddings;
    }

    private float[] Mean(ReadOnlySpan<float> hidden)
    {
        float[] mean = new float[_width];
        for (int start = 0; start < hidden.Length; start += _width)
        {
            for (int i = 0; i < _width; i++)
            {
                mean[i] += hidden[start + i];
            }
        }

        int tokens = hidden.Length / _width;
        return Array.ConvertAll(mean, sum => sum / tokens);
    }

    /// <summary>A way of embedding texts.</summary>
    private sealed record Way(string Name, Func<string[], float[][]> Embed);
}
