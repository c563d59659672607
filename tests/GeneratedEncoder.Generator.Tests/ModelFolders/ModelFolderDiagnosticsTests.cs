using System.Collections.Immutable;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>Each thing that can be wrong with a folder, or between it and the attribute, is one clear error at its own place.</summary>
public sealed class ModelFolderDiagnosticsTests
{
    [Theory]
    [InlineData("GE0022", "\"model_type\": \"gpt2\"", "model_type = \"gpt2\" in config.json; supported are bert, roberta, camembert, xlm-roberta, distilbert, mpnet, electra, albert, modernbert, nomic_bert, new, gte, deberta-v2, t5, gemma3_text")]
    [InlineData("GE0021", "\"model_type\": null", "config.json has no model_type; supported are bert")]
    [InlineData("GE0022", "\"hidden_act\": \"quick_gelu\"", "hidden_act = \"quick_gelu\" in config.json; supported are relu, gelu,")]
    [InlineData("GE0022", "\"position_embedding_type\": \"relative_key_query\"", "position_embedding_type = \"relative_key_query\" in config.json; only \"absolute\" is supported")]
    [InlineData("GE0022", "\"auto_map\": {\"AutoModel\": \"somebody/bert-of-my-own--modeling_bert.MyBertModel\"}", "the model calls itself \"bert\", but comes with code of its own")]
    [InlineData("GE0022", "\"position_embedding_type\": \"relative_key\"", "position_embedding_type = \"relative_key\"")]
    [InlineData("GE0022", "\"_name_or_path\": \"jinaai/jina-bert-implementation\"", "_name_or_path = \"jinaai/jina-bert-implementation\" in config.json: the model calls itself \"bert\"")]
    [InlineData("GE0022", "\"is_decoder\": true", "is_decoder = true")]
    [InlineData("GE0022", "\"quantization_config\": {\"bits\": 4}", "quantization_config = an object")]
    [InlineData("GE0022", "\"model_type\": \"albert\", \"inner_group_num\": 2", "inner_group_num = 2 in config.json; only 1 is supported")]
    [InlineData("GE0021", "\"hidden_size\": \"16\"", "config.json: hidden_size must be a whole number, but is \"16\"")]
    [InlineData("GE0021", "\"hidden_size\": 99999999999", "config.json: hidden_size must be a whole number, but is 99999999999")]
    [InlineData("GE0021", "\"layer_norm_eps\": true", "config.json: layer_norm_eps must be a number, but is true")]
    [InlineData("GE0021", "\"model_type\": \"roberta\", \"pad_token_id\": -1", "config.json: pad_token_id must be a token id, but is -1")]
    [InlineData("GE0003", "\"hidden_size\": 0", "HiddenSize = 0 is out of range; it must be 1 to 65536")]
    [InlineData("GE0004", "\"num_attention_heads\": 3", "NumAttentionHeads = 3 does not divide HiddenSize = 16; use 2 or 4")]
    [InlineData("GE0006", "\"layer_norm_eps\": 0", "LayerNormEps = 0 must be a positive number")]
    [InlineData("GE0021", "\"architectures\": [\"BertForTokenClassification\"], \"id2label\": {\"0\": \"a\", \"2\": \"b\"}", "id2label has 2 labels, but an id \"2\"")]
    [InlineData("GE0022", "\"architectures\": [\"BertForSequenceClassification\"], \"num_labels\": 1, \"sbert_ce_default_activation_function\": \"torch.nn.Tanh\"", "the cross-encoder's activation \"torch.nn.Tanh\" in config.json")]
    [InlineData("GE0022", "\"architectures\": [\"BertForSequenceClassification\"], \"num_labels\": 3, \"problem_type\": \"regression\"", "problem_type = \"regression\" in config.json with 3 labels; one is supported")]
    public async Task A_config_that_makes_no_encoder(string id, string members, string message) =>
        await AssertError(new TinyFolder().WithConfig(members), id, message);

