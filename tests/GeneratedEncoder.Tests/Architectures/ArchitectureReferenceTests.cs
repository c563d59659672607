using GeneratedEncoder.Oracles;
using GeneratedEncoder.Oracles.Reference;

namespace GeneratedEncoder.Tests;

/// <summary>
/// The two transcriptions of the newer architectures against each other: the reference in C# and the goldens of PyTorch, which were written
/// apart. Both compute in double precision; the goldens have 9 digits.
/// </summary>
public sealed class ArchitectureReferenceTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-7;

    public static TheoryData<string> Names => [.. ArchitectureGolden.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Hidden_states_are_those_of_PyTorch(string name) =>
        Compare(name, text => text.LastHiddenState, (encoder, text) => text.Stored(encoder.Run(text.InputIds, text.TokenTypeIds).LastHiddenState));

    [Theory]
    [MemberData(nameof(Names))]
    public void Embeddings_are_those_of_PyTorch(string name) =>
        Compare(name, text => text.Embedding, (encoder, text) => encoder.Run(text.InputIds, text.TokenTypeIds).Embedding);

    [Theory]
    [MemberData(nameof(Names))]
    public void Attention_weights_are_those_of_PyTorch(string name) =>
        Compare(name, text => text.Attentions, (encoder, text) => encoder.Run(text.InputIds, text.TokenTypeIds).Attentions);

    [Theory]
    [MemberData(nameof(Names))]
    public void Heads_give_what_PyTorch_gives(string name)
    {
        ArchitectureGolden golden = ArchitectureGolden.Named(name);
        if (golden.Texts.Any(text => text.WordLogits is not null))
        {
            Compare(name, text => text.WordLogits, (encoder, text) => encoder.PredictMasked(text.InputIds, text.TokenTypeIds, text.Positions));
        }
        else if (golden.Texts.Any(text => text.Logits is not null))
        {
            Compare(name, text => text.Logits, Logits);
        }
        else
        {
            // Models that have a head come with its outputs.
            Assert.DoesNotMatch("For(MaskedLM|SequenceClassification|TokenClassification)$", ReferenceEncoder.Load(golden.Folder).Name);
        }
    }

    private static double[] Logits(ReferenceEncoder encoder, ArchitectureGoldenText text) => encoder.Name.EndsWith("ForTokenClassification", StringComparison.Ordinal)
        ? encoder.LabelTokens(text.InputIds, text.TokenTypeIds)
        : encoder.Classify(text.InputIds, text.TokenTypeIds);

    /// <summary>Compares what the golden has of a kind with the reference's, text by text, and wants at least one.</summary>
    private void Compare(string name, Func<ArchitectureGoldenText, double[]?> expected, Func<ReferenceEncoder, ArchitectureGoldenText, double[]> actual)
    {
        ArchitectureGolden golden = ArchitectureGolden.Named(name);
        ReferenceEncoder encoder = ReferenceEncoder.Load(golden.Folder);
        ArchitectureGoldenText[] texts = [.. golden.Texts.Where(text => expected(text) is not null)];
        Assert.NotEmpty(texts);
        foreach (ArchitectureGoldenText text in texts)
        {
            double[] values = expected(text)!;
            double order = Math.Max(1, values.Max(Math.Abs));
            double error = Difference.Max(actual(encoder, text), values) / order;
            output.WriteLine($"{text.InputIds.Length} tokens: largest error {error:e1}");
            Assert.InRange(error, 0, Tolerance);
        }
    }
}
