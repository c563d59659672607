using System.Text.Json;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Real models against results that others published for them. Two are there in every build; the others are not in the repository: the
/// environment variable GENERATED_ENCODER_MODELS names a folder that has their folders, as they are downloaded, under their own names.
/// </summary>
public sealed class PublishedVectorTests(ITestOutputHelper output)
{
    private const string Variable = "GENERATED_ENCODER_MODELS";

    // The tolerance that the values were published with, and for vectors that differ by 3e-4 where they were computed.
    private const double Tolerance = 1e-3, Cosine = 0.9999;

    // The first values of the normalised embedding of "hello world", from the tests of fastembed.
    [Fact]
    public void All_MiniLM_embeds_as_published() =>
        Embeds<AllMiniLmL6>(RealModels.Folder("all-MiniLM-L6-v2"), -0.034478, 0.03102, 0.00673, 0.02611, -0.039362);

    [SkippableFact]
    public void BGE_small_embeds_as_published() =>
        Embeds<BgeSmall>(Folder("bge-small-en-v1.5"), 0.01522374, -0.02271799, 0.00860278, -0.07424029, 0.00386434);

    [SkippableFact]
    public void BGE_base_embeds_as_published() =>
        Embeds<BgeBase>(Folder("bge-base-en-v1.5"), 0.01129394, 0.05493144, 0.02615099, 0.00328772, 0.02996045);

    [SkippableFact]
    public void GTE_base_embeds_as_published() => Embeds<GteBase>(Folder("gte-base"), 0.0038, 0.0355, 0.0181, 0.0092, 0.0654);

    [Fact]
    public void Arctic_embed_xs_embeds_as_published() =>
        Embeds<ArcticEmbedXs>(RealModels.Folder("snowflake-arctic-embed-xs"), 0.0092, 0.0619, 0.0196, 0.009, -0.0114);

    [SkippableFact]
    public void Arctic_embed_s_embeds_as_published() =>
        Embeds<BgeSmall>(Folder("snowflake-arctic-embed-s"), -0.0416, -0.0867, 0.0209, 0.0554, -0.0272);

    // The logits of two documents for a query.
    [SkippableFact]
    public void MsMarco_MiniLM_of_6_layers_ranks_as_published() => Ranks<MsMarcoMiniLmL6>("ms-marco-MiniLM-L-6-v2", 8.500708, -2.541011);

    [SkippableFact]
    public void MsMarco_MiniLM_of_12_layers_ranks_as_published() =>
        Ranks<MsMarcoMiniLmL12>("ms-marco-MiniLM-L-12-v2", 9.330912, -2.0380247);

    [SkippableFact]
    public void BGE_reranker_ranks_as_published() => Ranks<BgeRerankerBase>("bge-reranker-base", 6.15733337, -3.65939403);

    [SkippableFact]
    public void GoEmotions_classifies_as_published()
    {
        using EncoderPipeline<RobertaGoEmotions> encoder = EncoderPipeline.Load<RobertaGoEmotions>(Folder("roberta-base-go_emotions"));

        float[] logits = [.. encoder.Classify("I like you.", scores: ScoreFunction.None).Scores];

        // The first four and the last of 28.
        AssertClose([-6.548218, -6.3022184, -4.866901, -3.9598548, 3.0466576], [.. logits[..4], logits[27]]);
    }

    /// <summary>Whole vectors, from the tests of text-embeddings-inference: pooled by the mean and by the first token, not normalised.</summary>
    [SkippableFact]
    public void All_MiniLM_gives_the_published_vectors()
    {
        using EncoderPipeline<AllMiniLmL6> encoder = EncoderPipeline.Load<AllMiniLmL6>(RealModels.Folder("all-MiniLM-L6-v2"));
        string published = RealWeightsTests.ModelFolder("all-MiniLM-L6-v2");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(published, "published-vectors.json")));

        foreach (JsonElement entry in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            string text = entry.GetProperty("text").GetString()!, pooling = entry.GetProperty("pooling").GetString()!;
            double[] expected = entry.GetProperty("vector").Deserialize<double[]>()!;
            int[] ids = encoder.Tokenizer.Encode(text);
            float[] hidden = new float[ids.Length * AllMiniLmL6.HiddenSize];

            encoder.Encoder.Encode(ids, hidden);

            double[] pooled = pooling == "cls" ? FirstRow(hidden, expected.Length) : MeanRow(hidden, expected.Length);
            double similarity = Similarity(pooled, expected);
            output.WriteLine($"\"{text}\", {pooling}: cosine {similarity:f7}");
            Assert.InRange(similarity, Cosine, 1 + 1e-9);
            Assert.Equal(Norm(expected), Norm(pooled), Norm(expected) * Tolerance);
        }
    }

    private void Embeds<TEncoder>(string folder, params double[] first)
        where TEncoder : ITransformerEncoder<TEncoder>
    {
        using EncoderPipeline<TEncoder> encoder = EncoderPipeline.Load<TEncoder>(folder);

        float[] embedding = encoder.Embed("hello world");

        AssertClose(first, embedding[..first.Length]);
    }

    private void Ranks<TEncoder>(string model, params double[] logits)
        where TEncoder : ITransformerEncoder<TEncoder>, ISequenceClassifier
    {
        using EncoderPipeline<TEncoder> encoder = EncoderPipeline.Load<TEncoder>(Folder(model));

        IReadOnlyList<RankedDocument> ranking = encoder.Rerank(
            "What is the capital of France?", ["Paris is the capital of France.", "Berlin is the capital of Germany."], ScoreFunction.None);

        AssertClose(logits, [.. ranking.OrderBy(document => document.Index).Select(document => document.Score)]);
    }

    private void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        output.WriteLine($"published {string.Join(", ", expected)}; computed {string.Join(", ", actual)}");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private static double[] FirstRow(float[] hidden, int width) => Array.ConvertAll(hidden[..width], value => (double)value);

    private static double[] MeanRow(float[] hidden, int width) =>
        [.. Enumerable.Range(0, width).Select(column => hidden.Chunk(width).Average(row => (double)row[column]))];

    private static double Similarity(double[] left, double[] right) =>
        left.Zip(right, (a, b) => a * b).Sum() / (Norm(left) * Norm(right));

    private static double Norm(double[] vector) => Math.Sqrt(vector.Sum(value => value * value));

    /// <summary>A model's folder; where there is none the test is skipped, and says what to set.</summary>
    private static string Folder(string model)
    {
        string? models = Environment.GetEnvironmentVariable(Variable);
        Skip.If(string.IsNullOrEmpty(models), $"{Variable} is not set: it names the folder that has {model}.");
        string folder = Path.Combine(models, model);
        Skip.IfNot(Directory.Exists(folder), $"There is no folder {model} in {models}, which is what {Variable} names.");
        return folder;
    }
}
