using GeneratedEncoder.Oracles;
using GeneratedEncoder.Oracles.Reference;

namespace GeneratedEncoder.Tests;

/// <summary>An encoder whose pooling leaves a prompt's tokens out, against the second transcription in float64.</summary>
public sealed class PromptPoolingTests
{
    private static readonly int[] s_ids = [3, 9, 27, 5, 11, 40, 2, 8, 60, 33];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void Only_the_tokens_behind_a_prompt_are_pooled(int promptTokens)
    {
        using PoolingPrompt encoder = PoolingPrompt.Load(ArchitectureCase.Named("pooling-prompt").Folder);
        double[] expected = ReferenceEncoder.Load(ArchitectureCase.Named("pooling-prompt").Folder).Run(s_ids, promptTokens: promptTokens).Embedding;
        float[] embedding = new float[PoolingPrompt.EmbeddingDimension];

        encoder.EmbedPromptedBatch(s_ids, [s_ids.Length], [promptTokens], embedding);

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], embedding[i], 1e-5);
        }
    }

    [Fact]
    public void A_text_in_a_batch_has_the_bits_that_it_has_alone()
    {
        using PoolingPrompt encoder = PoolingPrompt.Load(ArchitectureCase.Named("pooling-prompt").Folder);
        float[] alone = new float[PoolingPrompt.EmbeddingDimension], batch = new float[3 * PoolingPrompt.EmbeddingDimension];

        encoder.EmbedPromptedBatch(s_ids, [s_ids.Length], [3], alone);
        encoder.EmbedPromptedBatch([7, 1, .. s_ids, 4, 5, 6], [2, s_ids.Length, 3], [1, 3, 0], batch);

        Assert.Equal(alone, batch[PoolingPrompt.EmbeddingDimension..(2 * PoolingPrompt.EmbeddingDimension)]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-1)]
    public void A_prompt_that_leaves_nothing_of_its_text_is_refused_and_nothing_is_written(int promptTokens)
    {
        using PoolingPrompt encoder = PoolingPrompt.Load(ArchitectureCase.Named("pooling-prompt").Folder);
        float[] embedding = new float[PoolingPrompt.EmbeddingDimension];

        ArgumentException e = Assert.Throws<ArgumentException>(() => encoder.EmbedPromptedBatch(s_ids, [s_ids.Length], [promptTokens], embedding));

        Assert.StartsWith($"The prompt of text 0 has {promptTokens} tokens, but the text 10 in all", e.Message, StringComparison.Ordinal);
        Assert.All(embedding, value => Assert.Equal(0f, value));
    }
}
