extern alias generator;

using System.Text;
using generator::GeneratedEncoder.Generator.Check;
using generator::GeneratedEncoder.Generator.Spec;
using generator::GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Fuzz;

/// <summary>The compiler's reading of a model folder. It reports, and throws nothing.</summary>
internal sealed class FolderTarget : FuzzTarget
{
    private const string Config = """
        {"architectures":["BertModel"],"model_type":"bert","hidden_size":4,"num_hidden_layers":1,"num_attention_heads":1,"intermediate_size":3,
        "max_position_embeddings":3,"vocab_size":5,"type_vocab_size":2,"hidden_act":"relu","layer_norm_eps":1e-12,"pad_token_id":0,"position_embedding_type":"absolute"}
        """;

    /// <summary>Configs of the architectures that only folders say.</summary>
    private static readonly string[] Modern =
    [
        """{"model_type":"modernbert","architectures":["ModernBertForSequenceClassification"],"hidden_size":4,"num_hidden_layers":2,"num_attention_heads":1,"intermediate_size":3,"max_position_embeddings":9,"vocab_size":5,"local_attention":4,"global_attn_every_n_layers":2,"classifier_pooling":"mean","local_rope_theta":null,"rope_parameters":{"full_attention":{"rope_theta":1e4}},"layer_types":["full_attention","sliding_attention"]}""",
        """{"model_type":"nomic_bert","n_embd":4,"n_layer":1,"n_head":1,"n_inner":3,"n_positions":9,"vocab_size":5,"pad_vocab_size_multiple":64,"activation_function":"swiglu","layer_norm_epsilon":1e-12,"rotary_emb_fraction":1.0,"rotary_emb_base":1000,"qkv_proj_bias":false,"rotary_scaling_factor":2,"max_trained_positions":4}""",
        """{"model_type":"new","architectures":["NewForMaskedLM"],"hidden_size":4,"num_hidden_layers":1,"num_attention_heads":1,"intermediate_size":3,"max_position_embeddings":9,"vocab_size":5,"type_vocab_size":0,"rope_theta":500000,"rope_scaling":{"type":"ntk","factor":2.0,"mixed_b":0.5},"position_embedding_type":"rope","layer_norm_type":"layer_norm"}""",
        """{"model_type":"bert","hidden_size":4,"num_hidden_layers":1,"num_attention_heads":1,"intermediate_size":3,"max_position_embeddings":9,"vocab_size":5,"position_embedding_type":"alibi","feed_forward_type":"geglu"}""",
        """{"model_type":"deberta-v2","hidden_size":4,"num_hidden_layers":2,"num_attention_heads":1,"intermediate_size":3,"max_position_embeddings":9,"vocab_size":5,"relative_attention":true,"pos_att_type":"p2c|c2p","position_buckets":4,"max_relative_positions":-1,"share_att_key":true,"norm_rel_ebd":"layer_norm","conv_kernel_size":3,"conv_act":"gelu"}""",
        """{"model_type":"t5","d_model":4,"d_kv":3,"d_ff":3,"num_layers":1,"num_heads":2,"vocab_size":5,"feed_forward_proj":"gated-gelu","relative_attention_num_buckets":8,"relative_attention_max_distance":16,"n_positions":9}""",
        """{"model_type":"gemma3_text","use_bidirectional_attention":true,"hidden_size":4,"num_hidden_layers":2,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":2,"intermediate_size":3,"max_position_embeddings":9,"vocab_size":5,"sliding_window":4,"sliding_window_pattern":2,"query_pre_attn_scalar":2}""",
    ];

    public override string Name => "folder";

