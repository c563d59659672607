namespace GeneratedEncoder.Tests;

/// <summary>What libraries see of an encoder with a head, and calls that can't be answered.</summary>
public sealed class HeadContractTests
{
    [Fact]
    public void A_classifier_is_one_to_libraries_too()
    {
        EncoderCase encoder = EncoderCase.Of<BertClassifier>();
        using Subject subject = Subject.Load(encoder);
        ISequenceClassifier classifier = Assert.IsAssignableFrom<ISequenceClassifier>(subject.Encoder);
        Text texts = Text.Join([Text.Random(encoder.Shape, seed: 1, tokens: 5), Text.Random(encoder.Shape, seed: 2, tokens: 3)]);
        float[] typed = new float[6], untyped = new float[6];

        classifier.ClassifyBatch(texts.Ids, texts.TypeIds, texts.Lengths, typed);
        classifier.ClassifyBatch(texts.Ids, [], texts.Lengths, untyped);

        Bits.AssertSame(subject.Head!.Batch(texts), typed);
        Bits.AssertSame(subject.Head.Batch(texts with { TypeIds = null }), untyped);
        Assert.Equal((Head.SequenceClassification, 3), (classifier.Info.Head, classifier.Info.NumLabels));
        Assert.Equal(3, BertClassifier.NumLabels);
    }

    [Fact]
    public void A_labeller_is_one_to_libraries_too()
    {
        EncoderCase encoder = EncoderCase.Of<DistilbertLabeller>();
        using Subject subject = Subject.Load(encoder);
        ITokenClassifier labeller = Assert.IsAssignableFrom<ITokenClassifier>(subject.Encoder);
        Text texts = Text.Join([Text.Random(encoder.Shape, seed: 1, tokens: 5), Text.Random(encoder.Shape, seed: 2, tokens: 3)]);
        float[] logits = new float[8 * DistilbertLabeller.NumLabels];

        labeller.LabelTokensBatch(texts.Ids, [], texts.Lengths, logits);

        Bits.AssertSame(subject.Head!.Batch(texts), logits);
        Refusal.Assert<ArgumentException>("This encoder has no token types (TypeVocabSize is 0); leave them empty.", "tokenTypeIds", logits.Length,
            output => labeller.LabelTokensBatch(texts.Ids, new int[8], texts.Lengths, output));
    }

    [Fact]
    public void A_language_model_is_one_to_libraries_too()
    {
        EncoderCase encoder = EncoderCase.Of<BertWords>();
        using Subject subject = Subject.Load(encoder);
        IMaskedLanguageModel model = Assert.IsAssignableFrom<IMaskedLanguageModel>(subject.Encoder);
        Text text = Text.Random(encoder.Shape, seed: 1, tokens: 5);
        float[] logits = subject.Head!.Buffer(text);

        model.PredictMasked(text.Ids, text.TypeIds, text.Positions, logits);

        Bits.AssertSame(subject.Head.One(text), logits);
    }

