using System.Reflection;
using System.Text.Json.Nodes;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>
/// A class made from one of the small folders is given another, whose config says something else of what only folders say: it would compute wrong
/// vectors from weights of the right names and shapes.
/// </summary>
public sealed class ArchitectureFolderTests
{
    /// <summary>Folder, file, key, what it is changed to (empty: it is taken away), and what the message says of it.</summary>
    public static TheoryData<string, string, string, string, string> Changes => new()
    {
        { "modernbert", "config.json", "global_rope_theta", "2000.0", "global_rope_theta is 2000 there (global_rope_theta = 2000.0 in config.json), but was 1600 when it was compiled (global_rope_theta = 1600.0 in config.json)" },
        { "modernbert", "config.json", "local_rope_theta", "null", "local_rope_theta is 1600 there (local_rope_theta = 1600, the default without that key in config.json), but was 100 when it was compiled (local_rope_theta = 100.0 in config.json)" },
        { "modernbert", "config.json", "local_attention", "14", "local_attention is 14 there (local_attention = 14 in config.json), but was 16 when it was compiled (local_attention = 16 in config.json)" },
        { "modernbert", "config.json", "global_attn_every_n_layers", "2", "layer_types is FSFSF there (global_attn_every_n_layers = 2 in config.json), but was FSSFS when it was compiled (global_attn_every_n_layers = 3 in config.json)" },
        { "modernbert", "config.json", "hidden_activation", "\"gelu_pytorch_tanh\"", "HiddenAct is GeluNew there (hidden_activation = \"gelu_pytorch_tanh\" in config.json), but was Gelu when it was compiled (hidden_activation = \"gelu\" in config.json)" },
        { "modernbert", "config.json", "norm_eps", "1e-12", "LayerNormEps is 1E-12 there (norm_eps = 1e-12 in config.json), but was 1E-05 when it was compiled (norm_eps = 1e-05 in config.json)" },
        { "modernbert", "config.json", "norm_bias", "true", "norm_bias is true there (norm_bias = true in config.json), but was false when it was compiled (norm_bias = false in config.json)" },
        { "modernbert", "config.json", "attention_bias", "true", "attention_bias is true there (attention_bias = true in config.json), but was false when it was compiled (attention_bias = false in config.json)" },
        { "modernbert", "config.json", "mlp_bias", "true", "mlp_bias is true there (mlp_bias = true in config.json), but was false when it was compiled (mlp_bias = false in config.json)" },
        { "modernbert-layer-types", "config.json", "layer_types.0", "\"full_attention\"", "layer_types is FFSF there (layer_types of 4 layers in config.json), but was SFSF when it was compiled (layer_types of 4 layers in config.json)" },
        { "modernbert-layer-types", "config.json", "rope_parameters.sliding_attention.rope_theta", "51.0", "local_rope_theta is 51 there (rope_parameters.sliding_attention.rope_theta = 51.0 in config.json), but was 50 when it was compiled (rope_parameters.sliding_attention.rope_theta = 50.0 in config.json)" },
        { "modernbert-layer-types", "config.json", "decoder_bias", "false", "decoder_bias is false there (decoder_bias = false in config.json), but was true when it was compiled (decoder_bias = true in config.json)" },
        { "modernbert-classifier", "config.json", "classifier_pooling", "\"cls\"", "classifier_pooling is cls there (classifier_pooling = \"cls\" in config.json), but was mean when it was compiled (classifier_pooling = \"mean\" in config.json)" },
        { "modernbert-classifier", "config.json", "classifier_activation", "\"silu\"", "classifier_activation is Silu there (classifier_activation = \"silu\" in config.json), but was Gelu when it was compiled (classifier_activation = \"gelu\" in config.json)" },
        { "modernbert-classifier", "config.json", "classifier_bias", "true", "classifier_bias is true there (classifier_bias = true in config.json), but was false when it was compiled (classifier_bias = false in config.json)" },
        { "nomic", "config.json", "rotary_emb_base", "10000", "rope_theta is 10000 there (rotary_emb_base = 10000 in config.json), but was 1000 when it was compiled (rotary_emb_base = 1000 in config.json)" },
        { "nomic", "config.json", "activation_function", "\"geglu\"", "HiddenAct is Gelu there (activation_function = \"geglu\" in config.json), but was Silu when it was compiled (activation_function = \"swiglu\" in config.json)" },
        { "nomic", "config.json", "activation_function", "\"gelu\"", "gated is false there (activation_function = \"gelu\" in config.json), but was true when it was compiled (activation_function = \"swiglu\" in config.json)" },
        { "nomic", "config.json", "qkv_proj_bias", "true", "qkv_proj_bias is true there (qkv_proj_bias = true in config.json), but was false when it was compiled (qkv_proj_bias = false in config.json)" },
        { "nomic", "config.json", "mlp_fc1_bias", "", "mlp_fc1_bias is true there (mlp_fc1_bias = true, the default without that key in config.json), but was false when it was compiled (mlp_fc1_bias = false in config.json)" },
        { "nomic", "config.json", "mlp_fc2_bias", "true", "mlp_fc2_bias is true there (mlp_fc2_bias = true in config.json), but was false when it was compiled (mlp_fc2_bias = false in config.json)" },
        { "gte", "config.json", "rope_theta", "20000", "rope_theta is 20000 there (rope_theta = 20000 in config.json), but was 500 when it was compiled (rope_theta = 500 in config.json)" },
        { "gte", "config.json", "rope_scaling.factor", "8.0", "rope_factor is 8 there (rope_scaling = " },
        { "gte", "config.json", "rope_scaling", "null", "rope_factor is 1 there (rope_scaling = null, the default without that key in config.json), but was 2 when it was compiled (rope_scaling = " },
        { "gte-types", "config.json", "rope_scaling.mixed_b", "0.5", "rope_mixed is 0.5 there (rope_scaling = " },
        { "gte", "config.json", "pack_qkv", "false", "pack_qkv is false there (pack_qkv = false in config.json), but was true when it was compiled (pack_qkv = true in config.json)" },
        { "jina", "config.json", "feed_forward_type", "\"reglu\"", "feed_forward_type is reglu there (feed_forward_type = \"reglu\" in config.json), but was geglu when it was compiled (feed_forward_type = \"geglu\" in config.json)" },
        { "jina", "config.json", "feed_forward_type", "", "feed_forward_type is original there (feed_forward_type = \"original\", the default without that key in config.json), but was geglu when it was compiled" },
        { "deberta-v3", "config.json", "position_buckets", "9", "position_buckets is 9 there (position_buckets = 9 in config.json), but was 8 when it was compiled (position_buckets = 8 in config.json)" },
        { "deberta-v3", "config.json", "max_relative_positions", "41", "max_relative_positions is 41 there (max_relative_positions = 41 in config.json), but was -1 when it was compiled (max_relative_positions = -1 in config.json)" },
        { "deberta-v3", "config.json", "relative_attention", "false", "relative_attention is false there (relative_attention = false in config.json), but was true when it was compiled (relative_attention = true in config.json)" },
        { "deberta-v3", "config.json", "pos_att_type", "\"c2p\"", "pos_att_type is c2p there (pos_att_type = \"c2p\" in config.json), but was c2p|p2c when it was compiled (pos_att_type = \"p2c|c2p\" in config.json)" },
        { "deberta-v3", "config.json", "position_biased_input", "", "position_biased_input is true there (position_biased_input = true, the default without that key in config.json), but was false when it was compiled (position_biased_input = false in config.json)" },
        { "deberta-v3", "config.json", "share_att_key", "false", "share_att_key is false there (share_att_key = false in config.json), but was true when it was compiled (share_att_key = true in config.json)" },
        { "deberta-v3", "config.json", "norm_rel_ebd", "\"none\"", "norm_rel_ebd is none there (norm_rel_ebd = \"none\" in config.json), but was layer_norm when it was compiled (norm_rel_ebd = \"layer_norm\" in config.json)" },
        { "deberta-v3", "config.json", "attention_head_size", "8", "attention_head_size is 8 there (attention_head_size = 8 in config.json), but was 9 when it was compiled (attention_head_size = 9, the default without that key in config.json)" },
        { "deberta-v2-conv", "config.json", "conv_kernel_size", "5", "conv_kernel_size is 5 there (conv_kernel_size = 5 in config.json), but was 3 when it was compiled (conv_kernel_size = 3 in config.json)" },
        { "deberta-v2-conv", "config.json", "conv_act", "", "conv_act is Tanh there (conv_act = \"tanh\", the default without that key in config.json), but was Gelu when it was compiled (conv_act = \"gelu\" in config.json)" },
        { "deberta-classifier", "config.json", "pooler_hidden_act", "\"tanh\"", "pooler_hidden_act is Tanh there (pooler_hidden_act = \"tanh\" in config.json), but was Gelu when it was compiled (pooler_hidden_act = \"gelu\" in config.json)" },
        { "t5", "config.json", "d_kv", "12", "d_kv is 12 there (d_kv = 12 in config.json), but was 10 when it was compiled (d_kv = 10 in config.json)" },
        { "t5", "config.json", "relative_attention_max_distance", "64", "relative_attention_max_distance is 64 there (relative_attention_max_distance = 64 in config.json), but was 128 when it was compiled (relative_attention_max_distance = 128, the default without that key in config.json)" },
        { "t5", "config.json", "relative_attention_num_buckets", "16", "RelativeAttentionNumBuckets is 16 there (relative_attention_num_buckets = 16 in config.json), but was 32 when it was compiled (relative_attention_num_buckets = 32 in config.json)" },
        { "t5", "config.json", "feed_forward_proj", "\"gated-gelu\"", "gated is true there (feed_forward_proj = \"gated-gelu\" in config.json), but was false when it was compiled (feed_forward_proj = \"relu\" in config.json)" },
        { "t5", "config.json", "feed_forward_proj", "\"silu\"", "HiddenAct is Silu there (feed_forward_proj = \"silu\" in config.json), but was Relu when it was compiled (feed_forward_proj = \"relu\" in config.json)" },
        { "gemma", "config.json", "rope_theta", "", "rope_theta is 1000000 there (rope_theta = 1000000, the default without that key in config.json), but was 10000 when it was compiled (rope_theta = 10000.0 in config.json)" },
        { "gemma", "config.json", "rope_local_base_freq", "99.0", "rope_local_base_freq is 99 there (rope_local_base_freq = 99.0 in config.json), but was 100 when it was compiled (rope_local_base_freq = 100.0 in config.json)" },
        { "gemma", "config.json", "sliding_window", "16", "sliding_window is 16 there (sliding_window = 16 in config.json), but was 8 when it was compiled (sliding_window = 8 in config.json)" },
        { "gemma", "config.json", "sliding_window_pattern", "2", "layer_types is SFSF there (sliding_window_pattern = 2 in config.json), but was SSFS when it was compiled (sliding_window_pattern = 3 in config.json)" },
        { "gemma", "config.json", "query_pre_attn_scalar", "10", "query_pre_attn_scalar is 10 there (query_pre_attn_scalar = 10 in config.json), but was 14 when it was compiled (query_pre_attn_scalar = 14 in config.json)" },
        { "gemma", "config.json", "num_key_value_heads", "4", "num_key_value_heads is 4 there (num_key_value_heads = 4 in config.json), but was 2 when it was compiled (num_key_value_heads = 2 in config.json)" },
        { "gemma", "config.json", "head_dim", "12", "head_dim is 12 there (head_dim = 12 in config.json), but was 10 when it was compiled (head_dim = 10 in config.json)" },
        { "gemma", "config.json", "attention_bias", "true", "attention_bias is true there (attention_bias = true in config.json), but was false when it was compiled (attention_bias = false in config.json)" },
        { "gemma-embedding", "2_Dense/config.json", "activation_function", "\"torch.nn.modules.activation.Tanh\"", "modules is 2_Dense: 36 to 55, Tanh; 3_Dense: 55 to 36, Identity there (modules.json and 2_Dense/config.json and 3_Dense/config.json), but was 2_Dense: 36 to 55, Identity; 3_Dense: 55 to 36, Identity when it was compiled (modules.json" },
        { "gemma-embedding", "2_Dense/config.json", "bias", "true", "modules is 2_Dense: 36 to 55 with bias, Identity; " },
        { "gemma-embedding", "modules.json", "3", "", "modules is 2_Dense: 36 to 55, Identity there (modules.json and 2_Dense/config.json), but was " },
        { "dense-tanh", "2_Dense/config.json", "out_features", "22", "modules is 2_Dense: 36 to 22 with bias, Tanh there (modules.json and 2_Dense/config.json), but was 2_Dense: 36 to 21 with bias, Tanh when it was compiled" },
        { "dense-tanh", "modules.json", "2", "", "modules is none there (pooling_mode_mean_tokens in 1_Pooling/config.json), but was 2_Dense: 36 to 21 with bias, Tanh when it was compiled (modules.json and 2_Dense/config.json)" },
        { "layernorm-module", "modules.json", "2", "", "modules is none there (pooling_mode_mean_tokens in 1_Pooling/config.json), but was 2_LayerNorm: LayerNorm when it was compiled" },
        { "pooling-weighted", "1_Pooling/config.json", "pooling_mode_weightedmean_tokens", "false", "Pooling is Mean there (mean in 1_Pooling/config.json), but was WeightedMean when it was compiled (pooling_mode_weightedmean_tokens in 1_Pooling/config.json)" },
        { "pooling-weighted", "1_Pooling/config.json", "pooling_mode_lasttoken", "true", "poolings is WeightedMean+LastToken there (pooling_mode_weightedmean_tokens and pooling_mode_lasttoken in 1_Pooling/config.json), but was one when it was compiled (pooling_mode_weightedmean_tokens in 1_Pooling/config.json)" },
        { "pooling-weighted", "1_Pooling/config.json", "include_prompt", "false", "include_prompt is false there (include_prompt = false in 1_Pooling/config.json), but was true when it was compiled (pooling_mode_weightedmean_tokens in 1_Pooling/config.json)" },
        { "pooling-prompt", "1_Pooling/config.json", "include_prompt", "", "include_prompt is true there (" },
        { "pooling-list", "1_Pooling/config.json", "pooling_mode.1", "\"max\"", "poolings is Mean+Max there (mean and max in 1_Pooling/config.json), but was Mean+Cls when it was compiled (mean and cls in 1_Pooling/config.json)" },
        { "pooling-list", "1_Pooling/config.json", "pooling_mode", "\"mean\"", "poolings is one there (mean in 1_Pooling/config.json), but was Mean+Cls when it was compiled (mean and cls in 1_Pooling/config.json)" },
        { "sentence-t5", "2_Dense/config.json", "activation_function", "", "modules is 2_Dense: 36 to 25, Tanh there (modules.json and 2_Dense/config.json), but was 2_Dense: 36 to 25, Identity when it was compiled (modules.json and 2_Dense/config.json)" },
        { "sentence-t5", "modules.json", "3", "", "Normalize is false there (no Normalize in modules.json), but was true when it was compiled (Normalize in modules.json)" },
    };

