extern alias runtime;

using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>
/// A class made from one folder is given another: it loads what it would have been compiled from just as well, and refuses what says something
/// else of how vectors are made. Compiled here, and loaded from folders on disk.
/// </summary>
public sealed class FolderAtHandTests : IDisposable
{
    private static readonly ConcurrentDictionary<string, Type> s_compiled = new();

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("generated encoder ");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void The_folder_that_it_was_compiled_from_is_loaded_and_so_is_a_file_in_it()
    {
        string folder = Write(Sentences());

        Load(Sentences(), folder);
        Load(Sentences(), Path.Combine(folder, "model.safetensors"));
    }

    /// <summary>What another tool may write when it saves the same model, or a finer trained one.</summary>
    [Theory]
    [InlineData("keys in another order, more of them, defaults written out")]
    [InlineData("numbers written otherwise")]
    [InlineData("half precision")]
    [InlineData("no tensor that isn't used")]
    [InlineData("other files beside")]
    [InlineData("byte order marks")]
    public void The_same_model_saved_otherwise_is_loaded(string how)
    {
        TinyFolder saved = how switch
        {
            "keys in another order, more of them, defaults written out" => Sentences().With(
                "config.json", "{\"transformers_version\": \"5.0.0\", \"is_decoder\": false, \"pad_token_id\": 0, " + TinyFolder.Config.TrimStart()[1..]),
            "numbers written otherwise" => Sentences().With("config.json", TinyFolder.Config.Replace("1e-12", "0.000000000001")),
            "other files beside" => Sentences().With("README.md", "---\n").With("onnx/config.json", "{}").With("sentence_other_config.json", "{}"),
            "byte order marks" => Sentences(),
            _ => Sentences(),
        };
        string folder = Write(saved, how == "half precision" ? "F16" : "F32", how == "no tensor that isn't used");
        if (how == "byte order marks")
        {
            foreach (string file in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories))
            {
                File.WriteAllText(file, File.ReadAllText(file), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            }
        }

        Load(Sentences(), folder);
    }

