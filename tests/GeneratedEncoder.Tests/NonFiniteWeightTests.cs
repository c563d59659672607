using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>NaN and infinity among the weights: loaded as they are, or refused by an option.</summary>
public sealed class NonFiniteWeightTests
{
    private static readonly EncoderOptions s_strict = new() { RefuseNonFiniteWeights = true };

    public static TheoryData<string> Names => EncoderCase.Names;

    /// <summary>One encoder of each newer architecture beside the classic ones.</summary>
    public static IEnumerable<object[]> Tensors =>
        from encoder in new[]
        {
            nameof(BertWordsUntied), nameof(Mpnet), nameof(ModernbertLayerTypes), nameof(NomicGegluBiases), nameof(GteClassifier), nameof(JinaCode),
            nameof(DebertaV2Conv), nameof(DebertaUnshared), nameof(T5Gated), nameof(Gemma),
            nameof(NiceGeluInt8), nameof(NiceGeluBFloat16), nameof(GemmaInt8), nameof(AlbertTwoGroupsInt8),
        }
        from tensor in EncoderCase.Named(encoder).UsedTensors
        where encoder != nameof(Mpnet) || tensor.Contains("relative", StringComparison.Ordinal)
        select new object[] { encoder, tensor };

    [Theory]
    [MemberData(nameof(Names))]
    public void Finite_weights_load_and_give_the_same_bits(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject lenient = Subject.Load(encoder), strict = Subject.Load(encoder, s_strict);
        Text text = Text.Random(encoder.Shape, seed: 1, tokens: 1);

        Bits.AssertSame(lenient.Encode(text), strict.Encode(text));
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void Any_tensor_with_one_is_refused_and_named(string name, string tensor)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        int last = encoder.Model.Tensors[tensor].Values.Length - 1;
        foreach ((int index, float value) in new[] { (0, float.NaN), (last, float.PositiveInfinity), (last / 2, float.NegativeInfinity) })
        {
            // Types are read by the same code whatever the architecture.
            foreach (WeightType type in encoder.Folder is null ? Enum.GetValues<WeightType>() : [WeightType.F16])
            {
                void Save(string path) => SafetensorsWriter.Write(path, type, encoder.Model.Tensors.Select(pair => (pair.Key, pair.Key == tensor ? With(pair.Value, index, value) : pair.Value)));

                Subject.Load(encoder, Save).Dispose();
                InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Subject.Load(encoder, Save, s_strict));

                Assert.Contains($"The tensor '{tensor}' in '", exception.Message);
                Assert.Contains($"holds {value} as its element {index}, and EncoderOptions.RefuseNonFiniteWeights refuses that.", exception.Message);
            }
        }
    }

    /// <summary>Of a table that stays in the file no row is read before a text has it, but all are looked at.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(81_000 * 52 - 1)]
    public void A_table_that_stays_in_the_file_is_looked_through(int index)
    {
        EncoderCase encoder = EncoderCase.Of<LargeVocabulary>();
        const string words = "embeddings.word_embeddings.weight";

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Subject.Load(
            encoder,
            path => SafetensorsWriter.Write(path, WeightType.F16, encoder.Model.Tensors.Select(pair => (pair.Key, pair.Key == words ? With(pair.Value, index, float.NaN) : pair.Value))),
            s_strict));

        Assert.Contains($"'{words}'", exception.Message);
        Assert.Contains($"its element {index},", exception.Message);
    }

    /// <summary>Taken into memory as it is, one reaches every token that has its row; a strict load refuses it.</summary>
    [Theory]
    [InlineData($"{nameof(OddGelu)}.Int8", float.PositiveInfinity)]
    [InlineData($"{nameof(OddGelu)}.Int8", float.NaN)]
    [InlineData($"{nameof(AlbertTwoGroups)}.BFloat16", float.NaN)]
    public void In_a_narrow_word_table(string name, float value)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        int row = 7, index = row * encoder.Words.Shape[1] + 3;
        void Save(string path) => SafetensorsWriter.Write(path, WeightType.F32, encoder.Model.Tensors.Select(pair => (pair.Key, ReferenceEquals(pair.Value, encoder.Words) ? With(pair.Value, index, value) : pair.Value)));
        using Subject lenient = Subject.Load(encoder, Save);

        Assert.All(lenient.Encode(Text.Random(encoder.Shape, seed: 1, tokens: 3) with { Ids = [row, row, row] }), hidden => Assert.True(float.IsNaN(hidden)));
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Subject.Load(encoder, Save, new EncoderOptions { RefuseNonFiniteWeights = true }));
        Assert.Contains($"word_embeddings.weight' in '", exception.Message);
        Assert.Contains($"holds {value} as its element {index},", exception.Message);
    }

    private static Tensor With(Tensor tensor, int index, float value)
    {
        Tensor changed = tensor with { Values = [.. tensor.Values] };
        changed.Values[index] = value;
        return changed;
    }
}
