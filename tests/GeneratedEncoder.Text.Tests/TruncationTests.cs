using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Text.Tests;

/// <summary>A text that is cut says so, in every result that has room for it and once in the log.</summary>
public sealed class TruncationTests
{
    private const int Most = 24;

    private static readonly string s_long = string.Join(' ', Enumerable.Repeat("a", 40));

    [Fact]
    public void Embeddings_say_how_many_tokens_were_read_and_cut()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>();
        float[] embedding = new float[Embedder.HiddenSize];

        IReadOnlyList<TextEmbedding> results = encoder.EmbedTexts(["a b", s_long, ""]);
        encoder.Embed(s_long, embedding, out TokenUsage usage);

        Assert.Equal([new TokenUsage(4, 0), new TokenUsage(Most, 18), new TokenUsage(2, 0)], results.Select(result => result.Usage));
        Assert.Equal(encoder.Embed(["a b", s_long, ""]), results.Select(result => result.Vector.ToArray()));
        Assert.Equal(new TokenUsage(Most, 18), usage);
        Assert.True(usage.IsTruncated);
        Assert.Equal(results[1].Vector.ToArray(), embedding);
        Assert.Equal(results[1].Usage, encoder.EmbedText(s_long).Usage);
        Assert.Equal(42, encoder.CountTokens(s_long));
        Assert.Equal(Most, encoder.Embed(s_long, embedding.AsSpan()));
    }

    [Fact]
    public async Task Microsoft_Extensions_AI_is_told_of_each_text_and_of_all()
    {
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>();

        GeneratedEmbeddings<Embedding<float>> embeddings = await encoder.AsIEmbeddingGenerator().GenerateAsync(["a b", s_long, s_long]);

        Assert.Equal([null, 18, 18], embeddings.Select(embedding => embedding.AdditionalProperties?["truncated_tokens"]));
        Assert.Equal(36, embeddings.Usage!.AdditionalCounts!["truncated_tokens"]);
        Assert.Equal(4 + Most + Most, embeddings.Usage.InputTokenCount);
    }

    [Fact]
    public void Classes_rankings_labels_and_guesses_say_it_too()
    {
        using (TinyModel model = TinyModel.For<Classifier>())
        {
            using EncoderPipeline<Classifier> encoder = model.Load<Classifier>();
            Assert.Equal([0, 18], encoder.Classify(["a", s_long]).Select(result => result.Usage.TruncatedTokens));
            Assert.Equal(new TokenUsage(Most, 40 + 1 - 21), encoder.Classify(s_long, "b").Usage);
        }

        using (TinyModel model = TinyModel.For<Ranker>())
        {
            using EncoderPipeline<Ranker> encoder = model.Load<Ranker>();
            IReadOnlyList<RankedDocument> ranking = encoder.Rerank("a b", ["c", s_long]);
            Assert.Equal([new TokenUsage(6, 0), new TokenUsage(Most, 2 + 40 - 21)], ranking.OrderBy(document => document.Index).Select(document => document.Usage));
        }

        using (TinyModel model = TinyModel.For<Labeller>())
        {
            using EncoderPipeline<Labeller> encoder = model.Load<Labeller>();
            encoder.LabelTokens(s_long, out TokenUsage usage);
            Assert.Equal(new TokenUsage(Most, 18), usage);
        }

        using (TinyModel model = TinyModel.For<Guesser>())
        {
            using EncoderPipeline<Guesser> encoder = model.Load<Guesser>();
            Assert.Single(encoder.PredictMasked($"[MASK] {s_long} [MASK]", out TokenUsage usage));
            Assert.Equal(new TokenUsage(Most, 20), usage);
        }
    }

    [Fact]
    public void The_log_says_it_once_per_encoder_and_never_what_the_text_says()
    {
        KeptLog messages = new();
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>(new EncoderPipelineOptions { LoggerFactory = messages });

        encoder.Embed("short enough");
        Assert.Empty(messages.Said);
        encoder.Embed(["secret", $"{s_long} secret", s_long]);
        Parallel.For(0, 50, _ => encoder.Embed(s_long));

        Assert.Equal(
            "Warning GeneratedEncoder.Text.EncoderPipeline: A text of 86 characters has more than the 24 tokens that Embedder takes and was cut. This is said once; results have the count of each text (TokenUsage).",
            Assert.Single(messages.Said));

        using EncoderPipeline<Embedder> another = model.Load<Embedder>(new EncoderPipelineOptions { LoggerFactory = messages });
        another.Embed(s_long);
        Assert.Equal(2, messages.Said.Count);
    }

    [Fact]
    public void What_is_refused_is_not_said_to_be_cut()
    {
        KeptLog messages = new();
        using TinyModel model = TinyModel.For<Embedder>();
        using EncoderPipeline<Embedder> encoder = model.Load<Embedder>(new EncoderPipelineOptions { LoggerFactory = messages, Truncation = Truncation.Error });

        Assert.Throws<ArgumentException>(() => encoder.Embed(s_long));

        Assert.Empty(messages.Said);
        Assert.Equal(42, encoder.CountTokens(s_long));
    }
}
