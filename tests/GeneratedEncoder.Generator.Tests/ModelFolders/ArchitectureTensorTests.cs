using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Diagnostics;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>The tensors that the newer architectures' encoders load, against names written down from files in the wild, and what is said where a file has others.</summary>
public sealed class ArchitectureTensorTests
{
    /// <summary>A folder of each layout.</summary>
    public static TheoryData<string> Layouts =>
    [
        "modernbert-classifier", "modernbert-layer-types", "nomic", "nomic-ungated", "gte-types", "gte-classifier", "gte-words", "jina", "jina-classifier", "jina-code",
        "jina-original", "jina-words", "gte-unpacked", "deberta-absolute", "deberta-deep", "modernbert-deep", "gemma-deep", "deberta-v3", "deberta-v2-conv", "deberta-unshared", "deberta-labeller", "deberta-words", "t5", "t5-gated", "gemma",
    ];

    [Fact]
    public void ModernBert() => AssertNames("modernbert-classifier",
        """
        embeddings.tok_embeddings.weight [67, 36]
        embeddings.norm.weight [36]
        final_norm.weight [36]
        head.dense.weight [36, 36]
        head.norm.weight [36]
        classifier.weight [3, 36]
        classifier.bias [3]
        """,
        """
        layers.#.attn_norm.weight [36]
        layers.#.attn.Wqkv.weight [108, 36]
        layers.#.attn.Wo.weight [36, 36]
        layers.#.mlp_norm.weight [36]
        layers.#.mlp.Wi.weight [102, 36]
        layers.#.mlp.Wo.weight [36, 51]
        """, "layers.0.attn_norm.weight [36]");

    [Fact]
    public void ModernBert_with_biases_and_a_language_models_head() => AssertNames("modernbert-layer-types",
        """
        embeddings.tok_embeddings.weight [67, 36]
        embeddings.norm.weight [36]
        embeddings.norm.bias [36]
        final_norm.weight [36]
        final_norm.bias [36]
        head.dense.weight [36, 36]
        head.dense.bias [36]
        head.norm.weight [36]
        head.norm.bias [36]
        decoder.bias [67]
        """,
        """
        layers.#.attn_norm.weight [36]
        layers.#.attn_norm.bias [36]
        layers.#.attn.Wqkv.weight [108, 36]
        layers.#.attn.Wqkv.bias [108]
        layers.#.attn.Wo.weight [36, 36]
        layers.#.attn.Wo.bias [36]
        layers.#.mlp_norm.weight [36]
        layers.#.mlp_norm.bias [36]
        layers.#.mlp.Wi.weight [106, 36]
        layers.#.mlp.Wi.bias [106]
        layers.#.mlp.Wo.weight [36, 53]
        layers.#.mlp.Wo.bias [36]
        """, "layers.0.attn_norm.weight [36]", "layers.0.attn_norm.bias [36]");

    [Fact]
    public void NomicBert() => AssertNames("nomic",
        """
        embeddings.word_embeddings.weight [72, 36]
        embeddings.token_type_embeddings.weight [2, 36]
        emb_ln.weight [36]
        emb_ln.bias [36]
        """,
        """
        encoder.layers.#.attn.Wqkv.weight [108, 36]
        encoder.layers.#.attn.out_proj.weight [36, 36]
        encoder.layers.#.norm1.weight [36]
        encoder.layers.#.norm1.bias [36]
        encoder.layers.#.mlp.fc11.weight [256, 36]
        encoder.layers.#.mlp.fc12.weight [256, 36]
        encoder.layers.#.mlp.fc2.weight [36, 256]
        encoder.layers.#.norm2.weight [36]
        encoder.layers.#.norm2.bias [36]
        """);

    [Fact]
    public void NomicBert_without_a_gate() => AssertNames("nomic-ungated",
        """
        embeddings.word_embeddings.weight [72, 40]
        embeddings.token_type_embeddings.weight [1, 40]
        emb_ln.weight [40]
        emb_ln.bias [40]
        """,
        """
        encoder.layers.#.attn.Wqkv.weight [120, 40]
        encoder.layers.#.attn.Wqkv.bias [120]
        encoder.layers.#.attn.out_proj.weight [40, 40]
        encoder.layers.#.attn.out_proj.bias [40]
        encoder.layers.#.norm1.weight [40]
        encoder.layers.#.norm1.bias [40]
        encoder.layers.#.mlp.fc1.weight [77, 40]
        encoder.layers.#.mlp.fc1.bias [77]
        encoder.layers.#.mlp.fc2.weight [40, 77]
        encoder.layers.#.mlp.fc2.bias [40]
        encoder.layers.#.norm2.weight [40]
        encoder.layers.#.norm2.bias [40]
        """);

