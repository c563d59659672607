using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>
/// What heads give against ONNX Runtime in double precision, and that it depends on the text alone. That batches give what
/// their texts give alone, that calls allocate nothing, and that every width and number of threads gives the same bits, the
/// tests of encoders show for heads too.
/// </summary>
public sealed class HeadTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => EncoderCase.HeadNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void Heads_agree_with_double_precision(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        using OnnxEncoder reference = OnnxEncoder.Create(encoder.Model, new OnnxEncoderOptions { Float64 = true, Threads = 2 });

        double worst = Reference.Lengths(encoder).Max(tokens =>
        {
            Text text = Text.Random(encoder.Shape, seed: (ulong)tokens, tokens);
            return Difference.Max(subject.Head!.One(text), Expected(reference, encoder, text));
        });

        output.WriteLine($"largest error {worst:e1}");
        Assert.InRange(worst, 0, 3e-5);
    }

    /// <summary>More rows than the head takes at a time, whatever it is: one for each text, or one for each token.</summary>
    [Theory]
    [InlineData(nameof(BertPooler))]
    [InlineData(nameof(BertClassifier))]
    [InlineData(nameof(VectorsScorer))]
    [InlineData(nameof(BertLabeller))]
    [InlineData(nameof(VectorsLabeller))]
    public void Hundreds_of_rows_are_what_they_are_alone(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        Text[] texts = [.. Enumerable.Range(0, 600).Select(i => Text.Random(encoder.Shape, seed: (ulong)i, tokens: 1 + i % 2))];

        Bits.AssertSame([.. texts.SelectMany(subject.Head!.One)], subject.Head.Batch(Text.Join(texts)));
    }

    [Theory]
    [InlineData(nameof(BertWords))]
    [InlineData(nameof(BertWordsUntied))]
    public void A_position_has_the_same_logits_whatever_others_are_asked_for(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        Text text = Text.Random(encoder.Shape, seed: 5, encoder.Shape.MaxTokens);
        float[][] alone = [.. Enumerable.Range(0, text.Tokens).Select(position => subject.Head!.One(text with { Positions = [position] }))];

        foreach (int count in new[] { 0, 1, 2, 3, 4, 5, 7, 300 })
        {
            int[] positions = [.. Enumerable.Range(0, count).Select(i => i * 11 % text.Tokens)];
            Bits.AssertSame([.. positions.SelectMany(position => alone[position])], subject.Head!.One(text with { Positions = positions }), $"{count} positions.");
        }
    }

    [Theory]
    [InlineData(nameof(RobertaClassifier))]
    [InlineData(nameof(VectorsScorer))]
    public void A_score_is_the_one_logit(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        Text[] texts = [.. Enumerable.Range(1, 9).Select(tokens => Text.Random(encoder.Shape, seed: (ulong)tokens, tokens))];
        float[] scores = new float[texts.Length];

        subject.Head!.Scores(Text.Join(texts), scores);

        Bits.AssertSame([.. texts.SelectMany(subject.Head.One)], scores);
        Bits.AssertSame([.. texts.Select(subject.Head.Score)], scores);
    }

    /// <summary>The last layer finishes first tokens only, for the head; hidden states and embeddings still need all.</summary>
    [Theory]
    [InlineData(nameof(BertClassifier))]
    [InlineData(nameof(VectorsPooler))]
    public void A_head_on_first_tokens_changes_neither_hidden_states_nor_embeddings(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        Text text = Text.Random(encoder.Shape, seed: 3, tokens: 11);
        float[] hidden = subject.Encode(text), embedding = subject.Embed(text), first = subject.Head!.One(text);

        Bits.AssertSame(hidden, subject.Encode(text));
        Bits.AssertSame(embedding, subject.Embed(text));
        Bits.AssertSame(first, subject.Head.One(text));
        Assert.InRange(Difference.Max(embedding, Pooled.From(Array.ConvertAll(hidden, value => (double)value), encoder.Shape.HiddenSize, encoder.Attribute)), 0, 1e-6);
    }

    private static double[] Expected(OnnxEncoder reference, EncoderCase encoder, Text text)
    {
        double[] all = encoder.TakesVectors ? reference.HeadOfVectors64(text.Vectors) : reference.Head64(text.Ids, text.TypeIds);
        int words = encoder.Shape.VocabSize;
        return encoder.Shape.Head == "MaskedLM" ? [.. text.Positions.SelectMany(token => all[(token * words)..((token + 1) * words)])] : all;
    }
}
