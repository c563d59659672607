using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The public calls that a head adds.</summary>
internal static class HeadCalls
{
    private const string One = "new ReadOnlySpan<int>(in tokens)";
    private const string Batch = "of several texts, given end to end without padding. Each text's bits are those it has alone.";

    public static IEnumerable<PublicCall> Of(EncoderSpec spec) => spec.Head switch
    {
        Head.Pooler => Pooler(),
        Head.SequenceClassification => spec.HasScore ? Classifier().Concat(Scores(spec)) : Classifier(),
        Head.TokenClassification => TokenClassifier(),
        Head.MaskedLM => LanguageModel(),
        _ => [],
    };

    private static IEnumerable<PublicCall> Pooler()
    {
        yield return new("PoolerOutput", "Computes the text's pooler output: its first token's vector through a dense layer and tanh.",
            [CallParameter.Output("poolerOutput", "the vector", "HiddenSize", "HiddenSize")],
            $"PoolerTexts({{0}}, {One}, poolerOutput);");
        yield return new("PoolerOutputBatch", $"Computes the pooler outputs {Batch}",
            [CallParameter.Lengths, CallParameter.Output("poolerOutputs", "the vectors", "texts * HiddenSize", "(long)lengths.Length * HiddenSize")],
            "PoolerTexts({0}, lengths, poolerOutputs);");
    }

    private static IEnumerable<PublicCall> Classifier()
    {
        yield return new("Classify", "Computes the text's logits, one for each label.",
            [CallParameter.Output("logits", "the logits", "NumLabels", "NumLabels")],
            $"ClassifyTexts({{0}}, {One}, logits);");
        yield return new("ClassifyBatch", $"Computes the logits {Batch}",
            [CallParameter.Lengths, CallParameter.Output("logits", "the logits", "texts * NumLabels", "(long)lengths.Length * NumLabels")],
            "ClassifyTexts({0}, lengths, logits);");
    }

    private static IEnumerable<PublicCall> Scores(EncoderSpec spec)
    {
        string what = spec.ScoreIsSigmoid ? "the sigmoid of its one logit, from 0 to 1" : "its one logit as it is, without a sigmoid";
        yield return new("Score", $"Computes the text's score, as a cross-encoder gives it to a pair of texts: {what}.",
            [],
            $"float score = 0f;\nClassifyTexts({{0}}, {One}, new Span<float>(ref score));\n{(spec.ScoreIsSigmoid ? "ToScores(new Span<float>(ref score));\n" : "")}return score;")
        {
            Returns = $"The score: {what}.",
        };
        yield return new("ScoreBatch", $"Computes the scores {Batch} A score is {(spec.ScoreIsSigmoid ? "the logit's sigmoid" : "the logit as it is, without a sigmoid")}.",
            [CallParameter.Lengths, CallParameter.Output("scores", "the scores", "texts", "lengths.Length")],
            $"ClassifyTexts({{0}}, lengths, scores);{(spec.ScoreIsSigmoid ? "\nToScores(scores);" : "")}");
    }

    private static IEnumerable<PublicCall> TokenClassifier()
    {
        CallParameter logits = CallParameter.Output("logits", "the logits", "tokens * NumLabels", "(long)tokens * NumLabels");
        yield return new("LabelTokens", "Computes every token's logits, one for each label.",
            [logits], $"LabelTexts({{0}}, {One}, logits);");
        yield return new("LabelTokensBatch", $"Computes every token's logits {Batch}",
            [CallParameter.Lengths, logits], "LabelTexts({0}, lengths, logits);");
    }

    private static IEnumerable<PublicCall> LanguageModel()
    {
        CallParameter positions = new(
            "ReadOnlySpan<int> positions",
            "/// <param name=\"positions\">The tokens to predict, by their index in the text: those that were masked.</param>",
            "CallGuard.Positions(positions, tokens);");
        yield return new("PredictMasked", "Computes a logit for each word of the vocabulary at each of some positions.",
            [positions, CallParameter.Output("logits", "the logits", "positions * VocabSize", "(long)positions.Length * VocabSize")],
            "PredictText({0}, positions, logits);");
    }
}
