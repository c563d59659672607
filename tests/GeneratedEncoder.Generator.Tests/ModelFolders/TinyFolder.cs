using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>A small model folder in memory, to which a test changes what it is about.</summary>
internal sealed class TinyFolder
{
    public const string Declaration = """
        using GeneratedEncoder;
        namespace Demo;
        [TransformerEncoder("tiny")]
        public sealed partial class Tiny;
        """;

    public const string Config = """
        {
          "architectures": ["BertModel"], "model_type": "bert",
          "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
          "max_position_embeddings": 8, "vocab_size": 100, "type_vocab_size": 2,
          "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute"
        }
        """;

    public const string Modules = """
        [
          {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
          {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
          {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
        ]
        """;

    public const string Pooling = """
        {"word_embedding_dimension": 16, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false, "pooling_mode_max_tokens": false}
        """;

    /// <summary>The folder's files; a safetensors file's text is its header.</summary>
    public Dictionary<string, string> Files { get; } = new()
    {
        ["config.json"] = Config,
        ["model.safetensors"] = Header(Tensors()),
    };

    public string? Problem { get; init; }

    public string Name { get; init; } = "tiny";

    /// <summary>The names and shapes of a BERT of <see cref="Config"/>'s dimensions.</summary>
    public static IEnumerable<(string Name, string Type, long[] Shape)> Tensors(string prefix = "")
    {
        const string layer = "encoder.layer.0.";
        (string Name, long[] Shape)[] tensors =
        [
            ("embeddings.word_embeddings.weight", [100, 16]), ("embeddings.position_embeddings.weight", [8, 16]),
            ("embeddings.token_type_embeddings.weight", [2, 16]), ("embeddings.LayerNorm.weight", [16]), ("embeddings.LayerNorm.bias", [16]),
            (layer + "attention.self.query.weight", [16, 16]), (layer + "attention.self.query.bias", [16]),
            (layer + "attention.self.key.weight", [16, 16]), (layer + "attention.self.key.bias", [16]),
            (layer + "attention.self.value.weight", [16, 16]), (layer + "attention.self.value.bias", [16]),
            (layer + "attention.output.dense.weight", [16, 16]), (layer + "attention.output.dense.bias", [16]),
            (layer + "attention.output.LayerNorm.weight", [16]), (layer + "attention.output.LayerNorm.bias", [16]),
            (layer + "intermediate.dense.weight", [32, 16]), (layer + "intermediate.dense.bias", [32]),
            (layer + "output.dense.weight", [16, 32]), (layer + "output.dense.bias", [16]),
            (layer + "output.LayerNorm.weight", [16]), (layer + "output.LayerNorm.bias", [16]),
        ];
        return tensors.Select(tensor => (prefix + tensor.Name, "F32", tensor.Shape)).Append((prefix + "embeddings.position_ids", "I64", [1, 8]));
    }

    public static string Header(IEnumerable<(string Name, string Type, long[] Shape)> tensors) =>
        $"{{\"__metadata__\":{{\"format\":\"pt\"}},{string.Join(",", tensors.Select(t =>
            $"\"{t.Name}\":{{\"dtype\":\"{t.Type}\",\"shape\":[{string.Join(",", t.Shape)}],\"data_offsets\":[0,4]}}"))}}}  ";

    /// <summary>The folder with a file changed, added or (null) removed.</summary>
    public TinyFolder With(string path, string? text)
    {
        TinyFolder changed = new() { Problem = Problem, Name = Name };
        changed.Files.Clear();
        foreach ((string key, string value) in Files)
        {
            changed.Files[key] = value;
        }

        changed.Files.Remove(path);
        if (text is not null)
        {
            changed.Files[path] = text;
        }

        return changed;
    }

    /// <summary>The folder with keys of its config set: <c>"hidden_size": 17, "id2label": {...}</c>. A key that comes again wins.</summary>
    public TinyFolder WithConfig(string members) => With("config.json", Config.TrimEnd()[..^1] + ", " + members + "}");

    public TinyFolder WithPipeline(string modules = Modules, string pooling = Pooling) =>
        With("modules.json", modules).With("1_Pooling/config.json", pooling);

    public string Text => new ModelBundle { Name = Name, Folder = "Models/" + Name, OutputFolder = "Models/" + Name, Problem = Problem, Files = Files }.Write();

    /// <summary>What the folder makes of an attribute that names it and sets these properties.</summary>
    public (EncoderSpec Spec, IReadOnlyList<SpecProblem> Problems) Complete(params (string Property, object Value)[] given) =>
        Complete(Text, Name, given);

    public static (EncoderSpec Spec, IReadOnlyList<SpecProblem> Problems) Complete(string bundle, string name, params (string Property, object Value)[] given) =>
        ModelFolderReader.Complete(
            given.Aggregate(
                new EncoderSpec
                {
                    Type = new TypeSpec { Namespace = "", Containers = default, Declaration = "partial class X", Name = "X", FullName = "X", NotPartial = null, Unsupported = null },
                    Given = new([.. given.Select(g => g.Property)]),
                    ModelName = name,
                },
                (spec, g) => SpecParser.Set(spec, g.Property, g.Value)),
            [bundle]);

    /// <summary>As the build hands it to the compiler.</summary>
    public AdditionalText File => new TextFile($"obj/EncoderModels/{Name}{ModelBundle.Extension}", Text);

    public sealed class TextFile(string path, string text) : AdditionalText
    {
        public override string Path { get; } = path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
