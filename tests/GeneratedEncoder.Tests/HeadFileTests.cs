using System.Text.Json.Nodes;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>Where a head's tensors are looked for, and what is said when they are not there.</summary>
public sealed class HeadFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _path;

    public HeadFileTests() => _path = _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    /// <summary>The tensors that a model has for its head and that one without the head lacks.</summary>
    public static IEnumerable<object[]> Tensors =>
        from encoder in HeadEncoders.All
        from tensor in encoder.Model.Tensors.Keys.Except(RandomModel.Create(encoder.Shape with { Head = "None" }, seed: 1).Tensors.Keys)
        select new object[] { encoder.Name, tensor };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_missing_tensor_is_named_with_its_shape(string name, string tensor)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        JsonObject header = Header(encoder, out byte[] data);
        string key = header.Select(pair => pair.Key).Single(key => key == tensor || key.EndsWith("." + tensor, StringComparison.Ordinal));
        header.Remove(key);

        string message = Refused(encoder, header, data);

        Assert.Contains($"no tensor '{key}' (expected with shape [{string.Join(", ", encoder.Model.Tensors[tensor].Shape)}])", message);
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_of_another_shape_is_named_with_both_shapes(string name, string tensor)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        JsonObject header = Header(encoder, out byte[] data);
        string key = header.Select(pair => pair.Key).Single(key => key == tensor || key.EndsWith("." + tensor, StringComparison.Ordinal));
        int[] shape = encoder.Model.Tensors[tensor].Shape;
        header[key]!["shape"] = new JsonArray([1, .. shape.Select(dimension => JsonValue.Create(dimension))]);

        string message = Refused(encoder, header, data);

        Assert.Contains($"'{key}'", message);
        Assert.Contains($"has shape [1, {string.Join(", ", shape)}], but this encoder was compiled for [{string.Join(", ", shape)}].", message);
    }

    [Fact]
    public void Without_a_head_its_tensors_are_ignored()
    {
        EncoderCase encoder = EncoderCase.Of<OddGelu>();
        RandomModel task = RandomModel.Create(encoder.Shape with { Head = "SequenceClassification", NumLabels = 3 }, encoder.Model.Seed);
        using Subject expected = Subject.Load(encoder), actual = Subject.Load(encoder, path => task.Save(path));
        Text text = Text.Random(encoder.Shape, seed: 4, tokens: 9);

        Bits.AssertSame(expected.Encode(text), actual.Encode(text));
    }

    /// <summary>Many files hold the word table twice; the copy may even be another type's.</summary>
    [Fact]
    public void A_tied_decoders_copy_in_the_file_is_ignored()
    {
        EncoderCase encoder = EncoderCase.Of<BertWords>();
        AssertSameLogits(encoder, image => image.Append("cls.predictions.decoder.weight", "I64", [3], 24));
    }

    [Theory]
    [InlineData(nameof(BertWords), "cls.predictions.bias", "cls.predictions.decoder.bias")]
    [InlineData(nameof(RobertaWords), "lm_head.bias", "lm_head.decoder.bias")]
    public void A_decoders_bias_may_have_either_name(string name, string one, string other) =>
        AssertSameLogits(EncoderCase.Named(name), image =>
        {
            JsonNode entry = image.Header[one]!;
            image.Header.Remove(one);
            image.Header.Add(other, entry);
        });

    [Fact]
    public void A_heads_norm_may_have_its_names_of_2018()
    {
        EncoderCase encoder = EncoderCase.Of<BertWords>();
        using Subject expected = Subject.Load(encoder), actual = Subject.Load(encoder, path => encoder.Model.Save(path, legacyNormNames: true));
        Text text = Text.Random(encoder.Shape, seed: 4, tokens: 9);

        Bits.AssertSame(expected.Head!.One(text), actual.Head!.One(text));
    }

    /// <summary>Half the bytes, the same arithmetic: what is stored is exact in float32.</summary>
    [Theory]
    [InlineData(nameof(BertWords), WeightType.F16)]
    [InlineData(nameof(BertWords), WeightType.BF16)]
    [InlineData(nameof(BertWordsUntied), WeightType.BF16)]
    [InlineData(nameof(BertClassifier), WeightType.F16)]
    public void Heads_of_half_precision_give_the_bits_of_the_same_numbers_in_float32(string name, WeightType type)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject expected = Subject.Load(encoder, encoder.Model.Rounded(type)), actual = Subject.Load(encoder, path => encoder.Model.Save(path, type));
        Text text = Text.Random(encoder.Shape, seed: 4, tokens: 9);

        Bits.AssertSame(expected.Head!.One(text), actual.Head!.One(text));
    }

    /// <summary>A model saved from the encoder's own class has no prefix, and its pooler none either.</summary>
    [Theory]
    [InlineData(nameof(BertPooler), "")]
    [InlineData(nameof(BertPooler), "bert.")]
    [InlineData(nameof(BertClassifier), "")]
    public void An_encoder_under_another_prefix_gives_the_same(string name, string prefix)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject expected = Subject.Load(encoder), actual = Subject.Load(encoder, path => encoder.Model.Save(path, prefix: prefix));
        Text text = Text.Random(encoder.Shape, seed: 4, tokens: 9);

        Bits.AssertSame(expected.Head!.One(text), actual.Head!.One(text));
    }

    private static void AssertSameLogits(EncoderCase encoder, Action<SafetensorsImage> change)
    {
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model, prefix: null);
        change(image);
        using Subject expected = Subject.Load(encoder), actual = Subject.Load(encoder, path => File.WriteAllBytes(path, image.ToBytes()));
        Text text = Text.Random(encoder.Shape, seed: 4, tokens: 9);

        Bits.AssertSame(expected.Head!.One(text), actual.Head!.One(text));
    }

    private static JsonObject Header(EncoderCase encoder, out byte[] data)
    {
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model, prefix: null);
        data = image.Data;
        return image.Header;
    }

    private string Refused(EncoderCase encoder, JsonObject header, byte[] data)
    {
        File.WriteAllBytes(_path, SafetensorsImage.ToBytes(header.ToJsonString(), data));
        string message = Assert.Throws<InvalidDataException>(() => encoder.Load(_path, null)).Message;
        Assert.Contains(_path, message);
        return message;
    }
}
