using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Package.Tests;

/// <summary>
/// all-MiniLM-L6-v2's folder with random weights: its small files' content, and its model.safetensors' entries in their
/// order. A test holds both against the real ones where those are at hand.
/// </summary>
internal static class MiniLmFolder
{
    public const string Name = "all-MiniLM-L6-v2";

    /// <summary>The small files that the build reads, by their paths in the folder.</summary>
    public static IReadOnlyDictionary<string, string> Texts { get; } = new Dictionary<string, string>
    {
        ["config.json"] = """
            {
              "_name_or_path": "nreimers/MiniLM-L6-H384-uncased", "architectures": ["BertModel"], "attention_probs_dropout_prob": 0.1,
              "gradient_checkpointing": false, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 384,
              "initializer_range": 0.02, "intermediate_size": 1536, "layer_norm_eps": 1e-12, "max_position_embeddings": 512,
              "model_type": "bert", "num_attention_heads": 12, "num_hidden_layers": 6, "pad_token_id": 0,
              "position_embedding_type": "absolute", "transformers_version": "4.8.2", "type_vocab_size": 2, "use_cache": true,
              "vocab_size": 30522
            }
            """,
        ["modules.json"] = """
            [
              {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
              {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
              {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
            ]
            """,
        ["1_Pooling/config.json"] = """
            {
              "word_embedding_dimension": 384, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true,
              "pooling_mode_max_tokens": false, "pooling_mode_mean_sqrt_len_tokens": false
            }
            """,
        ["sentence_bert_config.json"] = """{"max_seq_length": 256, "do_lower_case": false}""",
    };

    /// <summary>Random weights, the pooler's among them, which the folder has though nothing uses it.</summary>
    public static RandomModel CreateModel() => RandomModel.Create(EncoderShape.MiniLm with { Head = "Pooler" }, seed: 1);

    public static void Write(string folder, RandomModel model)
    {
        foreach ((string path, string text) in Texts)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllText(Path.Combine(folder, path), text);
        }

        File.WriteAllText(Path.Combine(folder, "vocab.txt"), "[PAD]\n");
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(Header(model));
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        using FileStream file = File.Create(Path.Combine(folder, "model.safetensors"));
        file.Write(length);
        file.Write(header);
        file.Write(MemoryMarshal.AsBytes(Enumerable.Range(0, model.Shape.MaxPositionEmbeddings).Select(i => (long)i).ToArray().AsSpan()));
        foreach ((_, Tensor tensor) in InOrder(model))
        {
            file.Write(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        }
    }

    /// <summary>The header: position ids, eight bytes each, come first, the others by name.</summary>
    public static JsonObject Header(RandomModel model)
    {
        long offset = 8L * model.Shape.MaxPositionEmbeddings;
        JsonObject header = new()
        {
            ["__metadata__"] = new JsonObject { ["format"] = "pt" },
            ["embeddings.position_ids"] = Entry("I64", [1, model.Shape.MaxPositionEmbeddings], 0, offset),
        };
        foreach ((string name, Tensor tensor) in InOrder(model))
        {
            header[name] = Entry("F32", tensor.Shape, offset, offset + 4L * tensor.Values.Length);
            offset += 4L * tensor.Values.Length;
        }

        return header;
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> InOrder(RandomModel model) => model.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal);

    private static JsonObject Entry(string type, int[] shape, long begin, long end) => new()
    {
        ["dtype"] = type,
        ["shape"] = new JsonArray([.. shape.Select(dimension => JsonValue.Create(dimension))]),
        ["data_offsets"] = new JsonArray(begin, end),
    };
}
