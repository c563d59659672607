namespace GeneratedEncoder.Text.Tests;

/// <summary>Classes, rankings, labels and guesses from text are those of the golden token ids.</summary>
public sealed class HeadTests
{
    [Fact]
    public void A_text_is_classified_by_the_softmax_of_its_logits()
    {
        using TinyModel model = TinyModel.For<Classifier>();
        using EncoderPipeline<Classifier> encoder = model.Load<Classifier>();
        TokenGoldenText text = Golden("hello world");
        float[] logits = new float[3];
        encoder.Encoder.Classify(text.Ids, logits);
        double[] powers = [.. logits.Select(logit => Math.Exp(logit))];

        Classification result = encoder.Classify(text.Text);

        Assert.Equal(powers.Select(power => power / powers.Sum()), result.Scores.Select(score => (double)score), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(Array.IndexOf(logits, logits.Max()), result.Index);
        Assert.Equal($"LABEL_{result.Index}", result.Label);
        Assert.Equal(result.Scores[result.Index], result.Score);
        Assert.Equal(logits, encoder.Classify(text.Text, scores: ScoreFunction.None).Scores);
        Assert.Equal(
            logits.Select(logit => 1 / (1 + Math.Exp(-logit))),
            encoder.Classify(text.Text, scores: ScoreFunction.Sigmoid).Scores.Select(score => (double)score), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(false, new[] { 0f, 1f }, new[] { 0.26894143f, 0.7310586f })]
    [InlineData(true, new[] { 0f, 1f }, new[] { 0.5f, 0.7310586f })]
    [InlineData(true, new[] { 1f }, new[] { 0.7310586f })]
    [InlineData(false, new[] { 1f }, new[] { 1f })]
    public void Scores_are_what_the_model_says(bool sigmoid, float[] logits, float[] scores)
    {
        Scores.Apply(ScoreFunction.Model, InfoOf<Classifier>() with { SigmoidScore = sigmoid }, logits);

        Assert.Equal(scores, logits);
    }

    [Fact]
    public void Many_texts_are_classified_as_each_alone()
    {
        using TinyModel model = TinyModel.For<Classifier>();
        using EncoderPipeline<Classifier> encoder = model.Load<Classifier>();
        string[] texts = [.. TokenGolden.Read("uncased").Texts.Select(text => text.Text)];

        IReadOnlyList<Classification> results = encoder.Classify(texts);

        Assert.Equal(texts.Select(text => encoder.Classify(text).Scores), results.Select(result => result.Scores));
    }

    [Fact]
    public void Documents_are_ranked_by_the_logit_of_query_and_document_as_one_input()
    {
        using TinyModel model = TinyModel.For<Ranker>();
        using EncoderPipeline<Ranker> encoder = model.Load<Ranker>();
        TokenGoldenPair[] pairs = TokenGolden.Read("uncased").Pairs;
        TokenGoldenPair question = pairs.Single(pair => pair.First.StartsWith("What is", StringComparison.Ordinal));
        string[] documents = ["how are you?", question.Second, "", "on the mat", "b"];

        IReadOnlyList<RankedDocument> ranking = encoder.Rerank(question.First, documents);

        Assert.Equal([0, 1, 2, 3, 4], ranking.Select(document => document.Index).Order());
        Assert.Equal(ranking.Select(document => document.Score).OrderDescending(), ranking.Select(document => document.Score));
        float[] logit = new float[1];
        int[] ids = question.Ids, types = [.. Enumerable.Range(0, ids.Length).Select(i => i <= Array.IndexOf(ids, 3) ? 0 : 1)];
        encoder.Encoder.Classify(ids, types, logit);
        Assert.Equal(logit[0], ranking.Single(document => document.Index == 1).Score);
    }

    [Fact]
    public void A_classifier_of_several_labels_does_not_rank()
    {
        using TinyModel model = TinyModel.For<Classifier>();
        using EncoderPipeline<Classifier> encoder = model.Load<Classifier>();

        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => encoder.Rerank("a", ["b"]));

        Assert.Equal("Classifier has 3 labels; a ranking needs a model of one, a cross-encoder.", exception.Message);
    }

    [Theory]
    [InlineData("Café au lait, crème brûlée")]
    [InlineData("  leading and trailing  ")]
    [InlineData("I ❤️ NY 😀😃")]
    [InlineData("你好，世界！")]
    [InlineData("")]
    public void Labels_point_into_the_text_as_it_was_written(string text)
    {
        using TinyModel model = TinyModel.For<Labeller>();
        using EncoderPipeline<Labeller> encoder = model.Load<Labeller>();
        TokenGoldenText golden = Golden(text);
        float[] logits = new float[golden.Ids.Length * 5];
        encoder.Encoder.LabelTokens(golden.Ids, logits);

        IReadOnlyList<TokenLabel> labels = encoder.LabelTokens(text);

        Assert.Equal(golden.Ids.Length - 2, labels.Count);
        for (int i = 0; i < labels.Count; i++)
        {
            float[] row = logits[((i + 1) * 5)..((i + 2) * 5)];
            Assert.Equal(golden.Offsets[2 * i + 2], labels[i].Start);
            Assert.Equal(golden.Offsets[2 * i + 3], labels[i].Start + labels[i].Length);
            Assert.Equal(Array.IndexOf(row, row.Max()), labels[i].Index);
            Assert.Equal(Math.Exp(row.Max()) / row.Sum(logit => Math.Exp(logit)), labels[i].Score, 1e-6);
        }
    }

    [Fact]
    public void Labels_of_a_cut_text_point_to_what_was_kept()
    {
        using TinyModel model = TinyModel.For<Labeller>();
        using EncoderPipeline<Labeller> encoder = model.Load<Labeller>(new EncoderPipelineOptions { Truncation = Truncation.Left });
        string text = string.Concat(Enumerable.Range(0, 40).Select(i => (char)('a' + i % 26) + " "));

        IReadOnlyList<TokenLabel> labels = encoder.LabelTokens(text);

        Assert.Equal(22, labels.Count);
        Assert.Equal(Enumerable.Range(18, 22).Select(i => 2 * i), labels.Select(label => label.Start));
    }

    [Fact]
    public void A_masked_word_gets_the_most_probable_tokens()
    {
        using TinyModel model = TinyModel.For<Guesser>();
        using EncoderPipeline<Guesser> encoder = model.Load<Guesser>();
        int[] ids = encoder.Tokenizer.Encode("a [MASK] b [MASK]");
        int[] masks = [.. ids.Index().Where(token => token.Item == 4).Select(token => token.Index)];
        Assert.Equal(2, masks.Length);
        float[] logits = new float[2 * 905];
        encoder.Encoder.PredictMasked(ids, masks, logits);

        IReadOnlyList<IReadOnlyList<MaskedWord>> guesses = encoder.PredictMasked("a [MASK] b [MASK]", count: 3);

        for (int i = 0; i < 2; i++)
        {
            float[] row = logits[(i * 905)..((i + 1) * 905)];
            Assert.Equal(row.Index().OrderByDescending(word => word.Item).Take(3).Select(word => word.Index), guesses[i].Select(word => word.Id));
            Assert.All(guesses[i], word => Assert.Equal(encoder.Tokenizer.Token(word.Id), word.Token));
            Assert.Equal(Math.Exp(row.Max()) / row.Sum(logit => Math.Exp(logit)), guesses[i][0].Score, 1e-6);
        }

        Assert.StartsWith("The text has no [MASK]", Assert.Throws<ArgumentException>(() => encoder.PredictMasked("a b")).Message);
    }

    private static EncoderInfo InfoOf<T>()
        where T : ITransformerEncoder<T> => T.ModelInfo;

    private static TokenGoldenText Golden(string text) => TokenGolden.Read("uncased").Texts.First(golden => golden.Text == text);
}
