namespace GeneratedEncoder.Text.Tests;

// Tiny encoders with the vocabulary of goldens/uncased, one of each head.

[TransformerEncoder(
    HiddenSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 48,
    MaxPositionEmbeddings = 24, VocabSize = 905, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Normalize = true)]
internal sealed partial class Embedder;

[TransformerEncoder(
    HiddenSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 48,
    MaxPositionEmbeddings = 24, VocabSize = 905, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.SequenceClassification, NumLabels = 3)]
internal sealed partial class Classifier;

[TransformerEncoder(
    HiddenSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 48,
    MaxPositionEmbeddings = 24, VocabSize = 905, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.SequenceClassification, NumLabels = 1)]
internal sealed partial class Ranker;

[TransformerEncoder(
    HiddenSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 48,
    MaxPositionEmbeddings = 24, VocabSize = 905, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.TokenClassification, NumLabels = 5)]
internal sealed partial class Labeller;

[TransformerEncoder(
    HiddenSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 48,
    MaxPositionEmbeddings = 24, VocabSize = 905, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Head = Head.MaskedLM)]
internal sealed partial class Guesser;

/// <summary>The embedder as if it had come from a model folder with prompts.</summary>
internal sealed class PromptedEmbedder(Embedder encoder) : ITransformerEncoder<PromptedEmbedder>
{
    public static EncoderInfo ModelInfo { get; } = InfoOf<Embedder>() with
    {
        Name = "prompted",
        Prompts = new Dictionary<string, string> { ["query"] = "query: ", ["passage"] = "passage: " },
        DefaultPromptName = "passage",
    };

    public EncoderInfo Info => ModelInfo;

    public static PromptedEmbedder Load(string path, EncoderOptions? options = null) => new(Embedder.Load(path, options));

    public static PromptedEmbedder Load(ReadOnlyMemory<byte> model, EncoderOptions? options = null) => new(Embedder.Load(model, options));

    public static PromptedEmbedder Load(Stream model, EncoderOptions? options = null) => new(Embedder.Load(model, options));

    public static PromptedEmbedder Load(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, EncoderOptions? options = null) => new(Embedder.Load(files, options));

    public void Encode(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState) =>
        ((ITransformerEncoder)encoder).Encode(inputIds, tokenTypeIds, lastHiddenState);

    public void EncodeBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> lastHiddenState) =>
        ((ITransformerEncoder)encoder).EncodeBatch(inputIds, tokenTypeIds, lengths, lastHiddenState);

    public void Attend(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState, Span<float> attentions) =>
        ((ITransformerEncoder)encoder).Attend(inputIds, tokenTypeIds, lastHiddenState, attentions);

    public void Embed(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> embedding) =>
        ((ITransformerEncoder)encoder).Embed(inputIds, tokenTypeIds, embedding);

    public void EmbedBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> embeddings) =>
        ((ITransformerEncoder)encoder).EmbedBatch(inputIds, tokenTypeIds, lengths, embeddings);

    public void Dispose() => encoder.Dispose();

    private static EncoderInfo InfoOf<T>()
        where T : ITransformerEncoder<T> => T.ModelInfo;
}

/// <summary>The embedder under another name, for tests that look at what is measured of it.</summary>
internal sealed class MeasuredEmbedder(Embedder encoder) : ITransformerEncoder<MeasuredEmbedder>
{
    public static EncoderInfo ModelInfo { get; } = InfoOf<Embedder>() with { Name = "measured" };

    public EncoderInfo Info => ModelInfo;

    public static MeasuredEmbedder Load(string path, EncoderOptions? options = null) => new(Embedder.Load(path, options));

    public void Encode(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState) =>
        ((ITransformerEncoder)encoder).Encode(inputIds, tokenTypeIds, lastHiddenState);

    public void EncodeBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> lastHiddenState) =>
        ((ITransformerEncoder)encoder).EncodeBatch(inputIds, tokenTypeIds, lengths, lastHiddenState);

    public void Attend(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> lastHiddenState, Span<float> attentions) =>
        ((ITransformerEncoder)encoder).Attend(inputIds, tokenTypeIds, lastHiddenState, attentions);

    public void Embed(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, Span<float> embedding) =>
        ((ITransformerEncoder)encoder).Embed(inputIds, tokenTypeIds, embedding);

    public void EmbedBatch(ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, ReadOnlySpan<int> lengths, Span<float> embeddings) =>
        ((ITransformerEncoder)encoder).EmbedBatch(inputIds, tokenTypeIds, lengths, embeddings);

    public void Dispose() => encoder.Dispose();

    private static EncoderInfo InfoOf<T>()
        where T : ITransformerEncoder<T> => T.ModelInfo;
}