    [Theory]
    [InlineData("GE0022", "CNN", "2_CNN", "modules.json has sentence_transformers.models.CNN after Pooling; supported are Dense, LayerNorm and Normalize")]
    [InlineData("GE0022", "WordEmbeddings", "0_WordEmbeddings", "modules.json has sentence_transformers.models.WordEmbeddings first")]
    [InlineData("GE0022", "Transformer", "0_Transformer", "the Transformer in modules.json has its files in '0_Transformer'")]
    [InlineData("GE0021", "Pooling", "9_Pooling", "it has no 9_Pooling/config.json")]
    public async Task A_pipeline_that_is_not_supported(string id, string type, string path, string message)
    {
        string old = type switch { "CNN" => "2_Normalize", "Pooling" => "1_Pooling", _ => "" };
        string oldType = type switch { "CNN" => "Normalize", "Pooling" => "Pooling", _ => "Transformer" };
        string modules = TinyFolder.Modules.Replace($"\"path\": \"{old}\", \"type\": \"sentence_transformers.models.{oldType}\"", $"\"path\": \"{path}\", \"type\": \"sentence_transformers.models.{type}\"");

        await AssertError(new TinyFolder().WithPipeline(modules), id, message);
    }

    [Theory]
    [InlineData("GE0022", """{"pooling_mode": "attention"}""", "pooling_mode has \"attention\" in 1_Pooling/config.json; supported are cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken")]
    [InlineData("GE0022", """{"pooling_mode": ["cls", "attention"]}""", "pooling_mode has \"attention\" in 1_Pooling/config.json")]
    [InlineData("GE0021", """{"word_embedding_dimension": 17}""", "word_embedding_dimension = 17 in 1_Pooling/config.json contradicts the 16 of config.json")]
    public async Task A_pooling_that_is_not_supported(string id, string pooling, string message) =>
        await AssertError(new TinyFolder().WithPipeline(pooling: pooling), id, message);

    [Theory]
    [InlineData("config.json", null, "it has no config.json (Models/tiny)")]
    [InlineData("config.json", "", "config.json is not valid JSON: line 1, column 1: expected a value, but found the end")]
    [InlineData("config.json", "{\n  \"a\": 1,\n}", "config.json is not valid JSON: line 3, column 1: expected '\"', but found '}'")]
    [InlineData("config.json", "[]", "config.json: expected an object, but found an array")]
    [InlineData("modules.json", "{}", "modules.json: expected an array, but found an object")]
    [InlineData("modules.json", "[1]", "modules.json: a module has no type")]
    [InlineData("config_sentence_transformers.json", "{\"default_prompt_name\": \"query\"}", "default_prompt_name = \"query\" is not the name of a prompt")]
    [InlineData("config_sentence_transformers.json", "{\"prompts\": {\"query\": 1}}", "the prompt \"query\" must be a string, but is 1")]
    [InlineData("model.safetensors", null, "it has no model.safetensors")]
    [InlineData("model.safetensors", "{", "the header of model.safetensors is not valid")]
    [InlineData("model.safetensors", "{\"a\": {\"dtype\": \"F32\"}}", "the entry of tensor 'a' lacks dtype, shape or its two data_offsets")]
    [InlineData("model.safetensors", "{\"a\": {\"dtype\": \"F32\", \"shape\": [-1], \"data_offsets\": [0, 4]}}", "the entry of tensor 'a' lacks")]
    public async Task A_file_that_is_missing_or_damaged(string path, string? text, string message) =>
        await AssertError(new TinyFolder().With(path, text), "GE0021", message);

    [Fact]
    public async Task What_the_build_found_wrong_is_passed_on() =>
        await AssertError(new TinyFolder { Problem = "it has only 3 bytes" }, "GE0021", "The model folder 'tiny' can't be read: it has only 3 bytes (Models/tiny)");

