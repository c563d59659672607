using System.Numerics.Tensors;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Models that someone really trained, from their folders, over a corpus of more than a thousand texts: against ONNX Runtime on the very
/// file that each model's folder was made from, and bit for bit against themselves.
/// </summary>
/// <typeparam name="T">The encoder.</typeparam>
public abstract class RealModelTests<T>(RealModelFixture<T> model, ITestOutputHelper output) : IClassFixture<RealModelFixture<T>>
    where T : ITransformerEncoder<T>
{
    /// <summary>Of values in normalised vectors; both sides compute in single precision.</summary>
    protected const double Tolerance = 1e-6;

    private const int Neighbours = 10;

    protected RealModelFixture<T> Model => model;

    [Fact]
    public void Whole_texts_have_the_embeddings_that_ONNX_Runtime_computes()
    {
        double[] errors = [.. model.Ours.Zip(model.Expected, (ours, expected) => Difference.Max(ours, expected))];

        int worst = Array.IndexOf(errors, errors.Max());
        output.WriteLine($"{errors.Length} texts: largest error {errors[worst]:e2} ({model.Ids(TextCorpus.All[worst]).Length} tokens), mean of the largest {errors.Average():e2}");
        Assert.InRange(errors[worst], 0, Tolerance);
    }

    /// <summary>
    /// The same ten in the same order, except where ONNX Runtime's own scores of those that changed places differ by less than both sides'
    /// rounding.
    /// </summary>
    [Fact]
    public void Every_text_has_the_nearest_neighbours_that_ONNX_Runtime_finds()
    {
        float[][] theirs = [.. model.Expected.Select(vector => Array.ConvertAll(vector, value => (float)value))];
        int same = 0;
        double largestTie = 0;
        for (int text = 0; text < theirs.Length; text++)
        {
            float[] ourScores = Scores(model.Ours, text), theirScores = Scores(theirs, text);
            int[] ours = Nearest(ourScores), expected = Nearest(theirScores);
            same += ours.SequenceEqual(expected) ? 1 : 0;
            for (int place = 0; place < Neighbours; place++)
            {
                double tie = theirScores[expected[place]] - theirScores[ours[place]];
                largestTie = Math.Max(largestTie, Math.Abs(tie));
                Assert.True(
                    Math.Abs(tie) <= Tolerance,
                    $"\"{TextCorpus.All[text]}\": in place {place + 1} stands \"{TextCorpus.All[ours[place]]}\", which ONNX Runtime gives {theirScores[ours[place]]:f7}, and not \"{TextCorpus.All[expected[place]]}\" with {theirScores[expected[place]]:f7}.");
            }
        }

        output.WriteLine($"{same} of {theirs.Length} lists of {Neighbours} are the same; the others differ in ties of at most {largestTie:e1}");
        Assert.InRange(same, 0.97 * theirs.Length, theirs.Length);
    }

    [Fact]
    public void A_text_has_the_same_bits_alone_and_among_all_others()
    {
        for (int text = 0; text < TextCorpus.All.Count; text += 5)
        {
            Bits.AssertSame(model.Encoder.Embed(TextCorpus.All[text]), model.Ours[text], $"\"{TextCorpus.All[text]}\".");
        }
    }

    [Fact]
    public void Batches_of_any_composition_have_the_same_bits()
    {
        // Neighbours in the corpus are alike in length and subject; every seventh text is not.
        int[] order = [.. Enumerable.Range(0, TextCorpus.All.Count).OrderBy(text => text % 7).ThenByDescending(text => text).Take(400)];

        float[][] embeddings = model.Encoder.Embed(order.Select(text => TextCorpus.All[text]));

        Assert.All(order.Zip(embeddings), pair => Bits.AssertSame(model.Ours[pair.First], pair.Second, $"\"{TextCorpus.All[pair.First]}\"."));
    }

    /// <summary>Cosines with one text, itself left out.</summary>
    private static float[] Scores(IReadOnlyList<float[]> vectors, int text) =>
        [.. vectors.Select((vector, other) => other == text ? float.NegativeInfinity : TensorPrimitives.Dot<float>(vector, vectors[text]))];

    private static int[] Nearest(float[] scores)
    {
        int[] places = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(Array.ConvertAll(scores, score => -score), places);
        return places[..Neighbours];
    }
}

