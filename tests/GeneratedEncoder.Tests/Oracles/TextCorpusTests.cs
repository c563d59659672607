using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>That the corpus is as varied as the tests on it need.</summary>
public sealed class TextCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void It_has_more_than_a_thousand_different_texts_of_all_lengths()
    {
        TextTokenizer tokenizer = TextTokenizer.Load(RealModels.Folder("all-MiniLM-L6-v2"));
        int[] lengths = [.. TextCorpus.All.Select(text => tokenizer.Encode(text).Length).Order()];

        output.WriteLine($"{lengths.Length} texts, {lengths.Sum()} tokens, {lengths[0]} to {lengths[^1]}, median {lengths[lengths.Length / 2]}, {lengths.Distinct().Count()} lengths");
        Assert.True(lengths.Length > 1000);
        Assert.Equal(lengths.Length, TextCorpus.All.Distinct().Count());
        Assert.Equal(3, lengths[0]);
        Assert.Contains(lengths, length => length > 512);
        Assert.InRange(lengths.Count(length => length > 100), 50, 300);
        Assert.InRange(lengths.Distinct().Count(), 100, lengths.Length);
    }

    [Fact]
    public void It_is_the_same_on_every_machine()
    {
        Assert.Equal("Whisk the egg whites until they hold a soft peak, then fold in the sugar a spoonful at a time.", TextCorpus.All[0]);
        Assert.DoesNotContain(TextCorpus.All, text => text.Contains('\r'));
    }
}
