namespace GeneratedEncoder.Text;

/// <summary>What a token classifier says of a token.</summary>
/// <param name="Start">Where in the text the token begins.</param>
/// <param name="Length">How many characters it stands for.</param>
/// <param name="Label">Name of the label with the highest score.</param>
/// <param name="Index">The label's number.</param>
/// <param name="Score">Its score: the labels' scores add up to 1.</param>
public readonly record struct TokenLabel(int Start, int Length, string Label, int Index, float Score);

/// <summary>Labels of tokens, by encoders with <see cref="Head.TokenClassification"/>.</summary>
public static class TokenLabels
{
    /// <summary>Labels a text's tokens. What is cut off a text that is too long has no labels.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="text">The text, into which the labels' places point whatever normalization made of it.</param>
    /// <returns>The tokens in the text's order, special ones left out.</returns>
    public static IReadOnlyList<TokenLabel> LabelTokens<T>(this EncoderPipeline<T> encoder, string text)
        where T : ITransformerEncoder<T>, ITokenClassifier => Label(encoder, text, countsAll: false).Labels;

    /// <summary>The same, and says how much of the text was read.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="text">The text, into which the labels' places point whatever normalization made of it.</param>
    /// <param name="usage">Tokens that the encoder was given, special ones among them, and tokens that were cut off.</param>
    /// <returns>The tokens in the text's order, special ones left out.</returns>
    public static IReadOnlyList<TokenLabel> LabelTokens<T>(this EncoderPipeline<T> encoder, string text, out TokenUsage usage)
        where T : ITransformerEncoder<T>, ITokenClassifier
    {
        (List<TokenLabel> labels, usage) = Label(encoder, text, countsAll: true);
        return labels;
    }

    /// <summary>Labels a text's tokens, without blocking the caller's thread: it waits its turn among the texts of other calls.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="text">The text, into which the labels' places point whatever normalization made of it.</param>
    /// <param name="cancellationToken">Is heard at once while the text waits.</param>
    /// <returns>The tokens in the text's order, special ones left out.</returns>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static async Task<IReadOnlyList<TokenLabel>> LabelTokensAsync<T>(this EncoderPipeline<T> encoder, string text, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, ITokenClassifier
    {
        ArgumentNullException.ThrowIfNull(text);
        return (await encoder.RunAsync(
            "label_tokens", encoder.HeadComputation(static () => new ServiceComputation(0, countsAll: false, isAlone: true, static (_, _) => { })), [text.Length],
            (scratch, _) => encoder.Writer.Write(scratch, text), (_, _, scratch) => Label(encoder, scratch), progress: null, cancellationToken)
            .ConfigureAwait(false))[0];
    }

    private static (List<TokenLabel> Labels, TokenUsage Usage) Label<T>(EncoderPipeline<T> encoder, string text, bool countsAll)
        where T : ITransformerEncoder<T>, ITokenClassifier
    {
        ArgumentNullException.ThrowIfNull(text);
        InputScratch scratch = encoder.Writer.Rent();
        try
        {
            scratch.Pack.Clear();
            scratch.CountsAll = countsAll;
            encoder.Writer.Write(scratch, text);
            return (Label(encoder, scratch), scratch.Pack.Usage(0));
        }
        finally
        {
            encoder.Writer.Return(scratch);
        }
    }

    /// <summary>Labels the tokens of the scratch's only text.</summary>
    private static List<TokenLabel> Label<T>(EncoderPipeline<T> encoder, InputScratch scratch)
        where T : ITransformerEncoder<T>, ITokenClassifier
    {
        InputPack pack = scratch.Pack;
        int labels = encoder.Info.NumLabels;
        Span<float> logits = scratch.Numbers(pack.Tokens * labels);
        encoder.Encoder.LabelTokensBatch(pack.Ids, pack.Types, pack.Lengths, logits);

        TokenList tokens = scratch.First.Tokens;
        int slot = encoder.Writer.FirstPosition;
        List<TokenLabel> found = [];
        for (int i = 0; i < tokens.Count; i++)
        {
            Span<float> scores = logits.Slice((slot + i) * labels, labels);
            Scores.Softmax(scores);
            int best = 0;
            for (int label = 1; label < labels; label++)
            {
                best = scores[label] > scores[best] ? label : best;
            }

            int start = tokens.Starts[i];
            found.Add(new TokenLabel(start, tokens.Ends[i] - start, Scores.Label(encoder.Info, best), best, scores[best]));
        }

        return found;
    }
}
