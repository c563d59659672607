namespace GeneratedEncoder.Tests;

/// <summary>What attention weights are in themselves, and that asking for them changes nothing else.</summary>
public sealed class AttentionTests
{
    public static TheoryData<string> Names => EncoderCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_are_probabilities_that_sum_to_1(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        foreach (int tokens in Reference.FewLengths(encoder))
        {
            float[] attentions = subject.Attend(Text.Random(encoder.Shape, seed: 5, tokens)).Attentions;

            Assert.DoesNotContain(attentions, weight => !(weight >= 0 && weight <= 1));
            Assert.DoesNotContain(attentions.Chunk(tokens), row => !(Math.Abs(row.Sum(weight => (double)weight) - 1) <= 1e-5));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Attend_gives_the_hidden_states_of_Encode_bit_for_bit(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        foreach (int tokens in Reference.FewLengths(encoder))
        {
            Text text = Text.Random(encoder.Shape, seed: 6, tokens);
            Bits.AssertSame(subject.Encode(text), subject.Attend(text).Hidden, $"{tokens} tokens.");
        }
    }
}
