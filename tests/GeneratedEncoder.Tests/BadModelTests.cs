using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>Sound safetensors files that hold another model than the encoder was compiled for: refused by the name of the tensor at fault.</summary>
public sealed class BadModelTests : IDisposable
{
    /// <summary>The first layer's queries, by which an encoder is found in a file, under each architecture's name.</summary>
    private static readonly Regex s_anchor = new(
        @"\.0\.(attention\.self\.query|attention\.q_lin|attention\.attn\.q|albert_layers\.0\.attention\.query|attention\.self\.query_proj|attention\.qkv_proj|attention\.q_proj|attn\.Wqkv|layer\.0\.SelfAttention\.q|self_attn\.q_proj)\.weight$");

    private static readonly Regex s_prefix = new(@"^(bert|deberta|new|model)\.");

    private readonly TempFolder _folder = new();
    private readonly string _path;

    public BadModelTests() => _path = _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    /// <summary>Each tensor of a pre-norm and of a post-norm encoder, and of those whose architecture has other names or other tensors: a few of each.</summary>
    public static IEnumerable<object[]> Tensors =>
        from encoder in new[]
        {
            EncoderCase.Of<Tiny>(), EncoderCase.Of<Smallest>(), EncoderCase.Of<OneHeadOf17>(),
            EncoderCase.Of<Distilbert>(), EncoderCase.Of<Mpnet>(), EncoderCase.Of<ElectraNarrow>(), EncoderCase.Of<AlbertTwoGroups>(),
            EncoderCase.Named(nameof(ModernbertLayerTypes)), EncoderCase.Named(nameof(ModernbertClassifierCls)), EncoderCase.Named(nameof(Nomic)),
            EncoderCase.Named(nameof(NomicUngated)), EncoderCase.Named(nameof(GteTypes)), EncoderCase.Named(nameof(GteClassifier)), EncoderCase.Named(nameof(GteWords)), EncoderCase.Named(nameof(GteUnpacked)),
            EncoderCase.Named(nameof(JinaCode)), EncoderCase.Named(nameof(JinaClassifier)), EncoderCase.Named(nameof(JinaOriginal)), EncoderCase.Named(nameof(DebertaV2Conv)),
            EncoderCase.Named(nameof(DebertaUnshared)), EncoderCase.Named(nameof(DebertaWords)), EncoderCase.Named(nameof(DebertaClassifier)),
            EncoderCase.Named(nameof(T5)), EncoderCase.Named(nameof(T5Gated)), EncoderCase.Named(nameof(Gemma)),
        }
        from tensor in encoder.UsedTensors
        select new object[] { encoder.Name, tensor };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_missing_tensor_is_named_with_its_shape(string name, string tensor)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        string prefix = encoder.Model.HasOwnNames ? "" : "bert.";
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model, prefix: prefix);
        image.Header.Remove(prefix + tensor);

        string message = Refused(encoder, image);

        // Without the tensor that tells where the encoder is, there is nothing to say a prefix or a shape about.
        bool anchor = s_anchor.IsMatch(tensor);
        Assert.Contains(anchor ? s_prefix.Replace(tensor, "") : $"no tensor '{prefix}{tensor}' (expected with shape {ShapeText(encoder.Model.Tensors[tensor].Shape)})", message);
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_of_another_shape_is_named_with_both_shapes(string name, string tensor)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        int[] shape = encoder.Model.Tensors[tensor].Shape;
        int[] larger = [shape[0] + 1, .. shape[1..]], deeper = [1, .. shape], flat = [shape.Aggregate((a, b) => a * b)];
        foreach (int[] other in new[] { larger, deeper, flat }.Where(other => !other.SequenceEqual(shape)))
        {
            SafetensorsImage image = SafetensorsImage.Of(encoder.Model);
            image.Append(tensor, "F32", [.. other.Select(dimension => (long)dimension)], 4 * other.Aggregate((a, b) => a * b));

            string message = Refused(encoder, image);

            Assert.Contains($"'{tensor}'", message);
            Assert.Contains($"has shape {ShapeText(other)}, but this encoder was compiled for {ShapeText(shape)}.", message);
        }
    }

    [Theory]
    [InlineData("embeddings.word_embeddings.weight", "I64", 8)]
    [InlineData("embeddings.position_embeddings.weight", "F64", 8)]
    [InlineData("embeddings.LayerNorm.bias", "F64", 8)]
    [InlineData("encoder.layer.0.attention.self.query.weight", "F64", 8)]
    [InlineData("encoder.layer.0.output.dense.bias", "I64", 8)]
    [InlineData("encoder.layer.0.output.dense.weight", "F8_E4M3", 1)]
    [InlineData("encoder.layer.0.intermediate.dense.weight", "f32", 4)]
    public void A_tensor_of_an_unsupported_type_is_named_with_the_type(string tensor, string dtype, int elementSize)
    {
        EncoderCase encoder = EncoderCase.Of<Tiny>();
        int[] shape = encoder.Model.Tensors[tensor].Shape;
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model);
        image.Append(tensor, dtype, [.. shape.Select(dimension => (long)dimension)], elementSize * shape.Aggregate((a, b) => a * b));

        Assert.Contains($"The tensor '{tensor}' in '{_path}' has type {dtype}; F32, F16 and BF16 are supported.", Refused(encoder, image));
    }

    [Fact]
    public void More_layers_than_the_encoder_was_compiled_for()
    {
        EncoderCase encoder = EncoderCase.Of<Tiny>();
        RandomModel deeper = RandomModel.Create(encoder.Shape with { NumHiddenLayers = 2 }, seed: 1);

        string message = Refused(encoder, SafetensorsImage.Of(deeper));

        Assert.Contains("'encoder.layer.1.attention.self.query.weight'", message);
        Assert.Contains("NumHiddenLayers = 1", message);
    }

    [Fact]
    public void Token_types_that_the_encoder_was_compiled_without()
    {
        EncoderCase encoder = EncoderCase.Of<Smallest>();
        RandomModel typed = RandomModel.Create(encoder.Shape with { TypeVocabSize = 2 }, seed: 1);

        string message = Refused(encoder, SafetensorsImage.Of(typed));

        Assert.Contains("'embeddings.token_type_embeddings.weight' of shape [2, 1]", message);
        Assert.Contains("TypeVocabSize = 0", message);
    }

    [Theory]
    [InlineData(nameof(Modernbert), "layers.5.attn.Wqkv.weight", "NumHiddenLayers = 5")]
    [InlineData(nameof(Nomic), "encoder.layers.2.attn.Wqkv.weight", "NumHiddenLayers = 2")]
    [InlineData(nameof(Gte), "new.encoder.layer.3.attention.qkv_proj.weight", "NumHiddenLayers = 3")]
    [InlineData(nameof(Gte), "new.embeddings.token_type_embeddings.weight", "TypeVocabSize = 0")]
    [InlineData(nameof(Jina), "encoder.layer.3.attention.self.query.weight", "NumHiddenLayers = 3")]
    [InlineData(nameof(DebertaV3), "deberta.encoder.layer.3.attention.self.query_proj.weight", "NumHiddenLayers = 3")]
    [InlineData(nameof(DebertaV3), "deberta.embeddings.token_type_embeddings.weight", "TypeVocabSize = 0")]
    [InlineData(nameof(T5), "encoder.block.3.layer.0.SelfAttention.q.weight", "NumHiddenLayers = 3")]
    [InlineData(nameof(Gemma), "layers.4.self_attn.q_proj.weight", "NumHiddenLayers = 4")]
    public void Tensors_of_a_larger_model_of_a_newer_architecture(string name, string tensor, string compiled)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model);
        image.Append(tensor, "F32", [2, encoder.Shape.HiddenSize], 8 * encoder.Shape.HiddenSize);

        string message = Refused(encoder, image);

        Assert.Contains($"'{tensor}'", message);
        Assert.Contains(compiled, message);
    }

    /// <summary>A layout of its own has the same sizes, but other names.</summary>
    [Theory]
    [InlineData(nameof(Jina), nameof(JinaCode))]
    [InlineData(nameof(Nomic), nameof(NomicUngated))]
    [InlineData(nameof(T5), nameof(T5Gated))]
    [InlineData(nameof(DebertaV3), nameof(DebertaUnshared))]
    [InlineData(nameof(Modernbert), nameof(Nomic))]
    public void A_file_of_another_variant_is_refused(string name, string other)
    {
        EncoderCase encoder = EncoderCase.Named(name);

        Refused(encoder, SafetensorsImage.Of(EncoderCase.Named(other).Model));
    }

    [Fact]
    public void More_sets_of_layer_weights_than_the_encoder_was_compiled_for()
    {
        EncoderCase encoder = EncoderCase.Of<AlbertTwoGroups>();
        RandomModel more = RandomModel.Create(encoder.Shape with { NumHiddenGroups = 4 }, seed: 1);

        string message = Refused(encoder, SafetensorsImage.Of(more));

        Assert.Contains("'encoder.albert_layer_groups.2.albert_layers.0.attention.query.weight'", message);
        Assert.Contains("NumHiddenGroups = 2", message);
    }

    [Fact]
    public void Groups_of_more_than_one_layer()
    {
        EncoderCase encoder = EncoderCase.Of<AlbertTwoGroups>();
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model);
        image.Append("encoder.albert_layer_groups.0.albert_layers.1.attention.query.weight", "F32", [52, 52], 4 * 52 * 52);

        Assert.Contains("inner_group_num", Refused(encoder, image));
    }

    [Theory]
    [InlineData("query_encoder.", "passage_encoder.")]
    [InlineData("bert.", "roberta.")]
    public void Two_encoders_in_one_file(string one, string other)
    {
        EncoderCase encoder = EncoderCase.Of<Smallest>();
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model, prefix: one);
        foreach ((string name, JsonNode? entry) in SafetensorsImage.Of(encoder.Model, prefix: other).Header)
        {
            long[] offsets = [.. entry!["data_offsets"]!.AsArray().Select(offset => offset!.GetValue<long>() + image.Data.Length)];
            image.Header.Add(name, SafetensorsImage.Entry("F32", [.. entry["shape"]!.AsArray().Select(d => d!.GetValue<long>())], offsets[0], offsets[1]));
        }

        image.Data = [.. image.Data, .. image.Data];

        string message = Refused(encoder, image);

        Assert.Contains(one + "encoder.layer.0", message);
        Assert.Contains(other + "encoder.layer.0", message);
    }

    /// <summary>A file may be refused at three stages: its header, its tensors' names, and while its weights are packed.</summary>
    [SkippableTheory]
    [InlineData("header")]
    [InlineData("names")]
    [InlineData("weights")]
    public void A_refused_file_is_not_kept_open(string stage)
    {
        Skip.IfNot(OpenFiles.AreKnown, "This system does not list what a process has open.");
        EncoderCase encoder = EncoderCase.Of<Tiny>();
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model);
        image.Header.Remove(stage == "names" ? "encoder.layer.0.attention.self.query.weight" : "encoder.layer.0.output.LayerNorm.bias");
        if (stage == "header")
        {
            image.Data = [];
        }
        else if (stage == "weights")
        {
            image.Header.Remove("encoder.layer.0.output.dense.bias");
        }

        Refused(encoder, image);
        Assert.False(OpenFiles.Contain(_path));

        encoder.Model.Save(_path);
        using (Tiny.Load(_path))
        {
            Assert.True(OpenFiles.Contain(_path)); // The search above does find what is open.
        }

        Assert.False(OpenFiles.Contain(_path));
    }

    /// <summary>Where an open file can't be replaced, this fails if the refused one were still open.</summary>
    [Fact]
    public void A_refused_file_can_be_replaced_by_a_good_one()
    {
        EncoderCase encoder = EncoderCase.Of<Tiny>();
        SafetensorsImage image = SafetensorsImage.Of(encoder.Model);
        image.Header.Remove("encoder.layer.0.output.dense.bias");
        Refused(encoder, image);

        File.Delete(_path);
        encoder.Model.Save(_path);

        Tiny.Load(_path).Dispose();
    }

    private string Refused(EncoderCase encoder, SafetensorsImage image)
    {
        File.WriteAllBytes(_path, image.ToBytes());
        string message = Assert.Throws<InvalidDataException>(() => encoder.Load(_path, null)).Message;
        Assert.Contains(_path, message);
        return message;
    }

    private static string ShapeText(int[] shape) => $"[{string.Join(", ", shape)}]";
}