    [Fact]
    public void Gte() => AssertNames("gte-classifier",
        """
        embeddings.word_embeddings.weight [73, 36]
        embeddings.LayerNorm.weight [36]
        embeddings.LayerNorm.bias [36]
        pooler.dense.weight [36, 36]
        pooler.dense.bias [36]
        classifier.weight [3, 36]
        classifier.bias [3]
        """,
        """
        encoder.layer.#.attention.qkv_proj.weight [108, 36]
        encoder.layer.#.attention.qkv_proj.bias [108]
        encoder.layer.#.attention.o_proj.weight [36, 36]
        encoder.layer.#.attention.o_proj.bias [36]
        encoder.layer.#.attn_ln.weight [36]
        encoder.layer.#.attn_ln.bias [36]
        encoder.layer.#.mlp.up_gate_proj.weight [122, 36]
        encoder.layer.#.mlp.down_proj.weight [36, 61]
        encoder.layer.#.mlp.down_proj.bias [36]
        encoder.layer.#.mlp_ln.weight [36]
        encoder.layer.#.mlp_ln.bias [36]
        """);

    [Fact]
    public void Gte_with_products_apart()
    {
        string[] names = [.. TensorList.For(ArchitectureFolder.Spec("gte-unpacked")).Select(tensor => tensor.Name)];

        Assert.Contains("encoder.layer.0.attention.q_proj.weight", names);
        Assert.Contains("encoder.layer.1.attention.k_proj.bias", names);
        Assert.Contains("encoder.layer.1.attention.v_proj.weight", names);
        Assert.DoesNotContain(names, name => name.Contains("qkv", StringComparison.Ordinal));
    }

    [Fact]
    public void DebertaV2_without_relative_positions() =>
        Assert.DoesNotContain(TensorList.For(ArchitectureFolder.Spec("deberta-absolute")), tensor => tensor.Name.Contains("rel_embeddings", StringComparison.Ordinal));

    [Fact]
    public void JinaBert() => AssertNames("jina",
        """
        embeddings.word_embeddings.weight [61, 39]
        embeddings.token_type_embeddings.weight [2, 39]
        embeddings.LayerNorm.weight [39]
        embeddings.LayerNorm.bias [39]
        """,
        JinaAttention("39") +
        """
        encoder.layer.#.mlp.gated_layers.weight [106, 39]
        encoder.layer.#.mlp.wo.weight [39, 53]
        encoder.layer.#.mlp.wo.bias [39]
        encoder.layer.#.mlp.layernorm.weight [39]
        encoder.layer.#.mlp.layernorm.bias [39]
        """);

    [Fact]
    public void JinaBert_with_Berts_network_and_labels() => AssertNames("jina-original",
        """
        embeddings.word_embeddings.weight [61, 39]
        embeddings.token_type_embeddings.weight [2, 39]
        embeddings.LayerNorm.weight [39]
        embeddings.LayerNorm.bias [39]
        classifier.weight [3, 39]
        classifier.bias [3]
        """,
        JinaAttention("39") +
        """
        encoder.layer.#.intermediate.dense.weight [53, 39]
        encoder.layer.#.intermediate.dense.bias [53]
        encoder.layer.#.output.dense.weight [39, 53]
        encoder.layer.#.output.dense.bias [39]
        encoder.layer.#.output.LayerNorm.weight [39]
        encoder.layer.#.output.LayerNorm.bias [39]
        """);

    [Fact]
    public void JinaBert_for_code() => AssertNames("jina-code",
        """
        embeddings.word_embeddings.weight [83, 48]
        embeddings.token_type_embeddings.weight [2, 48]
        embeddings.LayerNorm.weight [48]
        embeddings.LayerNorm.bias [48]
        """,
        JinaAttention("48") +
        """
        encoder.layer.#.attention.self.layer_norm_q.weight [48]
        encoder.layer.#.attention.self.layer_norm_q.bias [48]
        encoder.layer.#.attention.self.layer_norm_k.weight [48]
        encoder.layer.#.attention.self.layer_norm_k.bias [48]
        encoder.layer.#.layer_norm_1.weight [48]
        encoder.layer.#.layer_norm_1.bias [48]
        encoder.layer.#.mlp.up_gated_layer.weight [102, 48]
        encoder.layer.#.mlp.down_layer.weight [48, 51]
        encoder.layer.#.mlp.down_layer.bias [48]
        encoder.layer.#.layer_norm_2.weight [48]
        encoder.layer.#.layer_norm_2.bias [48]
        """);

