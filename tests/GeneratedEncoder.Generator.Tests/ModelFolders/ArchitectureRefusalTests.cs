using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>What of the newer architectures can't be computed is refused, by key and value; other ways to say the same are understood.</summary>
public sealed class ArchitectureRefusalTests
{
    [Theory]
    [InlineData("modernbert", "\"local_attention\": 1", "local_attention = 1 in config.json")]
    [InlineData("modernbert", "\"classifier_pooling\": \"max\"", "classifier_pooling = \"max\" in config.json: cls and mean are supported")]
    [InlineData("modernbert", "\"layer_types\": [\"full_attention\"]", "layer_types has 1 layers, but there are 5")]
    [InlineData("modernbert", "\"layer_types\": [\"a\", \"a\", \"a\", \"a\", \"a\"]", "layer_types has \"a\" in config.json")]
    [InlineData("modernbert", "\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"yarn\"}}", "rope_parameters.full_attention has rope_type \"yarn\"")]
    [InlineData("modernbert", "\"num_attention_heads\": 8", "heads of 5 columns, which are no pairs that could be rotated")]
    [InlineData("nomic", "\"moe_every_n_layers\": 2", "mixtures of experts")]
    [InlineData("nomic", "\"num_experts\": 8", "mixtures of experts")]
    [InlineData("nomic", "\"prenorm\": true", "prenorm = true in config.json")]
    [InlineData("nomic", "\"rotary_emb_interleaved\": true", "rotary_emb_interleaved = true in config.json")]
    [InlineData("nomic", "\"rotary_emb_fraction\": 0.5", "rotary_emb_fraction = 0.5 in config.json")]
    [InlineData("nomic", "\"activation_function\": \"glu\"", "activation_function = \"glu\" in config.json")]
    [InlineData("gte", "\"position_embedding_type\": \"absolute\"", "position_embedding_type = \"absolute\" in config.json")]
    [InlineData("gte", "\"layer_norm_type\": \"rms_norm\"", "layer_norm_type = \"rms_norm\" in config.json")]
    [InlineData("gte", "\"logn_attention_scale\": true", "logn_attention_scale = true in config.json")]
    [InlineData("gte", "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2.0}", "its type is dynamic; \"ntk\" is supported")]
    [InlineData("gte", "\"rope_scaling\": null, \"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 2.0}", "its type is linear; \"ntk\" is supported")]
    [InlineData("jina", "\"_name_or_path\": \"jinaai/jina-bert-v2-qk-devlin-norm-1e-2\"", "jina-embeddings-v2-base-es")]
    [InlineData("jina", "\"feed_forward_type\": \"swiglu\"", "feed_forward_type = \"swiglu\" in config.json")]
    [InlineData("deberta-v3", "\"pos_att_type\": \"p2c|p2p\"", "c2p and p2c are supported")]
    [InlineData("deberta-v3", "\"norm_rel_ebd\": \"batch\"", "norm_rel_ebd = \"batch\" in config.json")]
    [InlineData("deberta-v3", "\"position_buckets\": 1", "1 buckets of relative positions")]
    [InlineData("deberta-v2-conv", "\"conv_groups\": 2", "conv_groups = 2 in config.json")]
    [InlineData("deberta-v2-conv", "\"conv_kernel_size\": 4", "conv_kernel_size = 4 in config.json")]
    [InlineData("t5", "\"relative_attention_num_buckets\": 2", "2 buckets of relative positions")]
    [InlineData("nomic", "\"rotary_emb_base\": null", "rotary_emb_base = null in config.json")]
    [InlineData("nomic", "\"layer_norm_epsilon\": null", "layer_norm_epsilon = null in config.json")]
    [InlineData("nomic", "\"activation_function\": null", "activation_function = null in config.json")]
    [InlineData("t5", "\"dense_act_fn\": \"gelu\"", "dense_act_fn = \"gelu\" in config.json: feed_forward_proj says otherwise")]
    [InlineData("t5", "\"is_gated_act\": true", "is_gated_act = true in config.json: feed_forward_proj says otherwise")]
    [InlineData("t5", "\"d_kv\": 0", "heads of 0 columns")]
    [InlineData("gemma", "\"use_bidirectional_attention\": false", "a decoder's tokens don't see those after them")]
    [InlineData("gemma", "\"attn_logit_softcapping\": 50.0", "attn_logit_softcapping = 50.0 in config.json")]
    [InlineData("gemma", "\"sliding_window\": 1", "sliding_window = 1 in config.json")]
    [InlineData("gemma", "\"num_key_value_heads\": 3", "3 heads of keys and values, which don't divide the 4 heads of queries")]
    [InlineData("gemma", "\"query_pre_attn_scalar\": 0", "scores divided by the root of 0")]
    public void What_can_not_be_computed_is_refused_by_name(string folder, string members, string message)
    {
        (EncoderSpec spec, IReadOnlyList<SpecProblem> problems) = ArchitectureFolder.Complete(folder, members);

        string[] messages = [.. problems.Concat(SpecValidator.Validate(spec)).Select(problem => string.Join(' ', problem.Arguments))];
        Assert.Contains(messages, text => text.Contains(message, StringComparison.Ordinal));
        Assert.False(problems.Count == 0 && SpecValidator.IsLegal(spec));
    }

