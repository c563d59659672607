using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>What a model folder's files say becomes the spec.</summary>
public sealed class ModelFolderTests
{
    [Fact]
    public void A_folder_makes_an_encoder_that_compiles_without_a_warning()
    {
        string text = Generated(new TinyFolder().WithPipeline());

        Assert.Contains("public static Tiny Load(EncoderOptions? options = null)", text, StringComparison.Ordinal);
        Assert.Contains("ModelFiles.InApplication(\"Models/tiny\")", text, StringComparison.Ordinal);
        Assert.Contains("Folder = \"Models/tiny\",", text, StringComparison.Ordinal);
        Assert.Contains("/// config.json: bert, 1 layers of 16, 2 heads, Gelu", text, StringComparison.Ordinal);
        Assert.Contains("/// model.safetensors: 22 tensors, F32, I64", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_prompts_can_not_break_out_of_the_generated_code()
    {
        TinyFolder folder = new TinyFolder { Name = "a\"b\\</summary>" }
            .With("config_sentence_transformers.json", """{"prompts": {"q\"*/\n": "\u2028</code>\"; throw", "b": "\ud800"}, "default_prompt_name": "b"}""");

        Assert.NotEmpty(GeneratorHost.Generate([folder.File], [TinyFolder.Declaration.Replace("\"tiny\"", "\"a\\\"b\\\\</summary>\"")]));
    }

    [Fact]
    public void Another_additional_file_is_not_looked_into() =>
        Assert.NotEmpty(GeneratorHost.Generate([new TinyFolder.TextFile("stylecop.json", "nonsense"), new TinyFolder().File], [TinyFolder.Declaration]));

    [Theory]
    [InlineData("""{"architectures": ["BertModel"], "model_type": "bert"}""", "Bert 768x12 heads=12 ffn=3072 rows=512 offset=0 words=30522 types=2 Gelu 1E-12 width=0 groups=0 buckets=0 None")]
    [InlineData("""{"architectures": ["RobertaForSequenceClassification"], "model_type": "roberta", "layer_norm_eps": 1e-05, "max_position_embeddings": 514, "pad_token_id": 1, "type_vocab_size": 1, "vocab_size": 50265, "hidden_size": 768, "num_attention_heads": 12, "num_hidden_layers": 12, "intermediate_size": 3072, "hidden_act": "gelu"}""",
        "Roberta 768x12 heads=12 ffn=3072 rows=514 offset=2 words=50265 types=1 Gelu 1E-05 width=0 groups=0 buckets=0 SequenceClassification")]
    [InlineData("""{"model_type": "camembert", "max_position_embeddings": 514, "type_vocab_size": 1, "vocab_size": 32005, "layer_norm_eps": 1e-05}""",
        "Camembert 768x12 heads=12 ffn=3072 rows=514 offset=2 words=32005 types=1 Gelu 1E-05 width=0 groups=0 buckets=0 None")]
    [InlineData("""{"architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta", "hidden_size": 384, "intermediate_size": 1536, "layer_norm_eps": 1e-05, "max_position_embeddings": 514, "pad_token_id": 1, "position_embedding_type": "absolute", "type_vocab_size": 1, "vocab_size": 250037}""",
        "XlmRoberta 384x12 heads=12 ffn=1536 rows=514 offset=2 words=250037 types=1 Gelu 1E-05 width=0 groups=0 buckets=0 None")]
    [InlineData("""{"activation": "gelu", "architectures": ["DistilBertForTokenClassification"], "dim": 768, "hidden_dim": 3072, "max_position_embeddings": 512, "model_type": "distilbert", "n_heads": 12, "n_layers": 6, "pad_token_id": 0, "sinusoidal_pos_embds": false, "tie_weights_": true, "vocab_size": 30522, "layer_norm_eps": 1e-3}""",
        "DistilBert 768x6 heads=12 ffn=3072 rows=512 offset=0 words=30522 types=0 Gelu 1E-12 width=0 groups=0 buckets=0 TokenClassification")]
    [InlineData("""{"architectures": ["MPNetForMaskedLM"], "hidden_act": "gelu", "hidden_size": 768, "intermediate_size": 3072, "layer_norm_eps": 1e-05, "max_position_embeddings": 514, "model_type": "mpnet", "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 1, "relative_attention_num_buckets": 32, "vocab_size": 30527}""",
        "MPNet 768x12 heads=12 ffn=3072 rows=514 offset=2 words=30527 types=0 Gelu 1E-05 width=0 groups=0 buckets=32 MaskedLM")]
    [InlineData("""{"architectures": ["ElectraModel"], "embedding_size": 128, "hidden_act": "gelu", "hidden_size": 256, "intermediate_size": 1024, "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "model_type": "electra", "num_attention_heads": 4, "num_hidden_layers": 12, "pad_token_id": 0, "summary_activation": "gelu", "type_vocab_size": 2, "vocab_size": 30522}""",
        "Electra 256x12 heads=4 ffn=1024 rows=512 offset=0 words=30522 types=2 Gelu 1E-12 width=128 groups=0 buckets=0 None")]
    [InlineData("""{"architectures": ["AlbertForMaskedLM"], "down_scale_factor": 1, "embedding_size": 128, "gap_size": 0, "hidden_act": "gelu_new", "hidden_size": 768, "inner_group_num": 1, "intermediate_size": 3072, "max_position_embeddings": 512, "model_type": "albert", "num_attention_heads": 12, "num_hidden_groups": 1, "num_hidden_layers": 12, "type_vocab_size": 2, "vocab_size": 30000}""",
        "Albert 768x12 heads=12 ffn=3072 rows=512 offset=0 words=30000 types=2 GeluNew 1E-12 width=128 groups=1 buckets=0 MaskedLM")]
    public void Each_architecture_is_read_by_its_own_keys(string config, string expected)
    {
        EncoderSpec spec = new TinyFolder().With("config.json", config).Complete().Spec;

        Assert.Equal(expected, FormattableString.Invariant(
            $"{spec.ModelType} {spec.HiddenSize}x{spec.NumHiddenLayers} heads={spec.NumAttentionHeads} ffn={spec.IntermediateSize} rows={spec.MaxPositionEmbeddings} offset={spec.PositionOffset} words={spec.VocabSize} types={spec.TypeVocabSize} {spec.HiddenAct} {spec.LayerNormEps} width={spec.EmbeddingSize} groups={spec.NumHiddenGroups} buckets={spec.RelativeAttentionNumBuckets} {spec.Head}"));
    }

    [Theory]
    [InlineData("relu", HiddenAct.Relu)]
    [InlineData("gelu", HiddenAct.Gelu)]
    [InlineData("gelu_python", HiddenAct.Gelu)]
    [InlineData("gelu_new", HiddenAct.GeluNew)]
    [InlineData("gelu_fast", HiddenAct.GeluNew)]
    [InlineData("gelu_pytorch_tanh", HiddenAct.GeluNew)]
    [InlineData("silu", HiddenAct.Silu)]
    [InlineData("swish", HiddenAct.Silu)]
    public void Activations_are_known_by_all_their_names(string name, object act) =>
        Assert.Equal(act, new TinyFolder().WithConfig($"\"hidden_act\": \"{name}\"").Complete().Spec.HiddenAct);

    [Theory]
    [InlineData("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false, "pooling_mode_max_tokens": false}""", Pooling.Cls)]
    [InlineData("""{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": false, "pooling_mode_max_tokens": true, "pooling_mode_lasttoken": false, "include_prompt": true}""", Pooling.Max)]
    [InlineData("""{"word_embedding_dimension": 16}""", Pooling.Mean)]
    [InlineData("""{"embedding_dimension": 16, "pooling_mode": "cls"}""", Pooling.Cls)]
    public void Pooling_comes_from_the_pipeline(string pooling, object expected)
    {
        EncoderSpec spec = new TinyFolder().WithPipeline(pooling: pooling).Complete().Spec;

        Assert.Equal(expected, spec.Pooling);
        Assert.True(spec.Normalize);
    }

    [Fact]
    public void A_pipeline_that_does_not_normalise_is_taken_at_its_word()
    {
        string modules = TinyFolder.Modules[..TinyFolder.Modules.LastIndexOf(",\n", StringComparison.Ordinal)] + "]";
        TinyFolder folder = new TinyFolder().WithPipeline(modules);

        Assert.False(folder.Complete().Spec.Normalize);
        Assert.Contains("no Normalize in modules.json", Assert.Single(folder.Complete(("Normalize", true)).Problems).Arguments[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_model_is_pooled_as_the_attribute_says()
    {
        (EncoderSpec spec, IReadOnlyList<SpecProblem> problems) = new TinyFolder().Complete(("Pooling", (int)Pooling.Max), ("Normalize", true));

        Assert.Empty(problems);
        Assert.Equal((Pooling.Max, true), (spec.Pooling, spec.Normalize));
        Assert.Equal((Pooling.Mean, false), (new TinyFolder().Complete().Spec.Pooling, new TinyFolder().Complete().Spec.Normalize));
    }

    [Fact]
    public void A_pipeline_that_pools_has_no_head_whatever_class_saved_the_model() => Assert.Equal(
        Head.None, new TinyFolder().WithConfig("\"architectures\": [\"BertForMaskedLM\"]").WithPipeline().Complete().Spec.Head);

    [Theory]
    [InlineData("sentence_bert_config.json", "{\"max_seq_length\": 5, \"do_lower_case\": false}", 5)]
    [InlineData("sentence_xlm-roberta_config.json", "{\"max_seq_length\": 6}", 6)]
    [InlineData("sentence_bert_config.json", "{\"max_seq_length\": null}", 8)]
    [InlineData("sentence_bert_config.json", "{\"max_seq_length\": 500}", 8)]
    [InlineData("tokenizer_config.json", "{\"model_max_length\": 7}", 7)]
    [InlineData("tokenizer_config.json", "{\"model_max_length\": 1000000000000000019884624838656}", 8)]
    public void The_longest_text_is_what_the_folder_and_the_position_table_allow(string path, string text, int tokens) =>
        Assert.Equal(tokens, new TinyFolder().With(path, text).Complete().Spec.MaxTokens);

    [Fact]
    public void The_attribute_may_choose_another_maximum_within_the_table()
    {
        TinyFolder folder = new TinyFolder().With("sentence_bert_config.json", "{\"max_seq_length\": 5}");

        Assert.Equal(3, folder.Complete(("MaxSeqLength", 3)).Spec.MaxTokens);
        Assert.Equal(8, folder.Complete(("MaxSeqLength", 8)).Spec.MaxTokens);
        Assert.Equal("GE0023", Assert.Single(folder.Complete(("MaxSeqLength", 9)).Problems).Rule.Id);
    }

    [Fact]
    public void Labels_stand_in_the_order_of_their_ids()
    {
        (EncoderSpec spec, _) = new TinyFolder().WithConfig(
            "\"architectures\": [\"BertForSequenceClassification\"], \"id2label\": {\"1\": \"POSITIVE\", \"0\": \"NEGATIVE\", \"2\": \"<&\\\"\"}").Complete();

        Assert.Equal((Head.SequenceClassification, 3), (spec.Head, spec.NumLabels));
        Assert.Equal(["NEGATIVE", "POSITIVE", "<&\""], spec.Model!.Labels);
    }

    [Theory]
    [InlineData("\"id2label\": {\"0\": \"LABEL_0\"}", true)]
    [InlineData("\"num_labels\": 1", true)]
    [InlineData("\"num_labels\": 1, \"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\"", false)]
    [InlineData("\"num_labels\": 1, \"sentence_transformers\": {\"activation_fn\": \"torch.nn.modules.activation.Sigmoid\"}", true)]
    [InlineData("\"num_labels\": 1, \"sentence_transformers\": {\"activation_fn\": \"torch.nn.modules.linear.Identity\"}", false)]
    [InlineData("\"num_labels\": 1, \"problem_type\": \"regression\"", false)]
    [InlineData("\"num_labels\": 1, \"problem_type\": \"regression\", \"sentence_transformers\": {\"activation_fn\": \"torch.nn.modules.activation.Sigmoid\"}", true)]
    [InlineData("\"num_labels\": 2", false)]
    [InlineData("\"num_labels\": 2, \"problem_type\": \"single_label_classification\"", false)]
    [InlineData("\"num_labels\": 3, \"problem_type\": \"multi_label_classification\"", true)]
    public void Scores_are_sigmoids_for_one_label_and_for_labels_of_which_several_may_hold_unless_the_folder_says_otherwise(string members, bool sigmoid) => Assert.Equal(
        sigmoid, new TinyFolder().WithConfig("\"architectures\": [\"BertForSequenceClassification\"], " + members).Complete().Spec.Model!.SigmoidScore);

    [Fact]
    public void The_attribute_may_take_the_encoder_of_a_model_with_a_head()
    {
        TinyFolder folder = new TinyFolder().WithConfig("\"architectures\": [\"BertForQuestionAnswering\"]").With("model.safetensors", TinyFolder.Header(TinyFolder.Tensors("bert.")));

        Assert.Contains("BertForQuestionAnswering", Assert.Single(folder.Complete().Problems).Arguments[1], StringComparison.Ordinal);
        Assert.Empty(folder.Complete(("Head", (int)Head.None)).Problems);
    }

    /// <summary>A head stands beside the encoder: its names never have the encoder's prefix, except the pooler's, which is the encoder's own.</summary>
    [Theory]
    [InlineData("BertForSequenceClassification", "bert.pooler.dense.weight 16,16;bert.pooler.dense.bias 16;classifier.weight 3,16;classifier.bias 3")]
    [InlineData("BertForTokenClassification", "classifier.weight 3,16;classifier.bias 3")]
    [InlineData("BertForMaskedLM", "cls.predictions.transform.dense.weight 16,16;cls.predictions.transform.dense.bias 16;cls.predictions.transform.LayerNorm.weight 16;cls.predictions.transform.LayerNorm.bias 16;cls.predictions.bias 100")]
    public void A_heads_tensors_are_checked_under_their_own_names(string architecture, string tensors)
    {
        TinyFolder folder = new TinyFolder().WithConfig($$"""
            "architectures": ["{{architecture}}"], "id2label": {"0": "a", "1": "b", "2": "c"}
            """);
        (string Name, string Type, long[] Shape)[] head =
            [.. tensors.Split(';').Select(text => (text.Split(' ')[0], "F32", text.Split(' ')[1].Split(',').Select(long.Parse).ToArray()))];
        Assert.Empty(folder.With("model.safetensors", TinyFolder.Header(TinyFolder.Tensors("bert.").Concat(head))).Complete().Problems);

        foreach ((string name, _, _) in head)
        {
            var others = TinyFolder.Tensors("bert.").Concat(head.Where(tensor => tensor.Name != name));
            SpecProblem problem = Assert.Single(folder.With("model.safetensors", TinyFolder.Header(others)).Complete().Problems);
            Assert.Equal(("GE0024", name), (problem.Rule.Id, problem.Arguments[1]));
        }
    }

    [Fact]
    public void Prompts_keep_their_order_and_the_default_is_one_of_them()
    {
        ModelFolderSpec model = new TinyFolder()
            .With("config_sentence_transformers.json", """{"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": "passage", "similarity_fn_name": "cosine"}""")
            .Complete().Spec.Model!;

        Assert.Equal([new Prompt("query", "query: "), new Prompt("passage", "passage: ")], model.Prompts);
        Assert.Equal("passage", model.DefaultPromptName);
        Assert.Contains("config_sentence_transformers.json: prompts query, passage; passage where none is asked for; to be compared by cosine", model.Read);
    }

    [Fact]
    public void Tensors_may_be_in_several_files_and_have_a_prefix_and_old_names()
    {
        var tensors = TinyFolder.Tensors("bert.").Select(t => t with { Name = t.Name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta") }).ToArray();
        string map = string.Join(",", tensors.Select((t, i) => $"\"{t.Name}\": \"model-{i % 2}.safetensors\""));
        TinyFolder folder = new TinyFolder().With("model.safetensors", null)
            .With("model.safetensors.index.json", $"{{\"weight_map\": {{{map}}}}}")
            .With("model-0.safetensors", TinyFolder.Header(tensors.Where((_, i) => i % 2 == 0)))
            .With("model-1.safetensors", TinyFolder.Header(tensors.Where((_, i) => i % 2 == 1)));

        Assert.Empty(folder.Complete().Problems);
        Assert.Equal("GE0021", Assert.Single(folder.With("model-1.safetensors", null).Complete().Problems).Rule.Id);
    }

    private static string Generated(TinyFolder folder) =>
        Assert.Single(GeneratorHost.Generate([folder.File], [TinyFolder.Declaration]), file => file.HintName == "Demo.Tiny.g.cs").SourceText.ToString();
}
