using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>The tensors that each architecture's encoders load, against names written down from files in the wild.</summary>
public sealed class TensorListTests
{
    private static readonly EncoderSpec s_small = new()
    {
        Type = new TypeSpec { Namespace = "", Containers = default, Declaration = "partial class X", Name = "X", FullName = "X", NotPartial = null, Unsupported = null },
        Given = default,
        HiddenSize = 6,
        NumAttentionHeads = 3,
        NumHiddenLayers = 2,
        IntermediateSize = 5,
        MaxPositionEmbeddings = 9,
        VocabSize = 7,
        TypeVocabSize = 2,
    };

    [Fact]
    public void Bert() => AssertNames(s_small,
        """
        embeddings.word_embeddings.weight [7, 6]
        embeddings.position_embeddings.weight [9, 6]
        embeddings.token_type_embeddings.weight [2, 6]
        embeddings.LayerNorm.weight [6] or embeddings.LayerNorm.gamma
        embeddings.LayerNorm.bias [6] or embeddings.LayerNorm.beta
        """,
        """
        encoder.layer.#.attention.self.query.weight [6, 6]
        encoder.layer.#.attention.self.query.bias [6]
        encoder.layer.#.attention.self.key.weight [6, 6]
        encoder.layer.#.attention.self.key.bias [6]
        encoder.layer.#.attention.self.value.weight [6, 6]
        encoder.layer.#.attention.self.value.bias [6]
        encoder.layer.#.attention.output.dense.weight [6, 6]
        encoder.layer.#.attention.output.dense.bias [6]
        encoder.layer.#.attention.output.LayerNorm.weight [6] or encoder.layer.#.attention.output.LayerNorm.gamma
        encoder.layer.#.attention.output.LayerNorm.bias [6] or encoder.layer.#.attention.output.LayerNorm.beta
        encoder.layer.#.intermediate.dense.weight [5, 6]
        encoder.layer.#.intermediate.dense.bias [5]
        encoder.layer.#.output.dense.weight [6, 5]
        encoder.layer.#.output.dense.bias [6]
        encoder.layer.#.output.LayerNorm.weight [6] or encoder.layer.#.output.LayerNorm.gamma
        encoder.layer.#.output.LayerNorm.bias [6] or encoder.layer.#.output.LayerNorm.beta
        """);

    [Fact]
    public void Roberta_and_its_kin_have_Berts_names() => Assert.All(
        new[] { ModelType.Roberta, ModelType.Camembert, ModelType.XlmRoberta, ModelType.Electra },
        type => Assert.Equal(TensorList.For(s_small), TensorList.For(s_small with { ModelType = type })));

    [Fact]
    public void Roberta_with_the_norms_before_the_sub_layers()
    {
        string[] names = [.. TensorList.For(s_small with { ModelType = ModelType.Roberta, NormPlacement = NormPlacement.Pre }).Select(tensor => tensor.Name)];

        Assert.Contains("encoder.layer.1.attention.LayerNorm.weight", names);
        Assert.Contains("encoder.layer.1.intermediate.LayerNorm.bias", names);
        Assert.Equal(["LayerNorm.weight", "LayerNorm.bias"], names[^2..]);
        Assert.DoesNotContain("encoder.layer.1.output.LayerNorm.weight", names);
    }

