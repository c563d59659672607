namespace GeneratedEncoder.Tests;

/// <summary>All calls of an encoder whose architecture only its folder says.</summary>
internal static class ArchitectureCalls
{
    /// <summary>One call: its name, how many numbers it gives, and itself.</summary>
    internal sealed record Entry(string Name, int Length, Action<Memory<int>, Memory<int>, Memory<float>> Run);

    /// <summary>The calls for a text of so many tokens; a batch of that text twice, and of its first token.</summary>
    public static IEnumerable<Entry> Of(ITransformerEncoder encoder, int tokens)
    {
        EncoderInfo info = encoder.Info;
        int hidden = tokens * info.HiddenSize;
        int[] one = [tokens], positions = tokens == 1 ? [0] : [tokens - 1, 0];
        yield return new("Encode", hidden, (ids, types, output) => encoder.Encode(ids.Span, types.Span, output.Span));
        yield return new("Embed", info.EmbeddingDimension, (ids, types, output) => encoder.Embed(ids.Span, types.Span, output.Span));
        yield return new("EncodeBatch", hidden, (ids, types, output) => encoder.EncodeBatch(ids.Span, types.Span, one, output.Span));
        yield return new("EmbedBatch", info.EmbeddingDimension, (ids, types, output) => encoder.EmbedBatch(ids.Span, types.Span, one, output.Span));
        switch (encoder)
        {
            case ISequenceClassifier classifier:
                yield return new("ClassifyBatch", info.NumLabels, (ids, types, output) => classifier.ClassifyBatch(ids.Span, types.Span, one, output.Span));
                break;
            case ITokenClassifier labeller:
                yield return new("LabelTokensBatch", tokens * info.NumLabels, (ids, types, output) => labeller.LabelTokensBatch(ids.Span, types.Span, one, output.Span));
                break;
            case IMaskedLanguageModel words:
                yield return new("PredictMasked", positions.Length * info.VocabSize, (ids, types, output) => words.PredictMasked(ids.Span, types.Span, positions, output.Span));
                break;
        }
    }

    /// <summary>What a call gives for a text.</summary>
    public static float[] Output(Entry entry, (int[] Ids, int[] Types) text)
    {
        float[] output = new float[entry.Length];
        entry.Run(text.Ids, text.Types, output);
        return output;
    }
}
