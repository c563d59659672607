using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>Encoders of the architectures that only folders say, against outputs that PyTorch computed in double precision.</summary>
public sealed class ArchitectureGoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => ArchitectureCase.Names;

    [Fact]
    public void Every_folder_has_a_class() => Assert.Equal(ArchitectureGolden.Names, ArchitectureCase.All.Select(one => one.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Hidden_states_are_those_of_PyTorch(string name) => Compare(name, 3e-5, text => text.LastHiddenState, (encoder, text) =>
    {
        float[] hidden = new float[text.InputIds.Length * encoder.Info.HiddenSize];
        encoder.Encode(text.InputIds, Types(encoder, text), hidden);
        return text.Rows is { } rows ? [.. rows.SelectMany(row => hidden.AsSpan(row * encoder.Info.HiddenSize, encoder.Info.HiddenSize).ToArray())] : hidden;
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Embeddings_are_those_of_PyTorch(string name) => Compare(name, 3e-5, text => text.Embedding, (encoder, text) =>
    {
        float[] embedding = new float[encoder.Info.EmbeddingDimension];
        encoder.Embed(text.InputIds, Types(encoder, text), embedding);
        return embedding;
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Attention_weights_are_those_of_PyTorch(string name) => Compare(name, 1e-5, text => text.Attentions, (encoder, text) =>
    {
        float[] hidden = new float[text.InputIds.Length * encoder.Info.HiddenSize], attentions = new float[text.Attentions!.Length];
        encoder.Attend(text.InputIds, Types(encoder, text), hidden, attentions);
        return attentions;
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Heads_give_what_PyTorch_gives(string name)
    {
        Compare(name, 3e-5, text => text.Logits, (encoder, text) =>
        {
            float[] logits = new float[text.Logits!.Length];
            if (encoder is ISequenceClassifier classifier)
            {
                classifier.ClassifyBatch(text.InputIds, Types(encoder, text), [text.InputIds.Length], logits);
            }
            else
            {
                Assert.IsType<ITokenClassifier>(encoder, exactMatch: false).LabelTokensBatch(text.InputIds, Types(encoder, text), [text.InputIds.Length], logits);
            }

            return logits;
        });
        Compare(name, 1e-4, text => text.WordLogits, (encoder, text) =>
        {
            float[] logits = new float[text.WordLogits!.Length];
            Assert.IsType<IMaskedLanguageModel>(encoder, exactMatch: false).PredictMasked(text.InputIds, Types(encoder, text), text.Positions, logits);
            return logits;
        });
    }

    private static int[] Types(ITransformerEncoder encoder, ArchitectureGoldenText text) => encoder.Info.TypeVocabSize > 0 ? text.TokenTypeIds ?? [] : [];

    private void Compare(string name, double bound, Func<ArchitectureGoldenText, double[]?> expected, Func<ITransformerEncoder, ArchitectureGoldenText, float[]> computed)
    {
        using ITransformerEncoder encoder = ArchitectureCase.Named(name).Open();
        foreach (ArchitectureGoldenText text in ArchitectureGolden.Named(name).Texts)
        {
            if (expected(text) is not { } values)
            {
                continue;
            }

            float[] found = computed(encoder, text);
            Assert.Equal(values.Length, found.Length);
            double error = values.Zip(found, (value, other) => Math.Abs(value - other)).Max();
            output.WriteLine($"{text.InputIds.Length} tokens: {error:e1}");
            Assert.InRange(error, 0, bound);
        }
    }
}
