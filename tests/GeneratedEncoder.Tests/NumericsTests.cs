using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Hidden states, embeddings and attention weights against ONNX Runtime in double precision, over every encoder of
/// Encoders.cs. The largest error found is in each test's output.
/// </summary>
public sealed class NumericsTests(ITestOutputHelper output)
{
    private const double Tolerance = 3e-5;

    public static TheoryData<string> Names => EncoderCase.ClassicNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void Hidden_states_agree_with_double_precision(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        using Reference reference = new(encoder);

        // Every length there is, where that takes no minute.
        IEnumerable<int> lengths = encoder.Shape.HiddenSize <= 64 ? Enumerable.Range(1, encoder.Shape.MaxTokens) : Reference.Lengths(encoder);
        Check(lengths, Tolerance, tokens =>
        {
            Text text = Text.Random(encoder.Shape, seed: (ulong)tokens, tokens);
            return Difference.Max(subject.Encode(text), reference.Attend(text).Hidden);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Embeddings_are_the_pooled_hidden_states(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        using Reference reference = new(encoder);

        Check(Reference.FewLengths(encoder), Tolerance, tokens =>
        {
            Text text = Text.Random(encoder.Shape, seed: (ulong)tokens, tokens);
            return Difference.Max(subject.Embed(text), Pooled.From(reference.Attend(text).Hidden, encoder.Shape.HiddenSize, encoder.Attribute));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Attention_weights_agree_with_double_precision(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        using Reference reference = new(encoder);

        Check(Reference.FewLengths(encoder), 1e-5, tokens =>
        {
            Text text = Text.Random(encoder.Shape, seed: (ulong)tokens, tokens);
            return Difference.Max(subject.Attend(text).Attentions, reference.Attend(text).Attentions);
        });
    }

    [Theory]
    [InlineData(nameof(NiceGelu))]
    [InlineData(nameof(OddReluPrenorm))]
    public void Without_types_every_token_is_of_type_0(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        Text text = Text.Random(encoder.Shape, seed: 9, tokens: 9);
        Assert.Contains(text.TypeIds!, type => type != 0);

        float[] untyped = subject.Encode(text with { TypeIds = null });

        Bits.AssertSame(subject.Encode(text with { TypeIds = new int[9] }), untyped);
        Assert.False(Bits.AreSame(subject.Encode(text), untyped), "The types given make no difference.");
    }

    /// <summary>As long as a text gets: 512 tokens through MiniLM's six layers.</summary>
    [Fact]
    public void The_longest_text_agrees_with_double_precision()
    {
        EncoderCase encoder = EncoderCase.Of<Minilm>();
        Text text = Text.Random(encoder.Shape, seed: 512, Minilm.MaxTokens);
        using Subject subject = Subject.Load(encoder);
        using OnnxEncoder reference = OnnxEncoder.Create(encoder.Model, new OnnxEncoderOptions { Float64 = true, Threads = 2 });

        Check([Minilm.MaxTokens], Tolerance, _ => Difference.Max(subject.Encode(text), reference.Encode64(text.Ids, text.TypeIds)));
    }

    private void Check(IEnumerable<int> lengths, double tolerance, Func<int, double> error)
    {
        (int tokens, double worst) = lengths.Select(tokens => (tokens, error(tokens))).MaxBy(pair => pair.Item2);
        output.WriteLine($"largest error {worst:e1}, with {tokens} tokens");
        Assert.True(worst <= tolerance, $"error {worst:e1} above {tolerance:e0}, with {tokens} tokens");
    }
}