/// <summary>all-MiniLM-L6-v2: the mean of all tokens, 256 of them at most.</summary>
public sealed class AllMiniLmTests(RealModelFixture<AllMiniLmL6> model, ITestOutputHelper output) : RealModelTests<AllMiniLmL6>(model, output)
{
    /// <summary>Hidden states of order 1, before anything is pooled.</summary>
    [Fact]
    public void Hidden_states_are_those_of_ONNX_Runtime()
    {
        using OnnxFile onnx = new(RealModels.Onnx(Model.Name), threads: 1);
        int[][] texts = [.. TextCorpus.All.Where((_, text) => text % 100 == 0).Select(Model.Ids)];
        float[][] expected = onnx.Encode(texts);
        for (int text = 0; text < texts.Length; text++)
        {
            float[] hidden = new float[expected[text].Length];
            Model.Encoder.Encoder.Encode(texts[text], hidden);
            Assert.InRange(Difference.Max(hidden, Array.ConvertAll(expected[text], value => (double)value)), 0, 3e-5);
        }
    }

    /// <summary>Of the same dimensions, names and shapes, but for its first token and with a prompt: its vectors would be wrong without a word.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("model.safetensors")]
    public void The_folder_of_another_model_is_refused(string file)
    {
        string folder = RealModels.Folder("snowflake-arctic-embed-xs");

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => AllMiniLmL6.Load(Path.Combine(folder, file)));

        Assert.Contains("pooling_mode_cls_token", error.Message, StringComparison.Ordinal);
        Assert.Contains("Mean", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => EncoderPipeline.Load<AllMiniLmL6>(folder));
    }
}

/// <summary>snowflake-arctic-embed-xs: the first token, 512 tokens at most, and a prompt for queries.</summary>
public sealed class ArcticEmbedXsTests(RealModelFixture<ArcticEmbedXs> model, ITestOutputHelper output) : RealModelTests<ArcticEmbedXs>(model, output)
{
    [Fact]
    public void A_query_is_embedded_behind_its_prompt()
    {
        const string Prompt = "Represent this sentence for searching relevant passages: ";
        string[] queries = [.. TextCorpus.All.Where(text => text.EndsWith('?')).Take(20)];
        using OnnxFile onnx = new(RealModels.Onnx(Model.Name), threads: 1);
        double[][] expected = Model.Embed(onnx, [.. queries.Select(query => Prompt + query)]);

        float[][] embeddings = Model.Encoder.Embed(queries, "query");

        Assert.All(embeddings.Zip(expected), pair => Assert.InRange(Difference.Max(pair.First, pair.Second), 0, Tolerance));
    }
}

/// <summary>The real models' bits in processes of their own, with part of the instruction set switched off, and on several threads.</summary>
public sealed class RealModelDeterminismTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_width_and_any_number_of_threads_give_the_same_bits() =>
        AssertSameBits(longest: 256, count: 60,
            (1, "DOTNET_EnableAVX512", "0"), (1, "DOTNET_PreferredVectorBitWidth", "256"), (2, "DOTNET_PROCESSOR_COUNT", "4"), (3, "DOTNET_PROCESSOR_COUNT", "4"), (4, "DOTNET_PROCESSOR_COUNT", "4"));

    /// <summary>Some hundred times slower: two short texts.</summary>
    [Fact]
    public void Software_fused_multiply_add_gives_the_same_bits() =>
        AssertSameBits(longest: 6, count: 2, (1, "DOTNET_EnableAVX2", "0"), (1, "DOTNET_EnableHWIntrinsic", "0"));

    private void AssertSameBits(int longest, int count, params (int Threads, string Name, string Value)[] runs)
    {
        using TempFolder folder = new();
        string expected = DigestUnder(folder, threads: 1, longest, count, ("DOTNET_EnableAVX512", null));
        output.WriteLine($"default, 1 thread: {expected}");
        foreach ((int threads, string name, string value) in runs)
        {
            string digest = DigestUnder(folder, threads, longest, count, (name, value));
            output.WriteLine($"{name}={value}, {threads} threads: {digest}");
            Assert.Equal(expected.Split(' ')[1], digest.Split(' ')[1]);
        }
    }

    private static string DigestUnder(TempFolder folder, int threads, int longest, int count, (string Name, string? Value) knob)
    {
        ChildProcess.Run(["real-digest", folder["digest.txt"], $"{threads}", $"{longest}", $"{count}"], knob);
        return File.ReadAllText(folder["digest.txt"]);
    }
}