    [Theory]
    [InlineData("GE0024", "encoder.layer.0.intermediate.dense.bias", "", "F32", "The model 'tiny' has no tensor 'encoder.layer.0.intermediate.dense.bias' (expected with shape [32])")]
    [InlineData("GE0024", "encoder.layer.0.attention.self.query.weight", "", "F32", "The model 'tiny' has no tensor 'encoder.layer.0.attention.self.query.weight' (expected with shape [16, 16])")]
    [InlineData("GE0025", "embeddings.word_embeddings.weight", "99,16", "F32", "The tensor 'embeddings.word_embeddings.weight' of the model 'tiny' has shape [99, 16], but is expected with shape [100, 16]")]
    [InlineData("GE0025", "encoder.layer.0.output.dense.weight", "32,16", "F32", "The tensor 'encoder.layer.0.output.dense.weight' of the model 'tiny' has shape [32, 16], but is expected with shape [16, 32]")]
    [InlineData("GE0026", "embeddings.LayerNorm.bias", "16", "I8", "The tensor 'embeddings.LayerNorm.bias' of the model 'tiny' has type I8; F32, F16 and BF16 are supported")]
    [InlineData("GE0027", "encoder.layer.1.attention.self.query.weight", "16,16", "F32", "The model 'tiny' has a tensor 'encoder.layer.1.attention.self.query.weight' of shape [16, 16], but this encoder was compiled with NumHiddenLayers = 1")]
    public async Task A_tensor_that_is_missing_misshapen_or_of_another_type_is_named(string id, string name, string shape, string type, string message)
    {
        var others = TinyFolder.Tensors().Where(tensor => tensor.Name != name);
        long[] dimensions = [.. shape.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
        var tensors = shape.Length == 0 ? others : others.Append((name, type, dimensions));

        await AssertError(new TinyFolder().With("model.safetensors", TinyFolder.Header(tensors)), id, message);
    }

    [Fact]
    public async Task Another_models_weights_are_a_handful_of_errors_not_hundreds()
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) =
            await GeneratorHost.AnalyzeAsync(TinyFolder.Declaration, new TinyFolder().WithConfig("\"hidden_size\": 32, \"num_hidden_layers\": 12").File);