    public static TheoryData<string> Names => ArchitectureCase.Names;

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_folder_that_says_something_else_is_refused_with_key_file_and_both_values(string name, string file, string key, string value, string message)
    {
        using TempFolder temporary = new();
        string folder = temporary["other"];
        Copy(ArchitectureCase.Named(name).Folder, folder);
        ArchitectureCase.Named(name).Load(folder, null).Dispose();

        string path = Path.Combine(folder, file);
        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
        Change(json, key, value);
        File.WriteAllText(path, json.ToJsonString());

        foreach (string given in new[] { folder, Path.Combine(folder, "model.safetensors") })
        {
            string error = Assert.Throws<InvalidDataException>(() => ArchitectureCase.Named(name).Load(given, null)).Message;
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.Contains($"'{folder}'", error, StringComparison.Ordinal);
        }
    }

    /// <summary>A Dense that the class doesn't have would be left out, and nothing of the tensors' names would show it.</summary>
    [Fact]
    public void A_module_that_the_class_has_not_is_refused()
    {
        using TempFolder temporary = new();
        string folder = temporary["other"];
        Copy(ArchitectureCase.Named("dense-tanh").Folder, folder);

        // Both folders are BERTs of one shape.
        string error = Assert.Throws<InvalidDataException>(() => ArchitectureCase.Named("pooling-sqrt").Load(folder, null)).Message;

        Assert.Contains("modules is 2_Dense: 36 to 21 with bias, Tanh there (modules.json and 2_Dense/config.json), but was none when it was compiled", error, StringComparison.Ordinal);
    }