    [Fact]
    public void DistilBert() => AssertNames(s_small with { ModelType = ModelType.DistilBert, TypeVocabSize = 0 },
        """
        embeddings.word_embeddings.weight [7, 6]
        embeddings.position_embeddings.weight [9, 6]
        embeddings.LayerNorm.weight [6] or embeddings.LayerNorm.gamma
        embeddings.LayerNorm.bias [6] or embeddings.LayerNorm.beta
        """,
        """
        transformer.layer.#.attention.q_lin.weight [6, 6]
        transformer.layer.#.attention.q_lin.bias [6]
        transformer.layer.#.attention.k_lin.weight [6, 6]
        transformer.layer.#.attention.k_lin.bias [6]
        transformer.layer.#.attention.v_lin.weight [6, 6]
        transformer.layer.#.attention.v_lin.bias [6]
        transformer.layer.#.attention.out_lin.weight [6, 6]
        transformer.layer.#.attention.out_lin.bias [6]
        transformer.layer.#.sa_layer_norm.weight [6] or transformer.layer.#.sa_layer_norm.gamma
        transformer.layer.#.sa_layer_norm.bias [6] or transformer.layer.#.sa_layer_norm.beta
        transformer.layer.#.ffn.lin1.weight [5, 6]
        transformer.layer.#.ffn.lin1.bias [5]
        transformer.layer.#.ffn.lin2.weight [6, 5]
        transformer.layer.#.ffn.lin2.bias [6]
        transformer.layer.#.output_layer_norm.weight [6] or transformer.layer.#.output_layer_norm.gamma
        transformer.layer.#.output_layer_norm.bias [6] or transformer.layer.#.output_layer_norm.beta
        """);

    [Fact]
    public void MPNet() => AssertNames(s_small with { ModelType = ModelType.MPNet, TypeVocabSize = 0, RelativeAttentionNumBuckets = 32 },
        """
        embeddings.word_embeddings.weight [7, 6]
        embeddings.position_embeddings.weight [9, 6]
        embeddings.LayerNorm.weight [6] or embeddings.LayerNorm.gamma
        embeddings.LayerNorm.bias [6] or embeddings.LayerNorm.beta
        encoder.relative_attention_bias.weight [32, 3]
        """,
        """
        encoder.layer.#.attention.attn.q.weight [6, 6]
        encoder.layer.#.attention.attn.q.bias [6]
        encoder.layer.#.attention.attn.k.weight [6, 6]
        encoder.layer.#.attention.attn.k.bias [6]
        encoder.layer.#.attention.attn.v.weight [6, 6]
        encoder.layer.#.attention.attn.v.bias [6]
        encoder.layer.#.attention.attn.o.weight [6, 6]
        encoder.layer.#.attention.attn.o.bias [6]
        encoder.layer.#.attention.LayerNorm.weight [6] or encoder.layer.#.attention.LayerNorm.gamma
        encoder.layer.#.attention.LayerNorm.bias [6] or encoder.layer.#.attention.LayerNorm.beta
        encoder.layer.#.intermediate.dense.weight [5, 6]
        encoder.layer.#.intermediate.dense.bias [5]
        encoder.layer.#.output.dense.weight [6, 5]
        encoder.layer.#.output.dense.bias [6]
        encoder.layer.#.output.LayerNorm.weight [6] or encoder.layer.#.output.LayerNorm.gamma
        encoder.layer.#.output.LayerNorm.bias [6] or encoder.layer.#.output.LayerNorm.beta
        """);

