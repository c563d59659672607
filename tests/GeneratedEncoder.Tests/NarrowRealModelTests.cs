using System.Numerics.Tensors;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Tests;

/// <summary>
/// How close narrow weights and word tables of models that someone really trained come to the same models' weights of 32 bits, over the whole corpus; RealModelTests compare
/// those with ONNX Runtime.
/// </summary>
public sealed class NarrowRealModelTests(ITestOutputHelper output)
{
    private const int Neighbours = 10;

    [Fact]
    public void All_MiniLM_keeps_its_answers() => Check<AllMiniLmL6, AllMiniLmL6Int8, AllMiniLmL6BFloat16>();

    [Fact]
    public void Arctic_embed_xs_keeps_its_answers() => Check<ArcticEmbedXs, ArcticEmbedXsInt8, ArcticEmbedXsBFloat16>();

    private void Check<TWide, TInt8, TBFloat16>()
        where TWide : ITransformerEncoder<TWide>
        where TInt8 : ITransformerEncoder<TInt8>
        where TBFloat16 : ITransformerEncoder<TBFloat16>
    {
        string folder = RealModels.Folder(Path.GetFileName(TWide.ModelInfo.Folder)!);
        float[][] wide = Embeddings<TWide>(folder);
        int[][] nearest = Nearest(wide);

        (double mean, double low, double overlap) = Compare("Int8", Embeddings<TInt8>(folder), wide, nearest);
        Assert.InRange(mean, 0.9995, 1);
        Assert.InRange(low, 0.999, 1);
        Assert.InRange(overlap, 0.97, 1);

        (mean, low, overlap) = Compare("BFloat16", Embeddings<TBFloat16>(folder), wide, nearest);
        Assert.InRange(mean, 0.99999, 1);
        Assert.InRange(low, 0.9999, 1);
        Assert.InRange(overlap, 0.99, 1);

        (mean, low, overlap) = Compare("Float32, words in Int8", Embeddings<TWide>(folder, WordTableFormat.Int8), wide, nearest);
        Assert.InRange(mean, 0.99999, 1);
        Assert.InRange(low, 0.99998, 1);
        Assert.InRange(overlap, 0.99, 1);

        (mean, low, overlap) = Compare("Float32, words in BFloat16", Embeddings<TWide>(folder, WordTableFormat.BFloat16), wide, nearest);
        Assert.InRange(mean, 0.999999, 1);
        Assert.InRange(low, 0.99999, 1);
        Assert.InRange(overlap, 0.995, 1);

        (mean, low, overlap) = Compare("Int8, words in Int8", Embeddings<TInt8>(folder, WordTableFormat.Int8), wide, nearest);
        Assert.InRange(mean, 0.9995, 1);
        Assert.InRange(low, 0.999, 1);
        Assert.InRange(overlap, 0.97, 1);
    }

    private (double Mean, double Percentile, double Overlap) Compare(string format, float[][] narrow, float[][] wide, int[][] nearest)
    {
        double[] cosines = [.. narrow.Zip(wide, Cosine).Order()];
        int[][] found = Nearest(narrow);
        double mean = cosines.Average(), percentile = cosines[cosines.Length / 100], overlap = found.Zip(nearest, (ours, theirs) => ours.Intersect(theirs).Count() / (double)Neighbours).Average();
        output.WriteLine($"{format}, {narrow.Length} texts: cosine to Float32 {mean:f6} in the mean, {percentile:f6} at the 1st percentile, {cosines[0]:f6} at least; {overlap:p1} of the {Neighbours} nearest are the same");
        return (Math.Min(mean, 1), Math.Min(percentile, 1), overlap);
    }

    private static float[][] Embeddings<T>(string folder, WordTableFormat words = WordTableFormat.FromFile)
        where T : ITransformerEncoder<T>
    {
        using EncoderPipeline<T> encoder = EncoderPipeline.Load<T>(folder, new EncoderPipelineOptions { Encoder = new EncoderOptions { WordTable = words } });
        return encoder.Embed(TextCorpus.All);
    }

    private static double Cosine(float[] one, float[] other)
    {
        double product = 0, square = 0, otherSquare = 0;
        for (int i = 0; i < one.Length; i++)
        {
            product += (double)one[i] * other[i];
            square += (double)one[i] * one[i];
            otherSquare += (double)other[i] * other[i];
        }

        return product / Math.Sqrt(square * otherSquare);
    }

    /// <summary>Each text's nearest ones, itself left out. All vectors are normalised.</summary>
    private static int[][] Nearest(float[][] vectors) => [.. vectors.Select((vector, text) =>
    {
        float[] scores = [.. vectors.Select((other, place) => place == text ? float.PositiveInfinity : -TensorPrimitives.Dot<float>(vector, other))];
        int[] places = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(scores, places);
        return places[..Neighbours];
    })];
}
