extern alias generator;

using System.Text;
using GeneratedEncoder.Generator.Check;
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
