using System.Text.Json.Nodes;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>The same model in every form that a file may have gives the same bits.</summary>
public sealed class GoodFileTests
{
    private static readonly EncoderCase s_case = EncoderCase.Of<OddGelu>();
    private static readonly Text s_text = Text.Random(s_case.Shape, seed: 4, tokens: 11);

    [Theory]
    [InlineData("bert.")]
    [InlineData("roberta.")]
    [InlineData("camembert.")]
    [InlineData("xlm-roberta.")]
    [InlineData("electra.")]
    [InlineData("model.")]
    [InlineData("my.model.")]
    [InlineData("0.auto_model.")]
    public void Names_may_have_a_prefix(string prefix) => AssertSameBits(path => s_case.Model.Save(path, prefix: prefix));

    [Theory]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void Weights_of_16_bits_are_read_exactly(WeightType type)
    {
        RandomModel rounded = s_case.Model.Rounded(type);
        using Subject unrounded = Subject.Load(s_case), expected = Subject.Load(s_case, rounded);
        using Subject actual = Subject.Load(s_case, path => s_case.Model.Save(path, type));

        Bits.AssertSame(expected.Encode(s_text), actual.Encode(s_text));
        Assert.False(Bits.AreSame(unrounded.Encode(s_text), actual.Encode(s_text)), "Rounding the weights changed nothing.");
    }

    /// <summary>A T5's word table is the whole model's, or an encoder's that was saved alone.</summary>
    [Theory]
    [InlineData(nameof(T5), "shared.weight", "encoder.embed_tokens.weight")]
    [InlineData(nameof(SentenceT5), "encoder.embed_tokens.weight", "shared.weight")]
    public void The_word_table_of_T5_may_have_either_name(string name, string stored, string other)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model);
        JsonNode entry = image.Header[stored]!;
        image.Header.Remove(stored);
        image.Header.Add(other, entry);
        Text text = Text.Random(encoder.Shape, seed: 4, tokens: 11);

        using Subject expected = Subject.Load(encoder), actual = Subject.Load(encoder, path => File.WriteAllBytes(path, image.ToBytes()));

        Bits.AssertSame(expected.Encode(text), actual.Encode(text));
    }

    [Fact]
    public void Norms_may_be_called_gamma_and_beta() => AssertSameBits(path => s_case.Model.Save(path, legacyNormNames: true));

    /// <summary>Only the writers of the reference implementation align the data; the format does not ask for it.</summary>
    [Theory]
    [InlineData(WeightType.F32, 1)]
    [InlineData(WeightType.F32, 2)]
    [InlineData(WeightType.F32, 7)]
    [InlineData(WeightType.F16, 1)]
    [InlineData(WeightType.BF16, 3)]
    public void The_data_may_start_anywhere(WeightType type, int alignment)
    {
        SafetensorsImage image = SafetensorsImage.Of(s_case.Model, type);
        byte[] file = image.ToBytes(alignment);
        Assert.Equal(alignment, (file.Length - image.Data.Length) % 8);

        AssertSameBits(path => File.WriteAllBytes(path, file), s_case.Model.Rounded(type));
    }

    /// <summary>As in published models: position ids of integers, a pooler, a classifier, metadata; and the order means nothing.</summary>
    [Fact]
    public void Tensors_that_the_encoder_does_not_use_are_left_alone()
    {
        SafetensorsImage image = SafetensorsImage.Of(s_case.Model);
        image.Append("embeddings.position_ids", "I64", [1, 64], 8 * 64);
        image.Append("pooler.dense.weight", "F32", [52, 52], 4 * 52 * 52);
        image.Append("classifier.weight", "F8_E4M3", [2, 52], 2 * 52);
        image.Append("nothing", "F32", [0, 5], 0);
        image.Append("one", "F32", [], 4);
        image.Header.Add("__metadata__", new JsonObject { ["format"] = "pt" });
        foreach (string name in image.Header.Select(pair => pair.Key).Order(StringComparer.Ordinal).Reverse().ToArray())
        {
            JsonNode entry = image.Header[name]!;
            image.Header.Remove(name);
            image.Header.Add(name, entry);
        }

        AssertSameBits(path => File.WriteAllBytes(path, image.ToBytes()));
    }

    [Fact]
    public void A_file_may_be_loaded_many_times_at_once()
    {
        using TempFolder folder = new();
        s_case.Model.Save(folder["model.safetensors"]);
        using OddGelu one = OddGelu.Load(folder["model.safetensors"]), other = OddGelu.Load(folder["model.safetensors"]);
        float[] first = new float[11 * OddGelu.HiddenSize], second = new float[11 * OddGelu.HiddenSize];

        one.Encode(s_text.Ids, first);
        one.Dispose();
        other.Encode(s_text.Ids, second);

        Bits.AssertSame(first, second);
    }

    private static void AssertSameBits(Action<string> save, RandomModel? model = null)
    {
        using Subject expected = Subject.Load(s_case, model ?? s_case.Model), actual = Subject.Load(s_case, save);
        Bits.AssertSame(expected.Encode(s_text), actual.Encode(s_text));
    }
}