    [Fact]
    public void Electra_with_narrow_embeddings()
    {
        string[] narrow = [.. TensorList.For(s_small with { ModelType = ModelType.Electra, EmbeddingSize = 4 }).Select(Text)];

        Assert.Equal(
        [
            "embeddings.word_embeddings.weight [7, 4]",
            "embeddings.position_embeddings.weight [9, 4]",
            "embeddings.token_type_embeddings.weight [2, 4]",
            "embeddings.LayerNorm.weight [4] or embeddings.LayerNorm.gamma",
            "embeddings.LayerNorm.bias [4] or embeddings.LayerNorm.beta",
            "embeddings_project.weight [6, 4]",
            "embeddings_project.bias [6]",
        ], narrow[..7]);
        Assert.Equal(TensorList.For(s_small).Select(Text).Skip(5), narrow[7..]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Albert(int groups) => AssertNames(s_small with { ModelType = ModelType.Albert, EmbeddingSize = 4, NumHiddenGroups = groups },
        """
        embeddings.word_embeddings.weight [7, 4]
        embeddings.position_embeddings.weight [9, 4]
        embeddings.token_type_embeddings.weight [2, 4]
        embeddings.LayerNorm.weight [4] or embeddings.LayerNorm.gamma
        embeddings.LayerNorm.bias [4] or embeddings.LayerNorm.beta
        encoder.embedding_hidden_mapping_in.weight [6, 4]
        encoder.embedding_hidden_mapping_in.bias [6]
        """,
        """
        encoder.albert_layer_groups.#.albert_layers.0.attention.query.weight [6, 6]
        encoder.albert_layer_groups.#.albert_layers.0.attention.query.bias [6]
        encoder.albert_layer_groups.#.albert_layers.0.attention.key.weight [6, 6]
        encoder.albert_layer_groups.#.albert_layers.0.attention.key.bias [6]
        encoder.albert_layer_groups.#.albert_layers.0.attention.value.weight [6, 6]
        encoder.albert_layer_groups.#.albert_layers.0.attention.value.bias [6]
        encoder.albert_layer_groups.#.albert_layers.0.attention.dense.weight [6, 6]
        encoder.albert_layer_groups.#.albert_layers.0.attention.dense.bias [6]
        encoder.albert_layer_groups.#.albert_layers.0.attention.LayerNorm.weight [6] or encoder.albert_layer_groups.#.albert_layers.0.attention.LayerNorm.gamma
        encoder.albert_layer_groups.#.albert_layers.0.attention.LayerNorm.bias [6] or encoder.albert_layer_groups.#.albert_layers.0.attention.LayerNorm.beta
        encoder.albert_layer_groups.#.albert_layers.0.ffn.weight [5, 6]
        encoder.albert_layer_groups.#.albert_layers.0.ffn.bias [5]
        encoder.albert_layer_groups.#.albert_layers.0.ffn_output.weight [6, 5]
        encoder.albert_layer_groups.#.albert_layers.0.ffn_output.bias [6]
        encoder.albert_layer_groups.#.albert_layers.0.full_layer_layer_norm.weight [6] or encoder.albert_layer_groups.#.albert_layers.0.full_layer_layer_norm.gamma
        encoder.albert_layer_groups.#.albert_layers.0.full_layer_layer_norm.bias [6] or encoder.albert_layer_groups.#.albert_layers.0.full_layer_layer_norm.beta
        """, groups);

    [Fact]
    public void Tensors_that_show_another_encoder()
    {
        Assert.Equal(["encoder.layer.2.attention.self.query.weight"], Refused(s_small));
        Assert.Equal(["embeddings.token_type_embeddings.weight", "encoder.layer.2.attention.self.query.weight"], Refused(s_small with { TypeVocabSize = 0 }));
        Assert.Equal(["transformer.layer.2.attention.q_lin.weight"], Refused(s_small with { ModelType = ModelType.DistilBert, TypeVocabSize = 0 }));
        Assert.Equal(
            ["encoder.albert_layer_groups.1.albert_layers.0.attention.query.weight", "encoder.albert_layer_groups.0.albert_layers.1.attention.query.weight"],
            Refused(s_small with { ModelType = ModelType.Albert, NumHiddenGroups = 1 }));
    }

    private static IEnumerable<string> Refused(EncoderSpec spec) => TensorList.Refused(spec).Select(tensor => tensor.Name);

    /// <summary>Checks the tensors before the layers, and those of two sets of layer weights, # being their number.</summary>
    private static void AssertNames(EncoderSpec spec, string before, string layer, int sets = 2)
    {
        IEnumerable<string> expected = Enumerable.Range(0, sets).Select(set => layer.Replace("#", $"{set}")).Prepend(before).SelectMany(text => text.Split('\n'));
        Assert.Equal(expected, TensorList.For(spec).Select(Text));
    }

    private static string Text(ExpectedTensor tensor) =>
        $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]{(tensor.LegacyName is { } legacy ? $" or {legacy}" : "")}";
}
