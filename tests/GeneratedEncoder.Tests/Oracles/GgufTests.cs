using System.Runtime.InteropServices;
using System.Text;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>GGUF files, read back by the format's description; that llama.cpp computes the right hidden states from them is checked where benchmarks run it.</summary>
public sealed class GgufTests
{
    private static readonly EncoderShape s_shape = new()
    {
        ModelType = "xlm-roberta",
        HiddenSize = 64,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        IntermediateSize = 96,
        MaxPositionEmbeddings = 34,
        PositionOffset = 2,
        VocabSize = 101,
        TypeVocabSize = 1,
        LayerNormEps = 1e-5,
    };

    [Fact]
    public void A_file_has_the_model_s_dimensions_and_all_tensors_at_multiples_of_32()
    {
        RandomModel model = RandomModel.Create(s_shape, seed: 5);
        using TempFolder folder = new();
        GgufEncoder.Write(folder["model.gguf"], s_shape, model.Tensors, GgufType.F32);

        Image image = Image.Read(folder["model.gguf"]);

        Assert.Equal("bert", image.Keys["general.architecture"]);
        Assert.Equal(32u, image.Keys["bert.context_length"]);
        Assert.Equal(101u, image.Keys["bert.vocab_size"]);
        Assert.Equal(1e-5f, image.Keys["bert.attention.layer_norm_epsilon"]);
        Assert.Equal(false, image.Keys["bert.attention.causal"]);
        Assert.Equal(model.Tensors.Count, image.Tensors.Count);
        Assert.All(image.Tensors.Values, tensor => Assert.Equal(0, tensor.Position % 32));
        Assert.Equal([64ul, 96ul], image.Tensors["blk.1.ffn_up.weight"].Dimensions);
        Assert.Equal(model.Tensors["encoder.layer.1.intermediate.dense.weight"].Values, image.Floats("blk.1.ffn_up.weight"));
        Assert.Equal(model.Tensors["encoder.layer.0.output.LayerNorm.bias"].Values, image.Floats("blk.0.layer_output_norm.bias"));
    }

    [Fact]
    public void Positions_begin_with_the_first_token_s()
    {
        RandomModel model = RandomModel.Create(s_shape, seed: 5);
        using TempFolder folder = new();
        GgufEncoder.Write(folder["model.gguf"], s_shape, model.Tensors, GgufType.F32);

        float[] positions = Image.Read(folder["model.gguf"]).Floats("position_embd.weight");

        Assert.Equal(model.Tensors["embeddings.position_embeddings.weight"].Values[(2 * 64)..], positions);
    }

    [Fact]
    public void Blocks_of_Q8_0_are_within_half_a_step_and_tables_of_positions_stay_as_they_are()
    {
        RandomModel model = RandomModel.Create(s_shape, seed: 5);
        using TempFolder folder = new();
        GgufEncoder.Write(folder["model.gguf"], s_shape, model.Tensors, GgufType.Q8_0);
        Image image = Image.Read(folder["model.gguf"]);

        float[] expected = model.Tensors["encoder.layer.1.output.dense.weight"].Values, actual = image.Blocks("blk.1.ffn_down.weight");

        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            float step = expected.AsSpan(i / 32 * 32, 32).ToArray().Max(Math.Abs) / 127;

            // Half a step, and what the scale loses as a float16: 127 steps by 2^-11 of them.
            Assert.InRange(Math.Abs(actual[i] - expected[i]), 0, step * 0.57f);
        }

        Assert.Equal(0u, image.Tensors["position_embd.weight"].Type);
        Assert.Equal(8u, image.Tensors["token_embd.weight"].Type);
    }

    [Fact]
    public void A_model_that_llama_cpp_s_bert_can_t_compute_is_refused()
    {
        EncoderShape shape = s_shape with { PreNorm = true, ModelType = "roberta" };
        RandomModel model = RandomModel.Create(shape, seed: 5);
        using TempFolder folder = new();

        Assert.Throws<ArgumentException>(() => GgufEncoder.Write(folder["model.gguf"], shape, model.Tensors, GgufType.F32));
    }

    [Fact]
    public void Rows_that_are_no_whole_blocks_of_Q8_0_are_refused_by_name()
    {
        EncoderShape shape = s_shape with { IntermediateSize = 100 };
        RandomModel model = RandomModel.Create(shape, seed: 5);
        using TempFolder folder = new();

        ArgumentException error = Assert.Throws<ArgumentException>(() => GgufEncoder.Write(folder["model.gguf"], shape, model.Tensors, GgufType.Q8_0));

        Assert.Contains("blk.0.ffn_down.weight", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A file as the format's description reads it.</summary>
    private sealed record Image(byte[] Bytes, Dictionary<string, object> Keys, Dictionary<string, (ulong[] Dimensions, uint Type, int Position)> Tensors)
    {
        public static Image Read(string path)
        {
            byte[] bytes = File.ReadAllBytes(path);
            using BinaryReader reader = new(new MemoryStream(bytes));
            Assert.Equal("GGUF"u8.ToArray(), reader.ReadBytes(4));
            Assert.Equal(3u, reader.ReadUInt32());
            ulong tensors = reader.ReadUInt64(), keys = reader.ReadUInt64();
            Dictionary<string, object> values = [];
            for (ulong i = 0; i < keys; i++)
            {
                string key = Text(reader);
                values.Add(key, reader.ReadUInt32() switch
                {
                    4 => reader.ReadUInt32(),
                    6 => reader.ReadSingle(),
                    7 => reader.ReadByte() == 1,
                    8 => (object)Text(reader),
                    uint other => throw new InvalidDataException($"'{key}' is of type {other}."),
                });
            }

            List<(string Name, ulong[] Dimensions, uint Type, ulong Offset)> infos = [];
            for (ulong i = 0; i < tensors; i++)
            {
                string name = Text(reader);
                ulong[] dimensions = [.. Enumerable.Range(0, (int)reader.ReadUInt32()).Select(_ => reader.ReadUInt64())];
                infos.Add((name, dimensions, reader.ReadUInt32(), reader.ReadUInt64()));
            }

            int data = ((int)reader.BaseStream.Position + 31) / 32 * 32;
            return new(bytes, values, infos.ToDictionary(info => info.Name, info => (info.Dimensions, info.Type, data + (int)info.Offset)));
        }

        public float[] Floats(string name)
        {
            Assert.Equal(0u, Tensors[name].Type);
            return MemoryMarshal.Cast<byte, float>(Bytes.AsSpan(Tensors[name].Position, Count(name) * sizeof(float))).ToArray();
        }

        /// <summary>The numbers that blocks of a float16 scale and 32 integers stand for.</summary>
        public float[] Blocks(string name)
        {
            Assert.Equal(8u, Tensors[name].Type);
            return
            [
                .. Bytes.AsSpan(Tensors[name].Position, Count(name) / 32 * 34).ToArray().Chunk(34)
                    .SelectMany(block => block[2..].Select(value => (float)BitConverter.ToHalf(block) * (sbyte)value)),
            ];
        }

        private int Count(string name) => (int)Tensors[name].Dimensions.Aggregate(1ul, (product, dimension) => product * dimension);

        private static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));
    }
}