    [Fact]
    public void DebertaV2_with_a_convolution() => AssertNames("deberta-v2-conv",
        """
        embeddings.word_embeddings.weight [73, 39]
        embeddings.LayerNorm.weight [39]
        embeddings.LayerNorm.bias [39]
        encoder.rel_embeddings.weight [24, 39]
        encoder.LayerNorm.weight [39]
        encoder.LayerNorm.bias [39]
        encoder.conv.conv.weight [39, 39, 3]
        encoder.conv.conv.bias [39]
        encoder.conv.LayerNorm.weight [39]
        encoder.conv.LayerNorm.bias [39]
        """, DebertaLayer("39"));

    [Fact]
    public void DebertaV2_with_projections_of_positions_and_narrow_embeddings() => AssertNames("deberta-unshared",
        """
        embeddings.word_embeddings.weight [73, 20]
        embeddings.position_embeddings.weight [42, 20]
        embeddings.token_type_embeddings.weight [2, 20]
        embeddings.embed_proj.weight [36, 20]
        embeddings.LayerNorm.weight [36]
        embeddings.LayerNorm.bias [36]
        encoder.rel_embeddings.weight [12, 36]
        """,
        DebertaLayer("36") +
        """

        encoder.layer.#.attention.self.pos_key_proj.weight [36, 36]
        encoder.layer.#.attention.self.pos_key_proj.bias [36]
        encoder.layer.#.attention.self.pos_query_proj.weight [36, 36]
        encoder.layer.#.attention.self.pos_query_proj.bias [36]
        """);

    [Fact]
    public void T5() => AssertNames("t5",
        """
        shared.weight [67, 36]
        encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight [32, 3]
        encoder.final_layer_norm.weight [36]
        """,
        """
        encoder.block.#.layer.0.layer_norm.weight [36]
        encoder.block.#.layer.0.SelfAttention.q.weight [30, 36]
        encoder.block.#.layer.0.SelfAttention.k.weight [30, 36]
        encoder.block.#.layer.0.SelfAttention.v.weight [30, 36]
        encoder.block.#.layer.0.SelfAttention.o.weight [36, 30]
        encoder.block.#.layer.1.layer_norm.weight [36]
        encoder.block.#.layer.1.DenseReluDense.wi.weight [57, 36]
        encoder.block.#.layer.1.DenseReluDense.wo.weight [36, 57]
        """);

    [Fact]
    public void T5_with_a_gate() => AssertNames("t5-gated",
        """
        shared.weight [67, 36]
        encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight [12, 4]
        encoder.final_layer_norm.weight [36]
        """,
        """
        encoder.block.#.layer.0.layer_norm.weight [36]
        encoder.block.#.layer.0.SelfAttention.q.weight [52, 36]
        encoder.block.#.layer.0.SelfAttention.k.weight [52, 36]
        encoder.block.#.layer.0.SelfAttention.v.weight [52, 36]
        encoder.block.#.layer.0.SelfAttention.o.weight [36, 52]
        encoder.block.#.layer.1.layer_norm.weight [36]
        encoder.block.#.layer.1.DenseReluDense.wi_0.weight [57, 36]
        encoder.block.#.layer.1.DenseReluDense.wi_1.weight [57, 36]
        encoder.block.#.layer.1.DenseReluDense.wo.weight [36, 57]
        """);

