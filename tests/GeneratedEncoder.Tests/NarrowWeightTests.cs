using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>Encoders with narrow weights beside those of the same weights in 32 bits, which are compared with double precision.</summary>
public sealed class NarrowWeightTests(ITestOutputHelper output)
{
    /// <summary>Twice what was measured as the worst of these encoders.</summary>
    private const double Int8Error = 0.13, BFloat16Error = 0.02;

    private static readonly int[] s_lengths = [1, 7, 16, 33];

    public static TheoryData<string> BFloat16Names => [.. NarrowEncoders.NamesOf(WeightFormat.BFloat16)];

    /// <summary>Classic ones, whose tensors' names say which are a layer's.</summary>
    public static TheoryData<string, WeightType> ClassicNamesAndTypes
    {
        get
        {
            TheoryData<string, WeightType> cases = [];
            foreach (EncoderCase encoder in NarrowEncoders.Classic.Where(encoder => encoder.Attribute.Weights == WeightFormat.BFloat16))
            {
                cases.Add(encoder.Name, WeightType.F32);
                cases.Add(encoder.Name, WeightType.F16);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(NarrowEncoders.Names), MemberType = typeof(NarrowEncoders))]
    public void Hidden_states_are_close_to_those_of_wide_weights(string name)
    {
        EncoderCase narrow = EncoderCase.Named(name), wide = NarrowEncoders.WideOf(narrow);
        using Subject subject = Subject.Load(narrow), reference = Subject.Load(wide);

        double worst = Texts(narrow).Max(text => RelativeError(subject.Encode(text), reference.Encode(text)));

        output.WriteLine($"{name}: largest relative error {worst:e2}");
        if (narrow.Attribute.Weights == WeightFormat.BFloat16 && narrow.Model.Tensors.Values.All(HasSixteenBits))
        {
            Assert.Equal(0, worst);
            return;
        }

        Assert.InRange(worst, 1e-6, narrow.Attribute.Weights == WeightFormat.Int8 ? Int8Error : BFloat16Error);
    }

    /// <summary>Nothing is rounded, and no scale is folded into weights that would have to be rounded anew.</summary>
    [Theory]
    [MemberData(nameof(BFloat16Names))]
    public void Of_a_file_of_16_bits_they_give_the_bits_of_wide_weights(string name)
    {
        EncoderCase narrow = EncoderCase.Named(name), wide = NarrowEncoders.WideOf(narrow);
        using Subject subject = Subject.Load(narrow, path => narrow.Model.Save(path, WeightType.BF16)), reference = Subject.Load(wide, path => wide.Model.Save(path, WeightType.BF16));
        foreach (Text text in Texts(narrow))
        {
            Bits.AssertSame(reference.Encode(text), subject.Encode(text), $"{text.Tokens} tokens.");
            Bits.AssertSame(reference.Embed(text), subject.Embed(text), $"{text.Tokens} tokens.");
        }
    }

    /// <summary>Layers' weights are rounded as they are read, and nothing else is.</summary>
    [Theory]
    [MemberData(nameof(ClassicNamesAndTypes))]
    public void Of_other_files_they_give_the_bits_of_weights_that_were_rounded_before(string name, WeightType type)
    {
        EncoderCase narrow = EncoderCase.Named(name), wide = NarrowEncoders.WideOf(narrow);
        RandomModel stored = narrow.Model.Rounded(type), rounded = stored.Rounded(WeightType.BF16);
        IEnumerable<(string, Tensor)> tensors = stored.Tensors.Select(pair => (pair.Key, IsRounded(pair.Key, pair.Value) ? rounded.Tensors[pair.Key] : pair.Value));
        using Subject subject = Subject.Load(narrow, path => SafetensorsWriter.Write(path, type, narrow.Model.Tensors.Select(pair => (pair.Key, pair.Value))));
        using Subject reference = Subject.Load(wide, path => SafetensorsWriter.Write(path, WeightType.F32, tensors)), unrounded = Subject.Load(wide, stored);
        foreach (Text text in Texts(narrow))
        {
            float[] hidden = subject.Encode(text);
            Bits.AssertSame(reference.Encode(text), hidden, $"{text.Tokens} tokens.");
            Assert.False(Bits.AreSame(unrounded.Encode(text), hidden), "Rounding the weights changed nothing.");
        }
    }

    /// <summary>Loaded as it is, one reaches every token, whatever the format; NonFiniteWeightTests see that it is refused where that is asked for.</summary>
    [Theory]
    [InlineData(nameof(NiceGeluInt8), float.NaN)]
    [InlineData(nameof(NiceGeluInt8), float.NegativeInfinity)]
    [InlineData(nameof(HeadsOf25Int8), float.NaN)]
    [InlineData(nameof(NiceGeluBFloat16), float.NaN)]
    public void A_weight_that_is_no_finite_number_is_not_lost(string name, float value)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        string tensor = encoder.Model.Tensors.Keys.First(key => key.EndsWith("output.dense.weight", StringComparison.Ordinal));
        Tensor changed = encoder.Model.Tensors[tensor] with { Values = [.. encoder.Model.Tensors[tensor].Values] };
        changed.Values[changed.Values.Length / 2] = value;
        using Subject subject = Subject.Load(encoder, path => SafetensorsWriter.Write(path, WeightType.F32, encoder.Model.Tensors.Select(pair => (pair.Key, pair.Key == tensor ? changed : pair.Value))));

        Assert.All(subject.Encode(Text.Random(encoder.Shape, seed: 3, tokens: 5)), hidden => Assert.True(float.IsNaN(hidden)));
    }

    private static IEnumerable<Text> Texts(EncoderCase encoder) =>
        s_lengths.Select(tokens => Text.Random(encoder.Shape, seed: (ulong)tokens, Math.Min(tokens, encoder.Shape.MaxTokens)));

    /// <summary>Matrices of layers, and of the projection of embeddings; not the queries' ones, which stay as they are, a relative bias or a head.</summary>
    private static bool IsRounded(string name, Tensor tensor) => tensor.Shape.Length == 2
        && (name.Contains("layer", StringComparison.Ordinal) || name.Contains("embedding_hidden_mapping_in", StringComparison.Ordinal) || name.Contains("embeddings_project", StringComparison.Ordinal))
        && !new[] { "relative", ".query.", ".q.", ".q_lin." }.Any(part => name.Contains(part, StringComparison.Ordinal));

    /// <summary>Whether a folder's file has it in bfloat16.</summary>
    private static bool HasSixteenBits(Tensor tensor) => tensor.Values.All(value => (ushort)BitConverter.SingleToUInt32Bits(value) == 0);

    private static double RelativeError(float[] actual, float[] expected)
    {
        double error = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            error += Math.Pow((double)actual[i] - expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(error / norm);
    }
}