    [Theory]
    [InlineData("config.json", "1e-12", "1e-5", "LayerNormEps is 1E-05 there (layer_norm_eps = 1e-5 in config.json), but was 1E-12 when it was compiled (layer_norm_eps = 1e-12 in config.json)")]
    [InlineData("config.json", "\"gelu\"", "\"gelu_new\"", "HiddenAct is GeluNew there (hidden_act = \"gelu_new\" in config.json), but was Gelu")]
    [InlineData("config.json", "\"hidden_act\": \"gelu\",", "\"hidden_act\": \"silu\",", "HiddenAct is Silu")]
    [InlineData("config.json", "\"num_attention_heads\": 2", "\"num_attention_heads\": 4", "NumAttentionHeads is 4 there (num_attention_heads = 4 in config.json), but was 2")]
    [InlineData("config.json", "\"num_hidden_layers\": 1", "\"num_hidden_layers\": 2", "NumHiddenLayers is 2 there")]
    [InlineData("config.json", "\"hidden_act\": \"gelu\", \"layer_norm_eps\": 1e-12, ", "\"layer_norm_eps\": 2e-12, ", "LayerNormEps is 2E-12 there")]
    [InlineData("config.json", "\"model_type\": \"bert\"", "\"model_type\": \"electra\"", "ModelType is Electra there (model_type = \"electra\" in config.json), but was Bert")]
    [InlineData("config.json", "\"model_type\": \"bert\"", "\"model_type\": \"gpt2\"", "model_type = \"gpt2\" in config.json; supported are")]
    [InlineData("config.json", "\"absolute\"", "\"relative_key\"", "position_embedding_type = \"relative_key\" in config.json")]
    [InlineData("config.json", "{", "[", "config.json is not valid JSON")]
    [InlineData("config.json", null, null, "it has no config.json")]
    [InlineData("modules.json", null, null, "Pooling is Mean there (no modules.json), but was Cls when it was compiled (pooling_mode_cls_token in 1_Pooling/config.json)")]
    [InlineData("modules.json", ",\n  {\"idx\": 2, \"name\": \"2\", \"path\": \"2_Normalize\", \"type\": \"sentence_transformers.models.Normalize\"}", "", "Normalize is false there (no Normalize in modules.json), but was true when it was compiled (Normalize in modules.json)")]
    [InlineData("1_Pooling/config.json", "\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false", "\"pooling_mode_cls_token\": false, \"pooling_mode_mean_tokens\": true", "Pooling is Mean there (pooling_mode_mean_tokens in 1_Pooling/config.json), but was Cls")]
    [InlineData("1_Pooling/config.json", null, null, "it has no 1_Pooling/config.json")]
    [InlineData("sentence_bert_config.json", "6", "4", "MaxTokens is 4 there (max_seq_length = 4 in sentence_bert_config.json), but was 6 when it was compiled (max_seq_length = 6 in sentence_bert_config.json)")]
    [InlineData("sentence_bert_config.json", null, null, "MaxTokens is 8 there (max_position_embeddings = 8 in config.json), but was 6")]
    [InlineData("config_sentence_transformers.json", "ask: ", "query: ", "the prompt \"query\" is \"query: \" there (config_sentence_transformers.json), but was \"ask: \" when it was compiled")]
    [InlineData("config_sentence_transformers.json", "\"document\": \"\"", "\"passage\": \"\"", "the prompt \"document\" is none there")]
    [InlineData("config_sentence_transformers.json", "\"document\": \"\"", "\"passage\": \"\"", "the prompt \"passage\" is \"\" there (config_sentence_transformers.json), but was none")]
    [InlineData("config_sentence_transformers.json", ", \"default_prompt_name\": \"query\"", "", "the default prompt is none there (config_sentence_transformers.json), but was \"query\"")]
    [InlineData("config_sentence_transformers.json", null, null, "the default prompt is none there")]
    public void A_folder_that_says_something_else_is_refused_with_key_file_and_both_values(string file, string? old, string? changed, string message)
    {
        TinyFolder compiled = Sentences(), other = compiled.With(file, old is null ? null : compiled.Files[file].ReplaceLineEndings("\n").Replace(old, changed));
        Assert.NotEqual(compiled.Files[file].ReplaceLineEndings("\n"), other.Files.GetValueOrDefault(file));

        string folder = Write(other), error = Refused(compiled, folder);

        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains($"'{folder}'", error, StringComparison.Ordinal);
        Assert.Contains("Tiny", error, StringComparison.Ordinal);
        if (file != "config.json" || old is not null)
        {
            Assert.Contains(message, Refused(compiled, Path.Combine(folder, "model.safetensors")), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"0\": \"no\", \"1\": \"yes\"", "\"1\": \"no\", \"0\": \"yes\"", "label 0 is \"yes\" there (config.json), but was \"no\" when it was compiled")]
    [InlineData("\"single_label_classification\"", "\"multi_label_classification\"", "SigmoidScore is \"true\" there (config.json), but was \"false\"")]
    [InlineData("BertForSequenceClassification", "BertForTokenClassification", "Head is TokenClassification there (architectures = [\"BertForTokenClassification\"] in config.json), but was SequenceClassification")]
    [InlineData("BertForSequenceClassification", "BertForQuestionAnswering", "the head of architectures = [\"BertForQuestionAnswering\"]")]
    public void Labels_scores_and_heads_are_compared(string old, string changed, string message)
    {
        TinyFolder compiled = Classifier();
        TinyFolder other = compiled.With("config.json", compiled.Files["config.json"].Replace(old, changed));

        Load(compiled, Write(compiled));
        Assert.Contains(message, Refused(compiled, Write(other)), StringComparison.Ordinal);
    }

    /// <summary>The attribute may refine what a folder leaves open, so a folder may leave it open again, but not say otherwise.</summary>
    [Theory]
    [InlineData("Pooling = Pooling.Max", "", null)]
    [InlineData("Pooling = Pooling.Max", "pipeline", "Pooling is Cls there (pooling_mode_cls_token in 1_Pooling/config.json), but was Max when it was compiled (in the attribute)")]
    [InlineData("Pooling = Pooling.Cls, Normalize = true", "pipeline", null)]
    [InlineData("MaxSeqLength = 5", "length", null)]
    [InlineData("Head = Head.None", "\"architectures\": [\"BertForMaskedLM\"]", null)]
    [InlineData("Head = Head.None", "\"architectures\": [\"BertForQuestionAnswering\"]", null)]
    [InlineData("", "\"architectures\": [\"BertForMaskedLM\"]", "Head is MaskedLM there")]
    [InlineData("HiddenSize = 16", "", null)]
    public void What_the_attribute_says_counts_where_a_folder_leaves_it_open(string attribute, string other, string? message)
    {
        TinyFolder bare = new(), atHand = other switch
        {
            "pipeline" => bare.WithPipeline(),
            "length" => bare.With("sentence_bert_config.json", "{\"max_seq_length\": 7}"),
            "" => bare,
            _ => bare.WithConfig(other),
        };
        string folder = Write(atHand);

        if (message is null)
        {
            Load(bare, folder, attribute);
        }
        else
        {
            Assert.Contains(message, Refused(bare, folder, attribute), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_head_that_only_the_attribute_has_is_no_reason_to_refuse_the_folder_it_was_compiled_from()
    {
        TinyFolder questions = new TinyFolder().WithConfig("\"architectures\": [\"BertForQuestionAnswering\"]");

        Load(questions, Write(questions), "Head = Head.None");
    }

    /// <summary>Nothing there says how its vectors are made; names and shapes are compared all the same.</summary>
    [Fact]
    public void A_file_without_a_config_beside_it_is_loaded()
    {
        string folder = Write(Sentences());
        File.Move(Path.Combine(folder, "model.safetensors"), Path.Combine(_root.FullName, "bare.safetensors"));

        Load(Sentences(), Path.Combine(_root.FullName, "bare.safetensors"));
    }

    /// <summary>A pipe would keep Load waiting, and a device gives bytes without end.</summary>
    [SkippableTheory]
    [InlineData("model.safetensors", "pipe")]
    [InlineData("config.json", "pipe")]
    [InlineData("1_Pooling/config.json", "pipe")]
    [InlineData("model.safetensors", "/dev/zero")]
    [InlineData("config.json", "/dev/zero")]
    [InlineData("modules.json", "empty")]
    public async Task What_is_no_ordinary_file_is_refused_and_not_waited_for(string file, string kind)
    {
        Skip.If(OperatingSystem.IsWindows(), "There are no such files.");
        string folder = Write(Sentences()), path = Path.Combine(folder, file);
        File.Delete(path);
        if (kind == "pipe")
        {
            using Process mkfifo = Process.Start("mkfifo", [path]);
            await mkfifo.WaitForExitAsync();
        }
        else
        {
            File.Copy("/dev/null", path);
            if (kind != "empty")
            {
                File.Delete(path);
                File.CreateSymbolicLink(path, kind);
            }
        }

        Task<string> refused = Task.Run(() => Refused(Sentences(), folder));
        Assert.Same(refused, await Task.WhenAny(refused, Task.Delay(TimeSpan.FromSeconds(20))));
        Assert.Contains(kind == "/dev/zero" ? "is a link to '/dev/zero', outside of the folder" : "has no bytes", await refused, StringComparison.Ordinal);
        Assert.Contains("no bytes", Assert.Throws<InvalidDataException>(() => runtime::GeneratedEncoder.Runtime.RegularFile.OpenRead(path)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Links_may_lead_through_the_folder_and_from_the_hubs_snapshots_to_their_blobs()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege.");
        string folder = Write(Sentences()), cache = Path.Combine(_root.FullName, "models--org--tiny");
        Directory.CreateDirectory(Path.Combine(cache, "blobs"));
        Directory.CreateDirectory(Path.Combine(cache, "snapshots"));
        File.Move(Path.Combine(folder, "model.safetensors"), Path.Combine(cache, "blobs", "0a1b"));
        Directory.Move(folder, Path.Combine(cache, "snapshots", "2c3d"));
        File.CreateSymbolicLink(Path.Combine(cache, "snapshots", "2c3d", "model.safetensors"), "../../blobs/0a1b");
        Directory.CreateSymbolicLink(Path.Combine(_root.FullName, "current"), Path.Combine(cache, "snapshots", "2c3d"));

        Load(Sentences(), Path.Combine(cache, "snapshots", "2c3d"));
        Load(Sentences(), Path.Combine(_root.FullName, "current"));

        // Elsewhere the same link leads out, and only who names the file itself may follow it.
        Directory.Move(Path.Combine(cache, "snapshots"), Path.Combine(cache, "others"));
        Assert.Contains("outside of the folder, and links out of model folders are not followed", Refused(Sentences(), Path.Combine(cache, "others", "2c3d")), StringComparison.Ordinal);
        Load(Sentences(), Path.Combine(cache, "others", "2c3d", "model.safetensors"));
    }

    [Fact]
    public void A_longer_file_than_allowed_is_not_read()
    {
        string path = Path.Combine(_root.FullName, "long");
        using (FileStream file = File.Create(path))
        {
            file.SetLength(1L << 40);
        }

        Assert.Contains(
            "has 1099511627776 bytes; at most 100 are read",
            Assert.Throws<InvalidDataException>(() => runtime::GeneratedEncoder.Runtime.RegularFile.ReadAllBytes(path, 100)).Message, StringComparison.Ordinal);
    }

    private static TinyFolder Sentences() => new TinyFolder().WithPipeline()
        .With("sentence_bert_config.json", """{"max_seq_length": 6}""")
        .With("config_sentence_transformers.json", """{"prompts": {"query": "ask: ", "document": ""}, "default_prompt_name": "query"}""");

    private static TinyFolder Classifier() => new TinyFolder()
        .WithConfig("\"architectures\": [\"BertForSequenceClassification\"], \"problem_type\": \"single_label_classification\", \"id2label\": {\"0\": \"no\", \"1\": \"yes\"}")
        .With("model.safetensors", TinyFolder.Header(ClassifierTensors()));

    private static IEnumerable<(string Name, string Type, long[] Shape)> ClassifierTensors() => TinyFolder.Tensors("bert.").Concat(
    [
        ("bert.pooler.dense.weight", "F32", [16, 16]), ("bert.pooler.dense.bias", "F32", [16]),
        ("classifier.weight", "F32", [2, 16]), ("classifier.bias", "F32", [2]),
    ]);

    /// <summary>The class that a folder and an attribute make, compiled once.</summary>
    private static Type Compiled(TinyFolder folder, string attribute) => s_compiled.GetOrAdd(folder.Text + attribute, key =>
    {
        string declaration = TinyFolder.Declaration.Replace("\"tiny\"", attribute.Length == 0 ? "\"tiny\"" : "\"tiny\", " + attribute);
        (GeneratorRunResult _, Compilation output) = GeneratorHost.Run(GeneratorHost.Compile(declaration), folder.File);
        using MemoryStream assembly = new();
        Assert.True(output.Emit(assembly).Success);
        return Assembly.Load(assembly.ToArray()).GetType("Demo.Tiny")!;
    });

    private static void Load(TinyFolder compiled, string path, string attribute = "")
    {
        MethodInfo load = Compiled(compiled, attribute).GetMethods().Single(method => method.Name == "Load" && method.GetParameters() is [{ ParameterType: Type first }, _] && first == typeof(string));
        try
        {
            ((IDisposable)load.Invoke(null, [path, null])!).Dispose();
        }
        catch (TargetInvocationException e)
        {
            throw e.InnerException!;
        }
    }

    private static string Refused(TinyFolder compiled, string path, string attribute = "") => Assert.Throws<InvalidDataException>(() => Load(compiled, path, attribute)).Message;

    /// <summary>Writes a folder with weights, zeros, of its header's names and shapes.</summary>
    private string Write(TinyFolder folder, string type = "F32", bool onlyUsed = false)
    {
        string path = Path.Combine(_root.FullName, Guid.NewGuid().ToString("N"));
        foreach ((string file, string text) in folder.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, file))!);
            File.WriteAllText(Path.Combine(path, file), text);
        }

        var tensors = folder.Files["model.safetensors"].Contains("classifier", StringComparison.Ordinal) ? ClassifierTensors() : TinyFolder.Tensors();
        int size = type == "F32" ? 4 : 2;
        long end = 0;
        List<string> entries = [];
        foreach ((string name, string dtype, long[] shape) in tensors.Where(tensor => !onlyUsed || tensor.Type == "F32"))
        {
            long begin = end;
            end += shape.Aggregate(dtype == "I64" ? 8L : size, (product, dimension) => product * dimension);
            entries.Add($"\"{name}\":{{\"dtype\":\"{(dtype == "I64" ? dtype : type)}\",\"shape\":[{string.Join(",", shape)}],\"data_offsets\":[{begin},{end}]}}");
        }

        byte[] header = Encoding.UTF8.GetBytes($"{{{string.Join(",", entries)}}}"), weights = new byte[8 + header.Length + end];
        BinaryPrimitives.WriteInt64LittleEndian(weights, header.Length);
        header.CopyTo(weights, 8);
        File.WriteAllBytes(Path.Combine(path, "model.safetensors"), weights);
        return path;
    }
}
