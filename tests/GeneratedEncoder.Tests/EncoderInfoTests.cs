using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>What an encoder says of itself, and how many threads its memory allows.</summary>
public sealed class EncoderInfoTests
{
    [Fact]
    public void It_is_one_line_that_a_log_can_have()
    {
        EncoderInfo plain = new() { Name = "all-MiniLM-L6-v2", HiddenSize = 384, MaxTokens = 256, VocabSize = 30522, TypeVocabSize = 2, Normalize = true };
        EncoderInfo classifier = new()
        {
            Name = "moods", ModelType = ModelType.Roberta, HiddenSize = 768, MaxTokens = 512, VocabSize = 50265, Head = Head.SequenceClassification,
            NumLabels = 2, Labels = ["sad", "glad"], Pooling = Pooling.Cls,
        };
        EncoderInfo prompted = plain with { TypeVocabSize = 0, Prompts = new Dictionary<string, string> { ["query"] = "q: ", ["passage"] = "p: " }, DefaultPromptName = "query" };

        Assert.Equal("all-MiniLM-L6-v2 (Bert): 384 wide, at most 256 tokens, vocabulary of 30522, 2 token types, Mean pooling, normalised", $"{plain}");
        Assert.Equal("moods (Roberta): 768 wide, at most 512 tokens, vocabulary of 50265, Cls pooling, SequenceClassification of 2 labels (sad, glad)", $"{classifier}");
        Assert.Equal("all-MiniLM-L6-v2 (Bert): 384 wide, at most 256 tokens, vocabulary of 30522, Mean pooling, normalised, prompts passage, query (default query)", $"{prompted}");
    }

    [Fact]
    public void It_knows_the_bytes_that_the_class_has_as_constants()
    {
        using OddGelu encoder = (OddGelu)Subject.Load(EncoderCase.Of<OddGelu>()).Encoder;
        EncoderInfo info = ((ITransformerEncoder)encoder).Info;

        Assert.Equal((OddGelu.WeightBytes, OddGelu.WorkspaceBytes, OddGelu.ThreadBytes), (info.WeightBytes, info.WorkspaceBytes, info.ThreadBytes));
    }

    /// <summary>Of a process of 32 bits; one of 64 can address those of more threads than any machine has.</summary>
    [Fact]
    public void More_threads_than_can_be_addressed_are_refused()
    {
        const long workspace = 1_000_000_000, thread = 300_000_000;

        Assert.Equal(1_900_000_000, EncoderMemory.BytesOf(4, workspace, thread, int.MaxValue));
        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(() => EncoderMemory.BytesOf(5, workspace, thread, int.MaxValue));
        Assert.Equal(nameof(EncoderOptions.MaxDegreeOfParallelism), refusal.ParamName);
        Assert.Contains("those of at most 4 threads; set MaxDegreeOfParallelism to 4 or less", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => EncoderMemory.BytesOf(1, 3_000_000_000, thread, int.MaxValue));
        Assert.Equal(8_000_000_000 + 1023 * 8_000_000_000, EncoderMemory.BytesOf(1024, 8_000_000_000, 8_000_000_000, long.MaxValue));
    }
}
