using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// Reads a well-formed safetensors file into float32, so that a model someone trained can be given to the oracle. Independent
/// of the runtime's loader, which is one of the things under test.
/// </summary>
public static class SafetensorsReader
{
    /// <summary>All tensors of a file by name, those of types without a <see cref="WeightType"/> left out.</summary>
    public static Dictionary<string, Tensor> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file));
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        ReadOnlySpan<byte> data = file.AsSpan(8 + headerLength);

        Dictionary<string, Tensor> tensors = [];
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__" || !Enum.TryParse(entry.Value.GetProperty("dtype").GetString(), out WeightType type))
            {
                continue;
            }

            int[] shape = Numbers(entry.Value.GetProperty("shape"));
            int[] offsets = Numbers(entry.Value.GetProperty("data_offsets"));
            tensors.Add(entry.Name, new Tensor(shape, Values(type, data[offsets[0]..offsets[1]])));
        }

        return tensors;
    }

    private static int[] Numbers(JsonElement array) => array.EnumerateArray().Select(number => number.GetInt32()).ToArray();

    private static float[] Values(WeightType type, ReadOnlySpan<byte> bytes) => type switch
    {
        WeightType.F32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        WeightType.F16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (float)value),
        _ => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), WeightTypes.FromBFloat16),
    };
}