    /// <summary>So that whoever gives an architecture another detail changes it above, too.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_detail_that_a_class_took_is_changed_above_in_some_folder_of_its_architecture(string name)
    {
        string type = Taken(name).First(fact => fact.Property == "ModelType").Value;
        string[] changed =
        [
            .. Changes.Where(row => Taken((string)row[0]).Any(fact => fact.Property == "ModelType" && fact.Value == type))
                .Select(row => (string)row[4]).Select(message => message[..message.IndexOf(' ', StringComparison.Ordinal)]),
        ];

        // Details have the keys' own names, which begin with a small letter.
        Assert.All(Taken(name).Where(fact => char.IsLower(fact.Property[0])), fact => Assert.Contains(fact.Property, changed));
    }

    private static ModelFact[] Taken(string name)
    {
        using ITransformerEncoder encoder = ArchitectureCase.Named(name).Open();
        return (ModelFact[])encoder.GetType().GetNestedType("Compiled", BindingFlags.NonPublic)!.GetField("Facts", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
    }

    /// <summary>Changes what stands at a path such as rope_scaling.factor or layer_types.0, or takes it away.</summary>
    private static void Change(JsonNode json, string path, string value)
    {
        string[] steps = path.Split('.');
        JsonNode parent = steps[..^1].Aggregate(json, (node, step) => node[step]!);
        JsonNode? changed = value.Length == 0 ? null : JsonNode.Parse(value);
        switch (parent)
        {
            case JsonArray list when value.Length == 0:
                list.RemoveAt(int.Parse(steps[^1]));
                break;
            case JsonArray list:
                list[int.Parse(steps[^1])] = changed;
                break;
            case JsonObject members when value.Length == 0:
                Assert.True(members.Remove(steps[^1]));
                break;
            default:
                parent[steps[^1]] = changed;
                break;
        }
    }

    private static void Copy(string folder, string to)
    {
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(to, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
    }
}
