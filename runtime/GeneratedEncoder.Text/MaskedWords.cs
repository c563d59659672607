namespace GeneratedEncoder.Text;

/// <summary>A guess at a masked word.</summary>
/// <param name="Token">The token as the vocabulary spells it.</param>
/// <param name="Id">Its id.</param>
/// <param name="Score">Its probability.</param>
public readonly record struct MaskedWord(string Token, int Id, float Score);

/// <summary>Guesses at masked words, by encoders with <see cref="Head.MaskedLM"/>.</summary>
public static class MaskedWords
{
    /// <summary>Guesses what stands at each mask of a text ("[MASK]", or what the model calls it).</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="text">The text.</param>
    /// <param name="count">How many guesses a mask gets.</param>
    /// <returns>For each mask, in the text's order, the most probable tokens, the best first.</returns>
    /// <exception cref="ArgumentException">The text has no mask.</exception>
    public static IReadOnlyList<IReadOnlyList<MaskedWord>> PredictMasked<T>(this EncoderPipeline<T> encoder, string text, int count = 5)
        where T : ITransformerEncoder<T>, IMaskedLanguageModel => Predict(encoder, text, count, countsAll: false).Guesses;

    /// <summary>The same, and says how much of the text was read: masks that were cut off get no guesses.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="text">The text.</param>
    /// <param name="usage">Tokens that the encoder was given, special ones among them, and tokens that were cut off.</param>
    /// <param name="count">How many guesses a mask gets.</param>
    /// <returns>For each mask, in the text's order, the most probable tokens, the best first.</returns>
    /// <exception cref="ArgumentException">The text has no mask.</exception>
    public static IReadOnlyList<IReadOnlyList<MaskedWord>> PredictMasked<T>(this EncoderPipeline<T> encoder, string text, out TokenUsage usage, int count = 5)
        where T : ITransformerEncoder<T>, IMaskedLanguageModel
    {
        (List<IReadOnlyList<MaskedWord>> guesses, usage) = Predict(encoder, text, count, countsAll: true);
        return guesses;
    }

    /// <summary>Guesses at masked words, without blocking the caller's thread: the text waits its turn among those of other calls.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="text">The text.</param>
    /// <param name="count">How many guesses a mask gets.</param>
    /// <param name="cancellationToken">Is heard at once while the text waits.</param>
    /// <returns>For each mask, in the text's order, the most probable tokens, the best first.</returns>
    /// <exception cref="ArgumentException">The text has no mask.</exception>
    /// <exception cref="EncoderOverloadedException">Too much work waits already.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static async Task<IReadOnlyList<IReadOnlyList<MaskedWord>>> PredictMaskedAsync<T>(
        this EncoderPipeline<T> encoder, string text, int count = 5, CancellationToken cancellationToken = default)
        where T : ITransformerEncoder<T>, IMaskedLanguageModel
    {
        ArgumentNullException.ThrowIfNull(text);
        int mask = Mask(encoder, count);
        return (await encoder.RunAsync(
            "predict_masked", encoder.HeadComputation(static () => new ServiceComputation(0, countsAll: false, isAlone: true, static (_, _) => { })), [text.Length],
            (scratch, _) => encoder.Writer.Write(scratch, text), (_, _, scratch) => Predict(encoder, scratch, mask, count), progress: null,
            cancellationToken).ConfigureAwait(false))[0];
    }

    private static (List<IReadOnlyList<MaskedWord>> Guesses, TokenUsage Usage) Predict<T>(EncoderPipeline<T> encoder, string text, int count, bool countsAll)
        where T : ITransformerEncoder<T>, IMaskedLanguageModel
    {
        ArgumentNullException.ThrowIfNull(text);
        int mask = Mask(encoder, count);
        InputScratch scratch = encoder.Writer.Rent();
        try
        {
            scratch.Pack.Clear();
            scratch.CountsAll = countsAll;
            encoder.Writer.Write(scratch, text);
            return (Predict(encoder, scratch, mask, count), scratch.Pack.Usage(0));
        }
        finally
        {
            encoder.Writer.Return(scratch);
        }
    }

    /// <summary>The mask's id, where the call is right.</summary>
    private static int Mask<T>(EncoderPipeline<T> encoder, int count)
        where T : ITransformerEncoder<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return encoder.Tokenizer.MaskTokenId ?? throw new NotSupportedException($"The tokenizer of {encoder.Info.Name} has no mask token.");
    }

    /// <summary>Guesses at the masks of the scratch's only text.</summary>
    private static List<IReadOnlyList<MaskedWord>> Predict<T>(EncoderPipeline<T> encoder, InputScratch scratch, int mask, int count)
        where T : ITransformerEncoder<T>, IMaskedLanguageModel
    {
        InputPack pack = scratch.Pack;
        List<int> positions = [];
        for (int i = 0; i < pack.Tokens; i++)
        {
            if (pack.Ids[i] == mask)
            {
                positions.Add(i);
            }
        }

        if (positions.Count == 0)
        {
            throw new ArgumentException($"The text has no {encoder.Tokenizer.Token(mask)}, which marks the words to be guessed, among the tokens that the encoder was given.", "text");
        }

        int words = encoder.Info.VocabSize;
        Span<float> logits = scratch.Numbers(positions.Count * words);
        encoder.Encoder.PredictMasked(pack.Ids, pack.Types, positions.ToArray(), logits);
        List<IReadOnlyList<MaskedWord>> guesses = [];
        for (int i = 0; i < positions.Count; i++)
        {
            guesses.Add(Best(encoder.Tokenizer, logits.Slice(i * words, words), count));
        }

        return guesses;
    }

    private static List<MaskedWord> Best(TextTokenizer tokenizer, Span<float> logits, int count)
    {
        Scores.Softmax(logits);
        float[] scores = logits.ToArray();

        // A model's word table may have more rows than its vocabulary has words.
        return [.. Enumerable.Range(0, Math.Min(scores.Length, tokenizer.VocabularySize)).OrderByDescending(id => scores[id]).Take(count)
            .Select(id => new MaskedWord(tokenizer.Token(id), id, scores[id]))];
    }
}