    [Fact]
    public void Gemma3() => AssertNames("gemma",
        """
        embed_tokens.weight [71, 36]
        norm.weight [36]
        """,
        """
        layers.#.input_layernorm.weight [36]
        layers.#.self_attn.q_proj.weight [40, 36]
        layers.#.self_attn.k_proj.weight [20, 36]
        layers.#.self_attn.v_proj.weight [20, 36]
        layers.#.self_attn.o_proj.weight [36, 40]
        layers.#.self_attn.q_norm.weight [10]
        layers.#.self_attn.k_norm.weight [10]
        layers.#.post_attention_layernorm.weight [36]
        layers.#.pre_feedforward_layernorm.weight [36]
        layers.#.mlp.gate_proj.weight [50, 36]
        layers.#.mlp.up_proj.weight [50, 36]
        layers.#.mlp.down_proj.weight [36, 50]
        layers.#.post_feedforward_layernorm.weight [36]
        """);

    /// <summary>As files have them; the folder's own header must do, and every tensor of it that is loaded must be missed.</summary>
    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_tensor_under_another_name_is_missed_by_the_compiler(string folder)
    {
        (EncoderSpec spec, IReadOnlyList<SpecProblem> problems) = ArchitectureFolder.Complete(folder, "");
        Assert.Empty(problems);

        // By this one JinaBERT's layouts are told apart: without it the others' names are missed.
        Assert.All(TensorList.For(spec).Where(tensor => tensor.Name != "encoder.layer.0.mlp.up_gated_layer.weight"), tensor =>
        {
            SpecProblem problem = Assert.Single(ArchitectureFolder.Renamed(folder, tensor.Name, "another.weight"));
            Assert.Same(DiagnosticDescriptors.TensorMissing, problem.Rule);
            Assert.Contains(tensor.Name, string.Join(' ', problem.Arguments), StringComparison.Ordinal);
        });
    }

    /// <summary>Encoders that were saved alone may have the table under the name that it has in them.</summary>
    [Theory]
    [InlineData("encoder.embed_tokens.weight", true)]
    [InlineData("embed_tokens.weight", false)]
    public void The_word_table_of_T5_has_two_names(string name, bool isKnown) =>
        Assert.Equal(isKnown, !ArchitectureFolder.Renamed("t5", "shared.weight", name).Any());

    private static string JinaAttention(string hidden) =>
        """
        encoder.layer.#.attention.self.query.weight [H, H]
        encoder.layer.#.attention.self.query.bias [H]
        encoder.layer.#.attention.self.key.weight [H, H]
        encoder.layer.#.attention.self.key.bias [H]
        encoder.layer.#.attention.self.value.weight [H, H]
        encoder.layer.#.attention.self.value.bias [H]
        encoder.layer.#.attention.output.dense.weight [H, H]
        encoder.layer.#.attention.output.dense.bias [H]
        encoder.layer.#.attention.output.LayerNorm.weight [H]
        encoder.layer.#.attention.output.LayerNorm.bias [H]

        """.Replace("H,", hidden + ",").Replace("H]", hidden + "]");

    private static string DebertaLayer(string hidden) =>
        """
        encoder.layer.#.attention.self.query_proj.weight [H, H]
        encoder.layer.#.attention.self.query_proj.bias [H]
        encoder.layer.#.attention.self.key_proj.weight [H, H]
        encoder.layer.#.attention.self.key_proj.bias [H]
        encoder.layer.#.attention.self.value_proj.weight [H, H]
        encoder.layer.#.attention.self.value_proj.bias [H]
        encoder.layer.#.attention.output.dense.weight [H, H]
        encoder.layer.#.attention.output.dense.bias [H]
        encoder.layer.#.attention.output.LayerNorm.weight [H]
        encoder.layer.#.attention.output.LayerNorm.bias [H]
        encoder.layer.#.intermediate.dense.weight [61, H]
        encoder.layer.#.intermediate.dense.bias [61]
        encoder.layer.#.output.dense.weight [H, 61]
        encoder.layer.#.output.dense.bias [H]
        encoder.layer.#.output.LayerNorm.weight [H]
        encoder.layer.#.output.LayerNorm.bias [H]
        """.Replace("H,", hidden + ",").Replace("H]", hidden + "]");

    /// <summary>Checks the tensors outside the layers, and those of each layer, # being its number, but for those that some layer lacks.</summary>
    private static void AssertNames(string folder, string outside, string layer, params string[] missing)
    {
        EncoderSpec spec = ArchitectureFolder.Spec(folder);
        IEnumerable<string> expected = Enumerable.Range(0, spec.NumHiddenLayers).Select(index => layer.Replace("#", $"{index}")).Append(outside)
            .SelectMany(text => text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries)).Except(missing);

        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            TensorList.For(spec).Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal));
    }
}
