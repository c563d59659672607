using System.Reflection;

namespace GeneratedEncoder.Tests;

/// <summary>The encoders under test are varied enough, and their constants say what their attributes say.</summary>
public sealed class EncodersTests
{
    /// <summary>Two of ResidentMemoryTests, whose longest texts take too long for theories, and two of WordTableTests, for their heads.</summary>
    private static readonly string[] s_apart = [nameof(ShortVectors), nameof(LongVectors), nameof(TiedHead), nameof(UntiedHead)];

    public static TheoryData<string> Names => EncoderCase.ClassicNames;

    [Fact]
    public void Every_class_that_can_be_loaded_by_name_is_listed() => Assert.Equal(
        typeof(EncodersTests).Assembly.GetTypes().Where(IsLoadable).Select(type => type.Name).Except(s_apart).Order(),
        EncoderCase.All.Select(encoder => encoder.Name).Order());

    [Fact]
    public void Every_activation_meets_every_norm_placement() => AssertAllPairs(
        Enum.GetValues<HiddenAct>(), Enum.GetValues<NormPlacement>(), attribute => (attribute.HiddenAct, attribute.NormPlacement));

    [Fact]
    public void Every_pooling_is_met_with_and_without_normalisation() => AssertAllPairs(
        [Pooling.Mean, Pooling.Cls, Pooling.Max], [false, true], attribute => (attribute.Pooling, attribute.Normalize));

    [Theory]
    [MemberData(nameof(Names))]
    public void Constants_are_the_attribute_and_what_follows_from_it(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        TransformerEncoderAttribute attribute = encoder.Attribute;
        string[] sizes =
            ["HiddenSize", "NumHiddenLayers", "NumAttentionHeads", "IntermediateSize", "MaxPositionEmbeddings", "VocabSize", "TypeVocabSize", "PositionOffset"];
        string[] sizesOfParts = ["EmbeddingSize", "NumHiddenGroups", "RelativeAttentionNumBuckets"];

        Assert.All(sizes, size => Assert.Equal(typeof(TransformerEncoderAttribute).GetProperty(size)!.GetValue(attribute), Constant(encoder, size)));
        Assert.All(sizesOfParts, size => Assert.Equal(typeof(TransformerEncoderAttribute).GetProperty(size)!.GetValue(attribute), Constant(encoder, size) ?? 0));
        Assert.Equal(attribute.LayerNormEps, Constant(encoder, "LayerNormEps"));
        Assert.Equal(attribute.HiddenSize / attribute.NumAttentionHeads, Constant(encoder, "HeadSize"));
        Assert.Equal(attribute.MaxPositionEmbeddings - attribute.PositionOffset, Constant(encoder, "MaxTokens"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Memory_holds_the_weights_and_a_text(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        int weights = encoder.Model.Tensors.Where(pair => !pair.Key.Contains("word_embeddings") && !pair.Key.EndsWith("decoder.weight")).Sum(pair => pair.Value.Values.Length);

        // Padding to whole panels is what may come on top: for a head of 1 that is 15 columns.
        Assert.InRange(Convert.ToInt64(Constant(encoder, "WeightBytes")), 4L * weights, 20L * 4 * weights + 16_384);
        Assert.True(Convert.ToInt64(Constant(encoder, "WorkspaceBytes")) >= 4L * encoder.Shape.MaxTokens * encoder.Shape.HiddenSize);
    }

    /// <summary>Each narrow weight takes half or a quarter of the room, and scales and corrections a little.</summary>
    [Theory]
    [MemberData(nameof(NarrowEncoders.Names), MemberType = typeof(NarrowEncoders))]
    public void Narrow_weights_take_less_memory(string name)
    {
        EncoderCase narrow = EncoderCase.Named(name), wide = NarrowEncoders.WideOf(narrow);

        double part = (double)Convert.ToInt64(Constant(narrow, "WeightBytes")) / Convert.ToInt64(Constant(wide, "WeightBytes"));

        Assert.InRange(part, 0.25, 0.999);
        Assert.True(wide.Shape.HiddenSize != Minilm.HiddenSize || part <= (narrow.Attribute.Weights == WeightFormat.Int8 ? 0.32 : 0.58), $"{part:p0}");
    }

    [Theory]
    [InlineData(WeightFormat.Int8)]
    [InlineData(WeightFormat.BFloat16)]
    public void Every_architecture_is_met_with_narrow_weights(WeightFormat format) => Assert.Empty(
        EncoderCase.All.Select(encoder => encoder.Shape.ModelType).Except(["camembert", "xlm-roberta"])
            .Except(NarrowEncoders.All.Where(encoder => encoder.Attribute.Weights == format).Select(encoder => encoder.Shape.ModelType), StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void Every_architecture_is_met() => Assert.Empty(
        Enum.GetValues<ModelType>().Except([ModelType.Camembert, ModelType.XlmRoberta]).Except(ArchitectureCase.All.Select(one => one.Info.ModelType)).Except(EncoderCase.Classic.Select(encoder => encoder.Attribute.ModelType)));

    private static bool IsLoadable(Type type) =>
        type.IsClass && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ILoadable<>));

    private static void AssertAllPairs<TOne, TOther>(
        IEnumerable<TOne> ones, IEnumerable<TOther> others, Func<TransformerEncoderAttribute, (TOne, TOther)> pairOf) =>
        Assert.Empty(ones.SelectMany(one => others.Select(other => (one, other))).Except(EncoderCase.Classic.Select(encoder => pairOf(encoder.Attribute))));

    private static object? Constant(EncoderCase encoder, string name) =>
        encoder.Type.GetField(name, BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue();
}
