using System.Numerics.Tensors;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Embeddings of real models with narrow weights beside those in float32, over the corpus.</summary>
internal static class RealAccuracy
{
    private const int Neighbours = 10;

    /// <summary>The least cosine of a text that is called float32, and the least mean of any contender: below, something is wrong.</summary>
    private const double LeastOfFloat32 = 0.99999, LeastMean = 0.8;

    private static readonly (string Name, int MaxTokens, bool FirstToken)[] s_models = [("all-MiniLM-L6-v2", 256, false), ("snowflake-arctic-embed-xs", 512, true)];

    /// <summary>Prints a table for each model.</summary>
    /// <param name="every">Takes each so many-th text only; 1 takes all.</param>
    /// <returns>Whether no contender's embeddings are wrong.</returns>
    public static bool Print(int every)
    {
        string[] texts = [.. TextCorpus.All.Where((_, text) => text % every == 0)];
        if (texts.Length <= Neighbours)
        {
            throw new UsageException($"--every {every} leaves {texts.Length} texts of {TextCorpus.All.Count}; {Neighbours + 1} are needed.");
        }

        Console.WriteLine($"""
            ## Real models with narrow weights

            {texts.Length} texts, one a call, pooled and normalised as the model says, beside our fp32's embeddings: mean, 1st percentile and least of the
            cosines; top-{Neighbours} overlap: how many of a text's {Neighbours} nearest among the others stay, both sides searched with their own embeddings.
            ORT int8: as quantize_dynamic writes it, one scale a tensor or a column; what it gives depends on the machine where products of bytes saturate.
            llama.cpp: {LlamaEncoder.Description}.

            """);
        bool right = true;
        foreach ((string name, int maxTokens, bool firstToken) in s_models)
        {
            Console.WriteLine($"{name}:");
            Console.WriteLine();
            right &= PrintModel(name, maxTokens, firstToken, texts);
            Console.WriteLine();
        }

        return right;
    }

    private static bool PrintModel(string name, int maxTokens, bool firstToken, string[] texts)
    {
        // Both models have this shape; classes without a folder take any folder's weights.
        WeightCases cases = WeightCases.Named("minilm");
        string path = Path.Combine(RealModels.Folder(name), "model.safetensors");
        Progress.Report($"{name}: loading");
        int[][] ids = Tokens(name, maxTokens, texts);
        NarrowContender[] contenders = NarrowContender.Load(cases, SafetensorsReader.Read(path), path, threads: 1, fused: false);
        Dictionary<Contender, float[][]> embeddings = [];
        foreach (NarrowContender contender in contenders)
        {
            TextProgress progress = new($"{name}: {NarrowContender.Title(contender.Contender)}", ids.Length);
            embeddings.Add(contender.Contender, Array.ConvertAll(ids, text =>
            {
                progress.Next();
                return Embed(contender.Encoder, text, cases.Float32.Shape.HiddenSize, firstToken);
            }));
            contender.Dispose();
        }

        float[][] expected = embeddings[Contender.OursFloat32];
        int[][] nearest = Nearest(expected);
        MarkdownTable table = new(16, "weights", "mean cosine", "1st percentile", "least", $"top-{Neighbours} overlap");
        bool right = true;
        foreach ((Contender contender, float[][] vectors) in embeddings.Where(pair => pair.Key != Contender.OursFloat32))
        {
            double[] cosines = [.. vectors.Zip(expected, (vector, exact) => Similarity.Cosine(vector, exact)).Order()];
            bool wrong = !(cosines.Average() >= LeastMean) || (contender == Contender.OnnxFloat32 && !(cosines[0] >= LeastOfFloat32));
            right &= !wrong;
            double overlap = Nearest(vectors).Zip(nearest, (theirs, exact) => theirs.Intersect(exact).Count()).Average() / Neighbours;
            table.Row(
                NarrowContender.Title(contender) + (wrong ? " (wrong)" : ""), $"{cosines.Average():F6}", $"{cosines[(cosines.Length - 1) / 100]:F6}",
                $"{cosines[0]:F6}", $"{overlap:F4}");
        }

        return right;
    }

    /// <summary>Token ids, as many as the model reads: what is too long is cut before the last token, which ends it.</summary>
    private static int[][] Tokens(string name, int most, string[] texts)
    {
        TextTokenizer tokenizer = TextTokenizer.Load(RealModels.Folder(name));
        return Array.ConvertAll(texts, text =>
        {
            int[] ids = tokenizer.Encode(text);
            return ids.Length <= most ? ids : [.. ids[..(most - 1)], ids[^1]];
        });
    }

    /// <summary>The first token's vector, or the mean of all, of length 1.</summary>
    private static float[] Embed(LoadedEncoder encoder, int[] ids, int width, bool firstToken)
    {
        float[] hidden = new float[ids.Length * width], pooled = new float[width];
        encoder.Encode(ids, hidden);
        for (int row = 0; row < (firstToken ? 1 : ids.Length); row++)
        {
            TensorPrimitives.Add(pooled, hidden.AsSpan(row * width, width), pooled);
        }

        TensorPrimitives.Divide(pooled, TensorPrimitives.Norm<float>(pooled), pooled);
        return pooled;
    }

    /// <summary>The places of each vector's nearest among the others.</summary>
    private static int[][] Nearest(float[][] vectors)
    {
        int[][] nearest = new int[vectors.Length][];
        Parallel.For(0, vectors.Length, text =>
        {
            float[] distances = Array.ConvertAll(vectors, vector => -TensorPrimitives.Dot<float>(vector, vectors[text]));
            distances[text] = float.PositiveInfinity;
            int[] places = [.. Enumerable.Range(0, vectors.Length)];
            Array.Sort(distances, places);
            nearest[text] = places[..Neighbours];
        });
        return nearest;
    }
}