        Assert.Equal(10, diagnostics.Length);
        Assert.Equal(0, files);
    }

    [Theory]
    [InlineData("HiddenSize = 32", "hidden_size = 16 in config.json")]
    [InlineData("NumHiddenLayers = 2", "num_hidden_layers = 1 in config.json")]
    [InlineData("NumAttentionHeads = 4", "num_attention_heads = 2 in config.json")]
    [InlineData("IntermediateSize = 64", "intermediate_size = 32 in config.json")]
    [InlineData("MaxPositionEmbeddings = 512", "max_position_embeddings = 8 in config.json")]
    [InlineData("VocabSize = 99", "vocab_size = 100 in config.json")]
    [InlineData("TypeVocabSize = 1", "type_vocab_size = 2 in config.json")]
    [InlineData("PositionOffset = 2", "model_type = \"bert\" in config.json")]
    [InlineData("HiddenAct = HiddenAct.Relu", "hidden_act = \"gelu\" in config.json")]
    [InlineData("LayerNormEps = 1E-05", "layer_norm_eps = 1e-12 in config.json")]
    [InlineData("NormPlacement = NormPlacement.Pre", "model_type = \"bert\" in config.json")]
    [InlineData("ModelType = ModelType.Roberta", "model_type = \"bert\" in config.json")]
    [InlineData("EmbeddingSize = 8", "model_type = \"bert\" in config.json")]
    [InlineData("Pooling = Pooling.Max", "pooling_mode_cls_token in 1_Pooling/config.json")]
    [InlineData("Normalize = false", "Normalize in modules.json")]
    [InlineData("MaxSeqLength = 9", "max_position_embeddings = 8 in config.json, room for 8 tokens")]
    public async Task A_property_that_contradicts_the_folder_is_an_error_at_its_argument(string argument, string source)
    {
        string declaration = TinyFolder.Declaration.Replace("\"tiny\"", $"\"tiny\", {argument}");

        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(declaration, new TinyFolder().WithPipeline().File);

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal("GE0023", error.Id);
        string property = argument[..argument.IndexOf(' ')];
        string value = argument[(argument.LastIndexOfAny([' ', '.']) + 1)..];
        Assert.Equal($"{property} = {value} contradicts the model 'tiny', which has {source}; leave it out", error.GetMessage());
        Assert.Equal(argument, TextAt(error));
        Assert.Equal(0, files);
    }

    [Fact]
    public async Task A_property_that_repeats_the_folder_is_none()
    {
        string declaration = TinyFolder.Declaration.Replace("\"tiny\"",
            "\"tiny\", HiddenSize = 16, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-12, Pooling = Pooling.Cls, Normalize = true, Head = Head.None, PositionOffset = 0");

        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(declaration, new TinyFolder().WithPipeline().File);

        Assert.Empty(diagnostics);
        Assert.True(files > 0);
    }

    [Fact]
    public async Task A_folder_that_the_project_does_not_name()
    {
        (ImmutableArray<Diagnostic> none, _) = await GeneratorHost.AnalyzeAsync(TinyFolder.Declaration);
        (ImmutableArray<Diagnostic> others, int files) = await GeneratorHost.AnalyzeAsync(
            TinyFolder.Declaration, new TinyFolder { Name = "large" }.File, new TinyFolder { Name = "base" }.File);

        Assert.Equal("No model folder 'tiny' is named in the project file, the project has none (a pattern such as Models/* finds no folders; Models/*/config.json does); add <EncoderModel Include=\"path/to/tiny\" />", Assert.Single(none).GetMessage());
        Assert.Contains("the project has base, large;", Assert.Single(others).GetMessage(), StringComparison.Ordinal);
        Assert.Equal("\"tiny\"", TextAt(others[0]));
        Assert.Equal(0, files);
    }

    [Fact]
    public async Task Two_folders_of_one_name() =>
        Assert.Contains("several folders have that name (Models/tiny, Models/tiny)", Assert.Single(
            (await GeneratorHost.AnalyzeAsync(TinyFolder.Declaration, new TinyFolder().File, new TinyFolder.TextFile("other/tiny.encodermodel.json", new TinyFolder().Text))).Diagnostics).GetMessage(), StringComparison.Ordinal);

    [Theory]
    [InlineData("config.json")]
    [InlineData("modules.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("model.safetensors")]
    [InlineData("sentence_bert_config.json")]
    [InlineData("config_sentence_transformers.json")]
    public void Damaged_files_never_throw(string path)
    {
        TinyFolder folder = new TinyFolder().WithPipeline().With("sentence_bert_config.json", "{\"max_seq_length\": 5}")
            .With("config_sentence_transformers.json", """{"prompts": {"query": "query: "}, "default_prompt_name": null}""");
        string text = folder.Files[path], alphabet = "{}[]\",:0123456789.-eE\\utrfalsn \0\ud800";
        Random random = new(5);
        for (int trial = 0; trial < 300; trial++)
        {
            char[] damaged = text.ToCharArray();
            for (int change = random.Next(3); change >= 0; change--)
            {
                damaged[random.Next(damaged.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            string cut = new(damaged, 0, random.Next(2) == 0 ? damaged.Length : random.Next(damaged.Length));
            (EncoderSpec spec, _) = folder.With(path, cut).Complete();
            Assert.NotNull(SpecValidator.Validate(spec).ToArray());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"name\": \"tiny\"}")]
    [InlineData("{\"name\": \"tiny\", \"files\": 3}")]
    [InlineData("null")]
    public void A_file_that_is_no_bundle_is_no_model(string text) => Assert.Single(TinyFolder.Complete(text, "tiny").Problems);

    [Fact]
    public async Task A_config_nested_a_million_deep_is_refused() =>
        await AssertError(new TinyFolder().With("config.json", new string('[', 1_000_000)), "GE0021", "nested more than 32 deep");

    /// <summary>The folder's only error, at the argument that names it, and no generated code.</summary>
    private static async Task AssertError(TinyFolder folder, string id, string message)
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(TinyFolder.Declaration, folder.File);

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Contains(message, error.GetMessage(), StringComparison.Ordinal);
        Assert.Equal((id, DiagnosticSeverity.Error), (error.Id, error.Severity));
        Assert.Equal("\"tiny\"", TextAt(error));
        Assert.Equal(0, files);
    }

    private static string TextAt(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree!.ToString().Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length);
}
