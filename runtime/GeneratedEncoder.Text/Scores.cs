namespace GeneratedEncoder.Text;

/// <summary>Logits to scores.</summary>
internal static class Scores
{
    /// <summary>Turns logits into scores in place.</summary>
    public static void Apply(ScoreFunction function, EncoderInfo info, Span<float> logits)
    {
        if (function == ScoreFunction.Model)
        {
            function = info.SigmoidScore ? ScoreFunction.Sigmoid : logits.Length > 1 ? ScoreFunction.Softmax : ScoreFunction.None;
        }

        switch (function)
        {
            case ScoreFunction.Softmax:
                Softmax(logits);
                break;
            case ScoreFunction.Sigmoid:
                foreach (ref float logit in logits)
                {
                    logit = (float)(1 / (1 + Math.Exp(-logit)));
                }

                break;
        }
    }

    /// <summary>Shares of 1.</summary>
    public static void Softmax(Span<float> logits)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        foreach (ref float logit in logits)
        {
            logit = (float)(Math.Exp(logit - largest) / sum);
        }
    }

    /// <summary>A label's name; the one that Hugging Face gives where the model has none.</summary>
    public static string Label(EncoderInfo info, int index) => index < info.Labels.Count ? info.Labels[index] : $"LABEL_{index}";
}