    [Fact]
    public void An_encoder_of_vectors_is_none_of_them()
    {
        using Subject subject = Subject.Load(EncoderCase.Of<VectorsScorer>());

        Assert.IsNotAssignableFrom<ITransformerEncoder>(subject.Encoder);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_position_outside_the_text(int position)
    {
        using Subject subject = Subject.Load(EncoderCase.Of<BertWords>());
        BertWords encoder = (BertWords)subject.Encoder;
        string message = $"positions[2] = {position} is outside the text of 5 tokens.";
        Refusal.Assert<ArgumentOutOfRangeException>(message, "positions", 3 * 61, output => encoder.PredictMasked(new int[5], [0, 4, position], output));
        Refusal.Assert<ArgumentOutOfRangeException>(message, "positions", 3 * 61, output => encoder.PredictMasked(new int[5], new int[5], [0, 4, position], output));
    }

    [Fact]
    public void Logits_of_another_length()
    {
        using Subject words = Subject.Load(EncoderCase.Of<BertWords>()), classifier = Subject.Load(EncoderCase.Of<BertClassifier>()),
            labeller = Subject.Load(EncoderCase.Of<BertLabeller>()), pooler = Subject.Load(EncoderCase.Of<BertPooler>()), scorer = Subject.Load(EncoderCase.Of<RobertaClassifier>());
        AssertLength("122 elements (positions * VocabSize)", "logits", 121, output => ((BertWords)words.Encoder).PredictMasked(new int[5], [0, 4], output));
        AssertLength("3 elements (NumLabels)", "logits", 4, output => ((BertClassifier)classifier.Encoder).Classify(new int[5], output));
        AssertLength("6 elements (texts * NumLabels)", "logits", 5, output => ((BertClassifier)classifier.Encoder).ClassifyBatch(new int[5], (int[])[2, 3], output));
        AssertLength("25 elements (tokens * NumLabels)", "logits", 24, output => ((BertLabeller)labeller.Encoder).LabelTokens(new int[5], output));
        AssertLength("25 elements (tokens * NumLabels)", "logits", 26, output => ((BertLabeller)labeller.Encoder).LabelTokensBatch(new int[5], (int[])[2, 3], output));
        AssertLength("52 elements (HiddenSize)", "poolerOutput", 51, output => ((BertPooler)pooler.Encoder).PoolerOutput(new int[5], output));
        AssertLength("104 elements (texts * HiddenSize)", "poolerOutputs", 52, output => ((BertPooler)pooler.Encoder).PoolerOutputBatch(new int[5], (int[])[2, 3], output));
        AssertLength("2 elements (texts)", "scores", 3, output => ((RobertaClassifier)scorer.Encoder).ScoreBatch(new int[5], (int[])[2, 3], output));
    }

    [Fact]
    public void Bad_input_is_refused_as_by_Encode()
    {
        using Subject classifier = Subject.Load(EncoderCase.Of<BertClassifier>()), words = Subject.Load(EncoderCase.Of<BertWords>());
        BertClassifier encoder = (BertClassifier)classifier.Encoder;
        Refusal.Assert<ArgumentException>("A text has at least one token, but this one has none.", "inputIds", 3, output => encoder.Classify([], output));
        Refusal.Assert<ArgumentOutOfRangeException>("token id 61 at position 0 is outside the vocabulary of 61.", "inputIds", 3, output => encoder.Classify([61], output));
        Refusal.Assert<ArgumentOutOfRangeException>("token type 2 at position 1 is outside the token types of 2.", "tokenTypeIds", 3, output => encoder.Classify([1, 1], [0, 2], output));
        Refusal.Assert<ArgumentException>("The text has 38 tokens, but this encoder takes at most 37.", "inputIds", 3, output => encoder.Classify(new int[38], output));
        Refusal.Assert<ArgumentException>("Text 1 has 0 tokens, but each has 1 to 37.", "lengths", 6, output => encoder.ClassifyBatch(new int[5], (int[])[5, 0], output));
        Refusal.Assert<ArgumentException>("A text has at least one token, but this one has none.", "inputIds", 0, output => ((BertWords)words.Encoder).PredictMasked([], [], output));
    }

    /// <summary>A text's logits may be more numbers than its vectors, and would then overwrite the next text's.</summary>
    [Fact]
    public void Logits_in_the_place_of_the_vectors()
    {
        using Subject labeller = Subject.Load(EncoderCase.Of<VectorsLabeller>()), scorer = Subject.Load(EncoderCase.Of<VectorsScorer>());
        const string message = "The span overlaps another one of this call.";
        Refusal.Assert<ArgumentException>(message, "logits", 5 * 35,
            memory => ((VectorsLabeller)labeller.Encoder).LabelTokens(memory.AsSpan(0, 5 * VectorsLabeller.HiddenSize), memory));
        Refusal.Assert<ArgumentException>(message, "scores", 5 * VectorsScorer.HiddenSize,
            memory => ((VectorsScorer)scorer.Encoder).ScoreBatch(memory, (int[])[2, 3], memory.AsSpan(0, 2)));
    }

    private static void AssertLength(string expected, string parameter, int length, Action<float[]> call) =>
        Refusal.Assert<ArgumentException>($"Expected {expected}, but got {length}.", parameter, length, call);
}
