namespace GeneratedEncoder.Text.Tests;

/// <summary>Two texts put together and cut as Hugging Face's tokenizers library does.</summary>
public sealed class PairTests
{
    [SkippableTheory]
    [InlineData("uncased")]
    [InlineData("roberta")]
    [InlineData("xlm-roberta")]
    [InlineData("real-all-MiniLM-L6-v2")]
    public void A_pair_has_the_same_ids_and_types(string name)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(name);
        InputWriter writer = Writer(tokenizer, 512, new EncoderPipelineOptions());

        foreach (TokenGoldenPair pair in TokenGolden.Read(name).Pairs)
        {
            InputScratch scratch = new();
            writer.WritePair(scratch, pair.First, pair.Second);

            Assert.Equal(pair.Ids, scratch.Pack.Ids.ToArray());
            Assert.Equal(pair.Types.All(type => type == 0) ? [] : pair.Types, scratch.Pack.Types.ToArray());
        }
    }

    [SkippableTheory]
    [InlineData("uncased")]
    [InlineData("roberta")]
    [InlineData("xlm-roberta")]
    [InlineData("real-all-MiniLM-L6-v2")]
    public void A_pair_is_cut_in_the_same_way(string name)
    {
        TextTokenizer tokenizer = TokenGolden.Tokenizer(name);
        foreach (TokenGoldenCut cut in TokenGolden.Read(name).Truncated)
        {
            InputWriter writer = Writer(tokenizer, cut.MaxTokens, new EncoderPipelineOptions
            {
                Truncation = cut.Direction == "left" ? Truncation.Left : Truncation.Right,
                PairTruncation = cut.Strategy == "OnlySecond" ? PairTruncation.OnlySecond : PairTruncation.LongestFirst,
            });
            InputScratch scratch = new();
            if (cut.Ids is null)
            {
                Assert.Throws<ArgumentException>(() => writer.WritePair(scratch, cut.First, cut.Second));
                continue;
            }

            writer.WritePair(scratch, cut.First, cut.Second);
            Assert.Equal(cut.Ids, scratch.Pack.Ids.ToArray());
        }
    }

    [Fact]
    public void A_model_without_types_is_given_none()
    {
        EncoderInfo info = new() { Name = "untyped", HiddenSize = 8, MaxTokens = 64, VocabSize = 905, TypeVocabSize = 1 };
        InputScratch scratch = new();

        new InputWriter(TokenGolden.Tokenizer("uncased"), info, new EncoderPipelineOptions()).WritePair(scratch, "a", "b");

        Assert.True(scratch.Pack.Types.IsEmpty);
    }

    private static InputWriter Writer(TextTokenizer tokenizer, int maxTokens, EncoderPipelineOptions options) => new(
        tokenizer,
        new EncoderInfo { Name = "pairs", HiddenSize = 8, MaxTokens = maxTokens, VocabSize = 30522, TypeVocabSize = 2 },
        options);
}