    public override IEnumerable<byte[]> Seeds =>
    [
        Sections.Join(
            ("config.json", Config), ("model.safetensors", SmallModel.Header()),
            ("modules.json", """[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},{"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]"""),
            ("1_Pooling/config.json", """{"word_embedding_dimension":4,"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false,"pooling_mode_max_tokens":false}"""),
            ("sentence_bert_config.json", """{"max_seq_length":3,"do_lower_case":false}"""),
            ("config_sentence_transformers.json", """{"prompts":{"query":"query: ","document":""},"default_prompt_name":"query","similarity_fn_name":"cosine"}"""),
            ("tokenizer_config.json", """{"model_max_length":3}""")),
        Sections.Join(
            ("config.json", Config.Replace("BertModel", "BertForSequenceClassification").Replace("\"pad_token_id\"", "\"id2label\":{\"0\":\"no\",\"1\":\"yes\"},\"problem_type\":\"single_label_classification\",\"pad_token_id\"")),
            ("model.safetensors.index.json", "{\"weight_map\":{\"classifier.bias\":\"a\"}}"), ("a", SmallModel.Header())),
        Sections.Join(
            ("config.json", Config.Replace("\"bert\"", "\"mpnet\"").Replace("BertModel", "MPNetForMaskedLM").Replace("\"pad_token_id\"", "\"relative_attention_num_buckets\":32,\"tie_word_embeddings\":false,\"pad_token_id\"")),
            ("model.safetensors", SmallModel.Header())),
        .. Modern.Select(config => Sections.Join(("config.json", config), ("model.safetensors", SmallModel.Header()))),
        Sections.Join(
            ("config.json", Config), ("model.safetensors", SmallModel.Header()),
            ("modules.json", """[{"path":"","type":"sentence_transformers.base.modules.transformer.Transformer"},{"path":"1_Pooling","type":"sentence_transformers.sentence_transformer.modules.pooling.Pooling"},{"path":"2_Dense","type":"sentence_transformers.base.modules.dense.Dense"},{"path":"3_LayerNorm","type":"sentence_transformers.models.LayerNorm"},{"path":"4_Normalize","type":"sentence_transformers.models.Normalize"}]"""),
            ("1_Pooling/config.json", """{"embedding_dimension":4,"pooling_mode":["cls","lasttoken"],"include_prompt":true}"""),
            ("2_Dense/config.json", """{"in_features":8,"out_features":3,"bias":false,"activation_function":"torch.nn.modules.linear.Identity","use_residual":false,"module_input_name":"sentence_embedding"}"""),
            ("3_LayerNorm/config.json", """{"dimension":3}""")),
        Sections.Join(("config.json", Config.Replace("\"bert\"", "\"albert\"").Replace("\"pad_token_id\"", "\"embedding_size\":2,\"num_hidden_groups\":1,\"inner_group_num\":1,\"pad_token_id\""))),
    ];

    public override IReadOnlyList<string> Words =>
    [
        .. SafetensorsInput.Words, "roberta", "camembert", "xlm-roberta", "distilbert", "mpnet", "electra", "albert", "gelu", "gelu_new", "silu", "relative_key", "id2label", "num_labels",
        "n_layers", "dim", "n_heads", "embedding_size", "RobertaForTokenClassification", "BertForMaskedLM", "is_decoder", "prompts", "default_prompt_name", "max_seq_length",
    ];

    public override void Run(byte[] input)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        foreach ((string name, byte[] bytes) in Sections.Split(input))
        {
            files[name] = Encoding.UTF8.GetString(bytes);
        }

        ModelBundle bundle = new() { Name = "m", Folder = "Models/m", OutputFolder = "Models/m", Files = files };
        string text = bundle.Write();
        if (ModelBundle.Read(text).Write() != text)
        {
            throw new InvalidOperationException("The bundle doesn't read what it wrote.");
        }

        EncoderSpec spec = new()
        {
            Type = new TypeSpec { Namespace = "", Containers = default, Declaration = "partial class X", Name = "X", FullName = "X", NotPartial = null, Unsupported = null },
            Given = default,
            ModelName = "m",
        };
        _ = ModelFolderReader.Complete(spec, [text]);
    }

    public override bool IsDocumented(Exception e) => false;
}
