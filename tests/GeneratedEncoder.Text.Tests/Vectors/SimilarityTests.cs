namespace GeneratedEncoder.Text.Tests;

/// <summary>How embeddings are compared.</summary>
public sealed class SimilarityTests
{
    [Theory]
    [InlineData(EmbeddingSimilarity.Cosine, 0.6f)]
    [InlineData(EmbeddingSimilarity.Dot, 6f)]
    [InlineData(EmbeddingSimilarity.Euclidean, -4.1231f)]
    [InlineData(EmbeddingSimilarity.Manhattan, -5f)]
    public void Each_function_is_the_larger_the_nearer(EmbeddingSimilarity similarity, float expected)
    {
        // (2, 0) and (3, 4): dot 6, lengths 2 and 5, apart by (1, 4).
        Assert.Equal(expected, similarity.Score([2f, 0f], [3f, 4f]), 1e-4f);
        Assert.True(similarity.Score([2f, 0f], [2f, 0f]) > similarity.Score([2f, 0f], [0f, -1f]));
    }

    [Fact]
    public void Long_vectors_are_compared_whole()
    {
        float[] one = [.. Enumerable.Range(0, 1000).Select(i => (float)i)], other = [.. one.Select(value => value + 2)];

        Assert.Equal(-2000, EmbeddingSimilarity.Manhattan.Score(one, other));
    }

    [Fact]
    public void The_nearest_come_first_and_equal_ones_in_their_order()
    {
        float[][] embeddings = [[0, 1], [1, 0], [1, 1], [2, 0], [-1, 0], [float.NaN, 0]];
        ScoredEmbedding[] expected = [new(1, 1), new(3, 1), new(2, float.Sqrt(0.5f))];

        Assert.Equal(expected, EmbeddingSimilarity.Cosine.TopK([1f, 0f], embeddings, 3), Near);
        Assert.Equal(expected, EmbeddingSimilarity.Cosine.TopK([1f, 0f], embeddings.Select(embedding => (ReadOnlyMemory<float>)embedding), 3), Near);
        Assert.Equal(expected, EmbeddingSimilarity.Cosine.TopK([1f, 0f], embeddings.SelectMany(embedding => embedding).ToArray().AsSpan(), 3), Near);
        Assert.Equal([1, 3, 2, 0, 4, 5], EmbeddingSimilarity.Cosine.TopK([1f, 0f], embeddings, 10).Select(scored => scored.Index));

        static bool Near(ScoredEmbedding one, ScoredEmbedding other) => one.Index == other.Index && Math.Abs(one.Score - other.Score) < 1e-6;
    }

    [Fact]
    public void The_nearest_are_those_of_a_sort_of_all()
    {
        Random random = new(3);
        float[][] embeddings = [.. Enumerable.Range(0, 500).Select(_ => Enumerable.Range(0, 3).Select(_ => (float)random.Next(-3, 4)).ToArray())];
        float[] query = [1, 2, -1];

        Assert.Equal(
            embeddings.Select((embedding, index) => (Index: index, Score: EmbeddingSimilarity.Dot.Score(query, embedding))).OrderByDescending(pair => pair.Score).Take(40).Select(pair => pair.Index),
            EmbeddingSimilarity.Dot.TopK(query, embeddings, 40).Select(scored => scored.Index));
    }

    [Fact]
    public void What_can_t_be_compared_is_refused()
    {
        Assert.Throws<ArgumentException>("second", () => EmbeddingSimilarity.Dot.Score([1f], [1f, 2f]));
        Assert.Throws<ArgumentException>("first", () => EmbeddingSimilarity.Dot.Score([], []));
        Assert.Contains("index 1 has 1 dimensions", Assert.Throws<ArgumentException>("embeddings", () => EmbeddingSimilarity.Dot.TopK([1f, 2f], [[1f, 2f], [1f]], 1)).Message);
        Assert.Throws<ArgumentException>("embeddings", () => EmbeddingSimilarity.Dot.TopK([1f, 2f], new float[3].AsSpan(), 1));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => EmbeddingSimilarity.Dot.TopK([1f], [[1f]], 0));
    }

    [Theory]
    [InlineData("""{"similarity_fn_name": "dot"}""", EmbeddingSimilarity.Dot)]
    [InlineData("""{"similarity_fn_name": "euclidean"}""", EmbeddingSimilarity.Euclidean)]
    [InlineData("""{"similarity_fn_name": "manhattan"}""", EmbeddingSimilarity.Manhattan)]
    [InlineData("""{"similarity_fn_name": "cosine"}""", EmbeddingSimilarity.Cosine)]
    [InlineData("""{"similarity_fn_name": null}""", EmbeddingSimilarity.Cosine)]
    [InlineData("{}", EmbeddingSimilarity.Cosine)]
    public void A_model_folder_says_which_function_is_its_own(string config, EmbeddingSimilarity expected)
    {
        using TinyModel model = TinyModel.For<Embedder>();
        File.WriteAllText(Path.Combine(model.Folder, "config_sentence_transformers.json"), config);

        using EncoderPipeline<Embedder> pipeline = model.Load<Embedder>();
        using EncoderPipeline<Embedder> told = model.Load<Embedder>(new EncoderPipelineOptions { Similarity = EmbeddingSimilarity.Dot });

        Assert.Equal(expected, pipeline.Similarity);
        Assert.Equal(EmbeddingSimilarity.Dot, told.Similarity);
    }

    [Fact]
    public void Another_function_is_refused_by_name()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        File.WriteAllText(Path.Combine(model.Folder, "config_sentence_transformers.json"), """{"similarity_fn_name": "maxsim"}""");

        Assert.Contains("similarity_fn_name = \"maxsim\"", Assert.Throws<NotSupportedException>(() => model.Load<Embedder>()).Message);
    }
}
