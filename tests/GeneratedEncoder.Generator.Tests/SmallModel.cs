using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>A model.safetensors of <see cref="GeneratorHost.SmallSizes"/> and a vocabulary of 10 words, with random weights.</summary>
internal static class SmallModel
{
    public static void Write(string path)
    {
        EncoderSpec spec = new()
        {
            Type = new TypeSpec { Namespace = "", Containers = default, Declaration = "", Name = "", FullName = "", NotPartial = null, Unsupported = null },
            Given = default,
            HiddenSize = 16,
            NumHiddenLayers = 1,
            NumAttentionHeads = 2,
            IntermediateSize = 32,
            MaxPositionEmbeddings = 8,
            VocabSize = 10,
            HiddenAct = HiddenAct.Relu,
        };
        Random random = new(1);
        List<string> entries = [];
        List<float> values = [];
        foreach (ExpectedTensor tensor in TensorList.For(spec))
        {
            ImmutableArray<long> shape = [.. tensor.Shape];
            int start = values.Count, count = (int)shape.Aggregate(1L, (product, size) => product * size);
            values.AddRange(Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5)));
            entries.Add($"\"{tensor.Name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(",", shape)}],\"data_offsets\":[{4 * start},{4 * values.Count}]}}");
        }

        string header = $"{{{string.Join(",", entries)}}}";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        using FileStream file = File.Create(path);
        file.Write(length);
        file.Write(Encoding.ASCII.GetBytes(header));
        file.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)));
    }
}