    [Theory]
    [InlineData("gte", "\"rope_scaling\": null, \"rope_parameters\": {\"rope_type\": \"ntk\", \"factor\": 2.0, \"rope_theta\": 500.0}", "rope_factor", 2.0)]
    [InlineData("gte", "\"rope_theta\": null, \"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 77.0}", "rope_theta", 77.0)]
    [InlineData("modernbert", "\"local_rope_theta\": null, \"global_rope_theta\": 300.0", "local_rope_theta", 300.0)]
    [InlineData("modernbert", "\"rope_parameters\": {\"sliding_attention\": {\"rope_theta\": 55.0}}", "local_rope_theta", 55.0)]
    [InlineData("nomic", "\"rotary_emb_base\": null, \"rope_parameters\": {\"rope_theta\": 33.0}", "rope_theta", 33.0)]
    [InlineData("gemma", "\"rope_parameters\": {\"full_attention\": {\"rope_theta\": 44.0}}", "rope_theta", 44.0)]
    public void A_key_is_read_where_newer_files_have_it(string folder, string members, string detail, double value)
    {
        EncoderSpec spec = ArchitectureFolder.Complete(folder, members).Spec;

        Assert.Equal(value, spec.Details.Number(detail));
    }

    /// <summary>Keys as transformers 5 writes them, in place of the older ones or beside them.</summary>
    [Theory]
    [InlineData("\"layer_norm_epsilon\": null, \"layer_norm_eps\": 1e-6", "LayerNormEps", "1E-06")]
    [InlineData("\"activation_function\": null, \"hidden_act\": \"silu\"", "HiddenAct", "Silu")]
    [InlineData("\"activation_function\": \"gelu_new\"", "HiddenAct", "Gelu")]
    [InlineData("\"n_layer\": null, \"num_hidden_layers\": 1", "NumHiddenLayers", "1")]
    [InlineData("\"n_positions\": null, \"max_position_embeddings\": 32", "MaxPositionEmbeddings", "32")]
    [InlineData("\"rotary_scaling_factor\": 2, \"max_trained_positions\": 40", "MaxPositionEmbeddings", "40")]
    [InlineData("\"rotary_scaling_factor\": 2, \"max_trained_positions\": 400", "MaxPositionEmbeddings", "64")]
    public void NomicBert_reads_older_and_newer_keys(string members, string property, string value)
    {
        EncoderSpec spec = ArchitectureFolder.Complete("nomic", members).Spec;

        Assert.Equal(value, FolderFact.TextOf(SpecParser.Get(spec, property)));
    }
}
