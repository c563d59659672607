using System.Buffers.Binary;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>What is written is read again, and the file has the format's outward form.</summary>
public sealed class SafetensorsTests : IDisposable
{
    private static readonly EncoderShape Shape = new()
    {
        HiddenSize = 12,
        NumHiddenLayers = 1,
        NumAttentionHeads = 2,
        IntermediateSize = 20,
        MaxPositionEmbeddings = 9,
        VocabSize = 11,
    };

    private readonly TempFolder _folder = new();
    private readonly string _path;

    public SafetensorsTests() => _path = _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WeightType.F32)]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void Weights_come_back_rounded(WeightType type)
    {
        RandomModel model = RandomModel.Create(Shape, seed: 5);
        model.Save(_path, type, prefix: "bert.");

        Dictionary<string, Tensor> read = SafetensorsReader.Read(_path);

        Assert.Equal(model.Tensors.Keys.Select(name => "bert." + name), read.Keys);
        Assert.All(model.Rounded(type).Tensors, pair =>
        {
            Assert.Equal(pair.Value.Shape, read["bert." + pair.Key].Shape);
            Assert.Equal(pair.Value.Values, read["bert." + pair.Key].Values);
        });
    }

    [Fact]
    public void Norms_may_have_their_old_names()
    {
        RandomModel model = RandomModel.Create(Shape, seed: 5);
        model.Save(_path, legacyNormNames: true);

        Dictionary<string, Tensor> read = SafetensorsReader.Read(_path);

        Assert.DoesNotContain(read.Keys, name => name.Contains("LayerNorm.weight") || name.Contains("LayerNorm.bias"));
        Assert.Equal(model.Tensors["embeddings.LayerNorm.weight"].Values, read["embeddings.LayerNorm.gamma"].Values);
        Assert.Equal(model.Tensors["embeddings.LayerNorm.bias"].Values, read["embeddings.LayerNorm.beta"].Values);
    }

    [Theory]
    [InlineData("bert", "Pooler", "embeddings.word_embeddings.weight", "pooler.dense.weight")]
    [InlineData("bert", "SequenceClassification", "bert.pooler.dense.weight", "classifier.weight")]
    [InlineData("bert", "MaskedLM", "bert.embeddings.word_embeddings.weight", "cls.predictions.bias")]
    [InlineData("camembert", "TokenClassification", "roberta.encoder.layer.0.output.dense.weight", "classifier.bias")]
    [InlineData("xlm-roberta", "SequenceClassification", "roberta.embeddings.LayerNorm.bias", "classifier.out_proj.weight")]
    [InlineData("distilbert", "SequenceClassification", "distilbert.transformer.layer.0.ffn.lin1.weight", "pre_classifier.weight")]
    [InlineData("mpnet", "MaskedLM", "mpnet.encoder.relative_attention_bias.weight", "lm_head.layer_norm.weight")]
    [InlineData("electra", "MaskedLM", "electra.embeddings_project.weight", "generator_lm_head.bias")]
    [InlineData("albert", "SequenceClassification", "albert.pooler.weight", "classifier.weight")]
    public void A_task_model_has_the_encoder_under_its_prefix_and_the_head_outside(string modelType, string head, params string[] names)
    {
        EncoderShape shape = Shape with { ModelType = modelType, Head = head, NumLabels = 2 };
        shape = modelType == "electra" ? shape with { EmbeddingSize = 5 } : shape;
        RandomModel model = RandomModel.Create(modelType == "mpnet" ? shape with { RelativeAttentionNumBuckets = 8 } : shape, seed: 5);
        model.Save(_path);

        Dictionary<string, Tensor> read = SafetensorsReader.Read(_path);

        Assert.Equal(model.Tensors.Count, read.Count);
        Assert.All(names, name => Assert.Contains(name, read.Keys));
    }

    [Fact]
    public void A_file_is_header_then_data_without_gaps()
    {
        RandomModel model = RandomModel.Create(Shape, seed: 5);
        model.Save(_path, WeightType.BF16);

        byte[] file = File.ReadAllBytes(_path);
        long header = BinaryPrimitives.ReadInt64LittleEndian(file);

        Assert.Equal(0, header % 8);
        Assert.Equal((byte)'{', file[8]);
        Assert.Equal(8 + header + 2 * model.Tensors.Values.Sum(tensor => tensor.Values.Length), file.Length);
    }

    [Theory]
    [InlineData(1.0f, 1.0f)]
    [InlineData(1.00390625f, 1.0f)] // 1 + 2^-8, halfway between 1 and 1 + 2^-7: to even, down.
    [InlineData(1.01171875f, 1.015625f)] // 1 + 3 * 2^-8, halfway: to even, up.
    [InlineData(-1.004f, -1.0078125f)] // Beyond halfway.
    public void BFloat16_rounds_to_nearest_even(float value, float expected)
    {
        SafetensorsWriter.Write(_path, WeightType.BF16, [("x", new Tensor([1], [value]))]);
        Assert.Equal(expected, SafetensorsReader.Read(_path)["x"].Values[0]);
    }
}
